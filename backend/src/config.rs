//! What the settings mean, once they are checked.
//!
//! Going from [`Settings`] to [`Config`] reads the files that are named and nothing else, so a test
//! needs no environment.

mod cookie_keys;
mod public_url;
mod secret;

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

pub use cookie_keys::CookieKeys;
pub use public_url::PublicUrl;
use public_url::{exact_origin, web_url};
pub use secret::{Reread, Secret};

use crate::settings::{Settings, Site, given};

const IDENTITY_URL: &str = "https://identity.authenteq.com";
const API_URL: &str = "https://api.authenteq.com";
const EXPORT_URL: &str = "https://api.app.authenteq.com";

/// A shorter key can be tried out.
const OPERATOR_KEY_LENGTH: usize = 32;

/// A setting that cannot be used. Says which and why, never its value if that is a secret.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{setting} {problem}")]
pub struct Error {
    /// The environment variable's name.
    pub setting: &'static str,
    problem: String,
}

fn wrong(setting: &'static str, problem: impl Into<String>) -> Error {
    Error {
        setting,
        problem: problem.into(),
    }
}

/// All that is wrong with the settings; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors(pub Vec<Error>);

impl std::error::Error for Errors {}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, others @ ..] = self.0.as_slice() else {
            return Ok(());
        };
        match others.len() {
            0 => write!(f, "{first}"),
            n => write!(f, "{first} (and {n} more: webkyc check lists them)"),
        }
    }
}

/// The configuration of one deployment, checked.
#[derive(Clone)]
pub struct Config {
    /// Given by Authenteq; public.
    pub client_id: String,
    /// Given by Authenteq; leaves this process only towards Authenteq.
    pub client_secret: Secret<SecretString>,
    /// The address that browsers see.
    pub public_url: PublicUrl,
    /// Sent byte for byte in the authorize URL and in the token call.
    pub redirect_uri: String,
    /// The `back_url` of the authorize URL.
    pub back_url: Option<String>,
    /// The identity server.
    pub identity_url: Url,
    /// Token and details.
    pub api_url: Url,
    /// Exports.
    pub export_url: Url,
    /// The `grantType` of the token call.
    pub grant_type: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The proxies that say in `X-Forwarded-For` who asks.
    pub trusted_proxies: Vec<IpNet>,
    /// The second listener, if there is one.
    pub operator: Option<Operator>,
    /// Seal and open the cookies. Bound to client id and identity server.
    pub cookie_keys: Secret<CookieKeys>,
    /// The folder of built pages.
    pub assets: PathBuf,
    /// The log filter.
    pub log: String,
    /// The sites visitors may come from.
    pub sites: BTreeMap<String, Site>,
    /// What one would want to know before relying on this configuration, a sentence each.
    pub warnings: Vec<String>,
}

/// The listener for the site's own servers and for operations.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What a request must carry as its Bearer token (RFC 6750).
    pub key: Secret<SecretString>,
}

/// Goes on after a setting that is wrong, so that all of them can be told.
#[derive(Default)]
struct Checks {
    errors: Vec<Error>,
    warnings: Vec<String>,
}

impl Checks {
    fn keep<T>(&mut self, checked: Result<T, Error>) -> Option<T> {
        checked.map_err(|error| self.errors.push(error)).ok()
    }

    fn secret<T>(
        &mut self,
        value: (&'static str, Option<String>),
        file: (&'static str, Option<String>),
        parse: impl Fn(&str) -> Result<T, String> + Send + Sync + 'static,
    ) -> Option<Secret<T>> {
        let read = Secret::read(value, file, parse, &mut self.warnings);
        self.keep(read).flatten()
    }
}

impl Config {
    /// Checks the settings and reads the files they name.
    ///
    /// # Errors
    /// Every setting that is missing or wrong.
    pub fn from_settings(settings: Settings) -> Result<Self, Errors> {
        let mut checks = Checks::default();
        let client_id = checks.keep(required("WEBKYC_CLIENT_ID", settings.client_id));
        let errors_before = checks.errors.len();
        let client_secret = checks.secret(
            ("WEBKYC_CLIENT_SECRET", settings.client_secret),
            ("WEBKYC_CLIENT_SECRET_FILE", settings.client_secret_file),
            parse_client_secret,
        );
        if client_secret.is_none() && checks.errors.len() == errors_before {
            checks.errors.push(missing("WEBKYC_CLIENT_SECRET"));
        }
        let public_url = required("WEBKYC_PUBLIC_URL", settings.public_url);
        let public_url = checks.keep(public_url.and_then(|url| PublicUrl::parse(&url)));
        let redirect_uri = given(settings.redirect_uri).or_else(|| {
            let url = &public_url.as_ref()?.url;
            Some(format!("{url}/results"))
        });
        let redirect_uri =
            redirect_uri.and_then(|uri| checks.keep(check_redirect_uri(&uri).map(|()| uri)));
        let back_url = given(settings.back_url);
        if let Some(back_url) = &back_url {
            checks.keep(web_url("WEBKYC_BACK_URL", back_url));
        }
        let or = |setting, default: &str| given(setting).unwrap_or_else(|| default.to_owned());
        let identity_url = or(settings.identity_url, IDENTITY_URL);
        let identity_url = checks.keep(web_url("WEBKYC_IDENTITY_URL", &identity_url));
        let api_url = checks.keep(web_url("WEBKYC_API_URL", &or(settings.api_url, API_URL)));
        let export_url = or(settings.export_url, EXPORT_URL);
        let export_url = checks.keep(web_url("WEBKYC_EXPORT_URL", &export_url));
        let listen = or(settings.listen, "127.0.0.1:8080");
        let listen = checks.keep(address("WEBKYC_LISTEN", &listen));
        let trusted_proxies = or(settings.trusted_proxies, "");
        let trusted_proxies = checks.keep(networks("WEBKYC_TRUSTED_PROXIES", &trusted_proxies));
        let operator_key = checks.secret(
            ("WEBKYC_OPERATOR_KEY", settings.operator_key),
            ("WEBKYC_OPERATOR_KEY_FILE", settings.operator_key_file),
            parse_operator_key,
        );
        let operator_listen = given(settings.operator_listen)
            .and_then(|listen| checks.keep(address("WEBKYC_OPERATOR_LISTEN", &listen)));
        let operator = match (operator_listen, operator_key) {
            (Some(listen), Some(key)) => Some(Operator { listen, key }),
            (None, None) => None,
            (Some(_), None) => {
                let problem = "needs WEBKYC_OPERATOR_KEY or WEBKYC_OPERATOR_KEY_FILE";
                checks.errors.push(wrong("WEBKYC_OPERATOR_LISTEN", problem));
                None
            }
            (None, Some(_)) => {
                let problem = "needs WEBKYC_OPERATOR_LISTEN";
                checks.errors.push(wrong("WEBKYC_OPERATOR_KEY", problem));
                None
            }
        };
        let deployment = format!(
            "{}\n{}",
            client_id.as_deref().unwrap_or_default(),
            identity_url.as_ref().map_or("", Url::as_str)
        );
        let cookie_keys = checks.secret(
            ("WEBKYC_COOKIE_KEYS", settings.cookie_keys),
            ("WEBKYC_COOKIE_KEYS_FILE", settings.cookie_keys_file),
            move |keys| CookieKeys::parse(keys, &deployment),
        );
        let cookie_keys = cookie_keys.unwrap_or_else(|| {
            checks.warnings.push(
                "WEBKYC_COOKIE_KEYS is not set: sessions end with this process and are known to it alone"
                    .to_owned(),
            );
            Secret::fixed(CookieKeys::generate())
        });
        for (key, site) in &settings.sites {
            checks.keep(check_site(key, site));
        }
        if let (Some(public_url), Some(redirect_uri)) = (&public_url, &redirect_uri) {
            remark(public_url, redirect_uri, &mut checks.warnings);
        }
        let config = (|| {
            Some(Self {
                client_id: client_id?,
                client_secret: client_secret?,
                public_url: public_url?,
                redirect_uri: redirect_uri?,
                back_url,
                identity_url: identity_url?,
                api_url: api_url?,
                export_url: export_url?,
                grant_type: or(settings.grant_type, "authorization_code"),
                listen: listen?,
                trusted_proxies: trusted_proxies?,
                operator,
                cookie_keys,
                assets: PathBuf::from(or(settings.assets, "dist")),
                log: or(settings.log, "info"),
                sites: settings.sites,
                warnings: checks.warnings,
            })
        })();
        match config {
            Some(config) if checks.errors.is_empty() => Ok(config),
            _ => Err(Errors(checks.errors)),
        }
    }

    /// Whether the pages are there to be served.
    ///
    /// # Errors
    /// When they are not.
    pub fn check_assets(&self) -> Result<(), Error> {
        if self.assets.join("index.html").is_file() {
            return Ok(());
        }
        let problem = format!(
            "names {:?}, where no index.html is: build the pages first (cargo xtask pages)",
            self.assets
        );
        Err(wrong("WEBKYC_ASSETS", problem))
    }

    /// Reads the files of all secrets again. Names the settings that have a new value.
    ///
    /// # Errors
    /// The files that cannot be used; their secrets stay as they were.
    pub fn reread_secrets(&self, when: Reread) -> (Vec<&'static str>, Vec<Error>) {
        let operator_key = self
            .operator
            .as_ref()
            .map(|operator| operator.key.reread(when));
        let reread = [
            ("WEBKYC_CLIENT_SECRET_FILE", self.client_secret.reread(when)),
            ("WEBKYC_COOKIE_KEYS_FILE", self.cookie_keys.reread(when)),
            (
                "WEBKYC_OPERATOR_KEY_FILE",
                operator_key.unwrap_or(Ok(false)),
            ),
        ];
        let (mut changed, mut errors) = (Vec::new(), Vec::new());
        for (setting, outcome) in reread {
            match outcome {
                Ok(true) => changed.push(setting),
                Ok(false) => {}
                Err(error) => errors.push(error),
            }
        }
        (changed, errors)
    }

    /// The exact address behind a site's return key.
    #[must_use]
    pub fn return_url(&self, site: &str, return_key: &str) -> Option<&str> {
        Some(self.sites.get(site)?.returns.get(return_key)?.as_str())
    }

    /// Whether pages of this origin may call the API beside our own.
    #[must_use]
    pub fn is_listed_origin(&self, origin: &str) -> bool {
        let mut origins = self.sites.values().flat_map(|site| &site.origins);
        origins.any(|listed| listed == origin)
    }
}

fn missing(setting: &'static str) -> Error {
    wrong(setting, "is required and was not given")
}

fn required(setting: &'static str, value: Option<String>) -> Result<String, Error> {
    given(value).ok_or_else(|| missing(setting))
}

fn parse_client_secret(given: &str) -> Result<SecretString, String> {
    if given.contains(char::is_control) {
        return Err("holds a line break or another control character".to_owned());
    }
    Ok(given.into())
}

fn parse_operator_key(given: &str) -> Result<SecretString, String> {
    if given.len() < OPERATOR_KEY_LENGTH || !given.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(format!(
            "must be {OPERATOR_KEY_LENGTH} visible ASCII characters or more: openssl rand -base64 32"
        ));
    }
    Ok(given.into())
}

fn check_redirect_uri(uri: &str) -> Result<(), Error> {
    const SETTING: &str = "WEBKYC_REDIRECT_URI";
    match web_url(SETTING, uri)?.fragment() {
        None => Ok(()),
        Some(_) => Err(wrong(SETTING, "must not have a fragment (#…)")),
    }
}

fn address(setting: &'static str, given: &str) -> Result<SocketAddr, Error> {
    given.parse().map_err(|_| {
        let problem = format!("must be ADDRESS:PORT such as 127.0.0.1:8080, not {given:?}");
        wrong(setting, problem)
    })
}

/// Networks such as `10.0.0.0/8`, or single addresses.
fn networks(setting: &'static str, given: &str) -> Result<Vec<IpNet>, Error> {
    let parse = |network: &str| {
        let single = network.parse::<IpAddr>().map(IpNet::from);
        network.parse::<IpNet>().or(single).map_err(|_| {
            let problem =
                format!("must be addresses or networks such as 10.0.0.0/8, not {network:?}");
            wrong(setting, problem)
        })
    };
    let networks = given.split([' ', ',', '\n']).filter(|n| !n.is_empty());
    networks.map(parse).collect()
}

/// Notes what is right and still worth knowing.
fn remark(public_url: &PublicUrl, redirect_uri: &str, warnings: &mut Vec<String>) {
    if !public_url.secure {
        // Who develops on loopback has the secret in the environment, and that is fine.
        warnings.retain(|warning| !warning.contains("is given as a value"));
        warnings.push(
            "WEBKYC_PUBLIC_URL is http: cookies are not Secure; for development only".to_owned(),
        );
    }
    if redirect_uri != format!("{}/results", public_url.url) {
        warnings.push(
            "WEBKYC_REDIRECT_URI is not WEBKYC_PUBLIC_URL/results: the results page served here sees no return"
                .to_owned(),
        );
    }
}

fn check_site(key: &str, site: &Site) -> Result<(), Error> {
    const SETTING: &str = "WEBKYC_SITES";
    let is_key = |key: &str| {
        (1..=32).contains(&key.len())
            && key
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    for key in std::iter::once(key).chain(site.returns.keys().map(String::as_str)) {
        if !is_key(key) {
            let problem = format!("has the key {key:?}: use up to 32 letters, digits, - and _");
            return Err(wrong(SETTING, problem));
        }
    }
    for (return_key, url) in &site.returns {
        web_url(SETTING, url).map_err(|error| {
            let problem = format!("[sites.{key}] return {return_key} {}", error.problem);
            wrong(SETTING, problem)
        })?;
    }
    for origin in &site.origins {
        exact_origin(SETTING, origin)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    const SECRET: &str = "client!+%&secret";
    const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    const OPERATOR_KEY: &str = "operator!key-of-32-characters-or-more";

    type Change = fn(&mut Settings);
    type Holds = fn(&Config) -> bool;

    fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
        let mut settings = Settings {
            client_id: Some("com.example.shop".into()),
            client_secret: Some(SECRET.into()),
            public_url: Some("https://shop.example/kyc/".into()),
            ..Settings::default()
        };
        change(&mut settings);
        settings
    }

    fn site(returns: &[(&str, &str)], origins: &[&str]) -> Site {
        let owned = |(key, url): &(&str, &str)| ((*key).to_owned(), (*url).to_owned());
        Site {
            name: "Shop".into(),
            returns: returns.iter().map(owned).collect(),
            origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        }
    }

    #[test]
    fn the_defaults_are_those_of_authenteq() {
        let config = Config::from_settings(settings(|_| {})).unwrap();
        assert_eq!(
            config.identity_url.as_str(),
            "https://identity.authenteq.com/"
        );
        assert_eq!(config.api_url.as_str(), "https://api.authenteq.com/");
        assert_eq!(config.export_url.as_str(), "https://api.app.authenteq.com/");
        assert_eq!(config.redirect_uri, "https://shop.example/kyc/results");
        assert_eq!(config.back_url, None);
        assert_eq!(config.public_url.origin, "https://shop.example");
        assert_eq!(config.public_url.host, "shop.example");
        assert_eq!(config.public_url.path, "/kyc");
        assert_eq!(config.grant_type, "authorization_code");
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert!(config.trusted_proxies.is_empty() && config.operator.is_none());
        assert_eq!(config.log, "info");
        assert_eq!(config.assets, PathBuf::from("dist"));
        assert_eq!(config.warnings.len(), 2, "{:?}", config.warnings);
    }

    #[test]
    fn what_is_wrong_is_named_and_never_the_secret() {
        let table: [(&str, Change); 34] = [
            ("WEBKYC_CLIENT_ID", |s| s.client_id = None),
            ("WEBKYC_CLIENT_SECRET", |s| s.client_secret = None),
            ("WEBKYC_CLIENT_SECRET", |s| {
                s.client_secret_file = Some("x".into())
            }),
            ("WEBKYC_CLIENT_SECRET_FILE", |s| {
                s.client_secret = None;
                s.client_secret_file = Some("/nowhere".into());
            }),
            ("WEBKYC_CLIENT_SECRET", |s| {
                s.client_secret = Some(String::new())
            }),
            ("WEBKYC_CLIENT_SECRET", |s| {
                s.client_secret = Some(format!("{SECRET}\n"))
            }),
            ("WEBKYC_PUBLIC_URL", |s| s.public_url = None),
            ("WEBKYC_PUBLIC_URL", |s| {
                s.public_url = Some("shop.example".into())
            }),
            ("WEBKYC_PUBLIC_URL", |s| {
                s.public_url = Some("http://shop.example".into())
            }),
            ("WEBKYC_PUBLIC_URL", |s| {
                s.public_url = Some("https://a:b@shop.example".into())
            }),
            ("WEBKYC_PUBLIC_URL", |s| {
                s.public_url = Some("https://shop.example/?x".into())
            }),
            ("WEBKYC_PUBLIC_URL", |s| {
                s.public_url = Some("https://shop.example/{a}".into())
            }),
            ("WEBKYC_PUBLIC_URL", |s| {
                s.public_url = Some("file:///kyc".into())
            }),
            ("WEBKYC_REDIRECT_URI", |s| {
                s.redirect_uri = Some("/results".into())
            }),
            ("WEBKYC_REDIRECT_URI", |s| {
                s.redirect_uri = Some("https://a.example/#x".into())
            }),
            ("WEBKYC_BACK_URL", |s| {
                s.back_url = Some("javascript:alert(1)".into())
            }),
            ("WEBKYC_IDENTITY_URL", |s| {
                s.identity_url = Some("http://id.example".into())
            }),
            ("WEBKYC_API_URL", |s| {
                s.api_url = Some("http://169.254.169.254".into())
            }),
            ("WEBKYC_EXPORT_URL", |s| {
                s.export_url = Some("ftp://api.example".into())
            }),
            ("WEBKYC_LISTEN", |s| s.listen = Some("8080".into())),
            ("WEBKYC_TRUSTED_PROXIES", |s| {
                s.trusted_proxies = Some("10.0.0.0/33".into())
            }),
            ("WEBKYC_TRUSTED_PROXIES", |s| {
                s.trusted_proxies = Some("nginx".into())
            }),
            ("WEBKYC_OPERATOR_LISTEN", |s| {
                s.operator_listen = Some("127.0.0.1:0".into())
            }),
            ("WEBKYC_OPERATOR_LISTEN", |s| {
                s.operator_listen = Some("operator".into());
                s.operator_key = Some(OPERATOR_KEY.into());
            }),
            ("WEBKYC_OPERATOR_KEY", |s| {
                s.operator_key = Some(OPERATOR_KEY.into())
            }),
            ("WEBKYC_OPERATOR_KEY", |s| {
                s.operator_key = Some("short".into())
            }),
            ("WEBKYC_OPERATOR_KEY", |s| {
                s.operator_key = Some(format!("{OPERATOR_KEY} x"))
            }),
            ("WEBKYC_COOKIE_KEYS", |s| {
                s.cookie_keys = Some("c2hvcnQ=".into())
            }),
            ("WEBKYC_COOKIE_KEYS", |s| {
                s.cookie_keys = Some(KEY.into());
                s.cookie_keys_file = Some("x".into());
            }),
            ("WEBKYC_SITES", |s| {
                s.sites = [("x".repeat(33), site(&[], &[]))].into()
            }),
            ("WEBKYC_SITES", |s| {
                s.sites = [("a".into(), site(&[("b/c", "https://a.example")], &[]))].into()
            }),
            ("WEBKYC_SITES", |s| {
                s.sites = [("a".into(), site(&[("b", "//a.example")], &[]))].into()
            }),
            ("WEBKYC_SITES", |s| {
                s.sites = [("a".into(), site(&[], &["*"]))].into()
            }),
            ("WEBKYC_SITES", |s| {
                s.sites = [("a".into(), site(&[], &["https://a.example/"]))].into()
            }),
        ];
        for (setting, change) in table {
            let Err(errors) = Config::from_settings(settings(change)) else {
                panic!("{setting} was accepted");
            };
            let told = errors.to_string();
            assert!(told.starts_with(&format!("{setting} ")), "{told}");
            for secret in [SECRET, OPERATOR_KEY, KEY] {
                assert!(!told.contains(secret), "{told}");
            }
        }
    }

    #[test]
    fn what_is_right_is_taken_as_it_is() {
        let table: [(Change, Holds); 12] = [
            (
                |s| s.client_secret = Some(" a:b%+ä ".into()),
                |c| c.client_secret.get().expose_secret() == " a:b%+ä ",
            ),
            (
                |s| s.public_url = Some("https://SHOP.example:443".into()),
                |c| c.public_url.url == "https://shop.example" && c.public_url.path.is_empty(),
            ),
            (
                |s| s.public_url = Some("https://shop.example:8443/a/b/".into()),
                |c| c.public_url.host == "shop.example:8443" && c.public_url.path == "/a/b",
            ),
            (
                |s| s.redirect_uri = Some("https://shop.example/kyc/results?a=%41".into()),
                |c| c.redirect_uri == "https://shop.example/kyc/results?a=%41",
            ),
            (
                |s| s.back_url = Some("https://shop.example/basket?x=1".into()),
                |c| c.back_url.as_deref() == Some("https://shop.example/basket?x=1"),
            ),
            (
                |s| s.api_url = Some("http://[::1]:8090/base".into()),
                |c| c.api_url.as_str() == "http://[::1]:8090/base",
            ),
            (
                |s| s.grant_type = Some("authorizationCode".into()),
                |c| c.grant_type == "authorizationCode",
            ),
            (
                |s| s.listen = Some("[::]:80".into()),
                |c| c.listen.port() == 80,
            ),
            (
                |s| s.trusted_proxies = Some("10.0.0.0/8, 192.0.2.7 fd00::/8".into()),
                |c| {
                    c.trusted_proxies.len() == 3
                        && c.trusted_proxies[1].contains(&std::net::IpAddr::from([192, 0, 2, 7]))
                },
            ),
            (
                |s| {
                    s.operator_listen = Some("127.0.0.1:9090".into());
                    s.operator_key = Some(OPERATOR_KEY.into());
                },
                |c| {
                    c.operator
                        .as_ref()
                        .is_some_and(|o| o.key.get().expose_secret() == OPERATOR_KEY)
                },
            ),
            (
                |s| s.cookie_keys = Some(format!("{KEY}\n{KEY}")),
                |c| c.cookie_keys.get().iter().count() == 2,
            ),
            (
                |s| {
                    let origins = ["https://www.shop.example", "https://m.shop.example:8443"];
                    s.sites = [(
                        "shop".into(),
                        site(&[("done", "https://shop.example/x?y")], &origins),
                    )]
                    .into();
                },
                |c| {
                    c.return_url("shop", "done") == Some("https://shop.example/x?y")
                        && c.return_url("shop", "x").is_none()
                        && c.is_listed_origin("https://m.shop.example:8443")
                        && !c.is_listed_origin("https://m.shop.example")
                },
            ),
        ];
        for (i, (change, holds)) in table.into_iter().enumerate() {
            let config = Config::from_settings(settings(change)).unwrap();
            assert!(holds(&config), "row {i}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let settings = Settings {
            public_url: Some("nonsense".into()),
            listen: Some("nonsense".into()),
            ..Settings::default()
        };
        let Errors(errors) = Config::from_settings(settings).err().unwrap();
        let settings: Vec<_> = errors.iter().map(|error| error.setting).collect();
        let expected = [
            "WEBKYC_CLIENT_ID",
            "WEBKYC_CLIENT_SECRET",
            "WEBKYC_PUBLIC_URL",
            "WEBKYC_LISTEN",
        ];
        assert_eq!(settings, expected);
        let first = Errors(errors).to_string();
        assert!(
            first.contains("CLIENT_ID") && first.contains("and 3 more"),
            "{first}"
        );
    }

    #[test]
    fn http_is_for_loopback_only_and_said_to_be_for_development() {
        for url in [
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            let config =
                Config::from_settings(settings(|s| s.public_url = Some(url.into()))).unwrap();
            assert!(!config.public_url.secure);
            let warnings = config.warnings.join("\n");
            assert!(warnings.contains("development only") && !warnings.contains("as a value"));
        }
    }

    #[test]
    fn an_empty_setting_is_not_given() {
        let config = Config::from_settings(settings(|s| {
            for empty in [
                &mut s.client_secret_file,
                &mut s.cookie_keys_file,
                &mut s.identity_url,
                &mut s.operator_listen,
                &mut s.operator_key_file,
                &mut s.trusted_proxies,
            ] {
                *empty = Some(String::new());
            }
        }));
        let config = config.unwrap();
        assert_eq!(
            config.identity_url.as_str(),
            "https://identity.authenteq.com/"
        );
        assert!(config.operator.is_none() && config.trusted_proxies.is_empty());
    }
}
