//! What the settings mean, once they are checked.
//!
//! Going from [`Settings`] to [`Config`] reads the files that are named and nothing else, so a test
//! needs no environment.

use std::{collections::BTreeMap, fs, net::SocketAddr, path::PathBuf};

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use cookie::Key;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Origin, Url};

use crate::settings::{Settings, Site, given};

const IDENTITY_URL: &str = "https://identity.authenteq.com";
const API_URL: &str = "https://api.authenteq.com";

/// A setting that cannot be used. Says which and why, never its value if that is a secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
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

/// The configuration of one deployment, checked.
pub struct Config {
    /// Given by Authenteq; public.
    pub client_id: String,
    /// Given by Authenteq; leaves this process only towards Authenteq.
    pub client_secret: SecretString,
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
    /// The `grantType` of the token call.
    pub grant_type: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Seal and open the cookies: the first seals, all open. Bound to client id and identity server.
    pub cookie_keys: Vec<Key>,
    /// Whether no keys were given and one was made, so that sessions end with this process.
    pub cookie_keys_made: bool,
    /// The folder of built pages.
    pub assets: PathBuf,
    /// The log filter.
    pub log: String,
    /// The sites visitors may come from.
    pub sites: BTreeMap<String, Site>,
}

/// The address that browsers see, taken apart.
pub struct PublicUrl {
    /// Without a trailing slash: `https://shop.example/kyc`.
    pub url: String,
    /// `https://shop.example`
    pub origin: String,
    /// What a browser sends as `Host`: `shop.example`, with the port unless it is the default.
    pub host: String,
    /// `/kyc`, or empty.
    pub path: String,
    /// Whether it is https, so that cookies can be `Secure`.
    pub secure: bool,
}

impl Config {
    /// Checks the settings and reads the files they name.
    ///
    /// # Errors
    /// The first setting that is missing or wrong.
    pub fn from_settings(settings: Settings) -> Result<Self, Error> {
        let client_id = required("WEBKYC_CLIENT_ID", settings.client_id)?;
        let client_secret = required(
            "WEBKYC_CLIENT_SECRET",
            value_or_file(
                ("WEBKYC_CLIENT_SECRET", settings.client_secret),
                ("WEBKYC_CLIENT_SECRET_FILE", settings.client_secret_file),
            )?,
        )?;
        if client_secret.contains(char::is_control) {
            return Err(wrong(
                "WEBKYC_CLIENT_SECRET",
                "holds a line break or another control character",
            ));
        }
        let public_url = PublicUrl::parse(&required("WEBKYC_PUBLIC_URL", settings.public_url)?)?;
        let redirect_uri = given(settings.redirect_uri);
        let redirect_uri = redirect_uri.unwrap_or_else(|| format!("{}/results", public_url.url));
        let redirect = web_url("WEBKYC_REDIRECT_URI", &redirect_uri)?;
        if redirect.fragment().is_some() {
            return Err(wrong(
                "WEBKYC_REDIRECT_URI",
                "must not have a fragment (#…)",
            ));
        }
        let back_url = given(settings.back_url);
        if let Some(back_url) = &back_url {
            web_url("WEBKYC_BACK_URL", back_url)?;
        }
        let or = |setting, default: &str| given(setting).unwrap_or_else(|| default.to_owned());
        let identity_url = or(settings.identity_url, IDENTITY_URL);
        let identity_url = web_url("WEBKYC_IDENTITY_URL", &identity_url)?;
        let api_url = web_url("WEBKYC_API_URL", &or(settings.api_url, API_URL))?;
        let listen = or(settings.listen, "127.0.0.1:8080");
        let listen = listen.parse().map_err(|_| {
            wrong(
                "WEBKYC_LISTEN",
                format!("must be ADDRESS:PORT such as 127.0.0.1:8080, not {listen:?}"),
            )
        })?;
        let cookie_keys = value_or_file(
            ("WEBKYC_COOKIE_KEYS", settings.cookie_keys),
            ("WEBKYC_COOKIE_KEYS_FILE", settings.cookie_keys_file),
        )?;
        let cookie_keys_made = cookie_keys.is_none();
        let cookie_keys = match cookie_keys {
            Some(given) => parse_keys(&given, &format!("{client_id}\n{identity_url}"))?,
            None => vec![Key::generate()],
        };
        for (key, site) in &settings.sites {
            check_site(key, site)?;
        }
        let assets = PathBuf::from(or(settings.assets, "dist"));
        if !assets.join("index.html").is_file() {
            return Err(wrong(
                "WEBKYC_ASSETS",
                format!(
                    "names {assets:?}, where no index.html is: build the pages first (cargo xtask pages)"
                ),
            ));
        }
        Ok(Self {
            client_id,
            client_secret: client_secret.into(),
            public_url,
            redirect_uri,
            back_url,
            identity_url,
            api_url,
            grant_type: or(settings.grant_type, "authorization_code"),
            listen,
            cookie_keys,
            cookie_keys_made,
            assets,
            log: or(settings.log, "info"),
            sites: settings.sites,
        })
    }

    /// What one would want to know before relying on this configuration, a sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<&'static str> {
        let results = format!("{}/results", self.public_url.url);
        let table = [
            (
                self.cookie_keys_made,
                "WEBKYC_COOKIE_KEYS is not set: sessions end with this process and are known to it alone",
            ),
            (
                !self.public_url.secure,
                "WEBKYC_PUBLIC_URL is http: cookies are not Secure; for development only",
            ),
            (
                self.redirect_uri != results,
                "WEBKYC_REDIRECT_URI is not WEBKYC_PUBLIC_URL/results: the results page served here sees no return",
            ),
        ];
        let warnings = table.into_iter().filter(|(is_so, _)| *is_so);
        warnings.map(|(_, warning)| warning).collect()
    }

    /// The exact address behind a site's return key.
    #[must_use]
    pub fn return_url(&self, site: &str, return_key: &str) -> Option<&str> {
        Some(self.sites.get(site)?.returns.get(return_key)?.as_str())
    }
}

impl PublicUrl {
    fn parse(given: &str) -> Result<Self, Error> {
        const SETTING: &str = "WEBKYC_PUBLIC_URL";
        let url = web_url(SETTING, given)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong(SETTING, "must not have a query or a fragment"));
        }
        let Origin::Tuple(_, host, _) = url.origin() else {
            return Err(wrong(SETTING, "must name a host"));
        };
        let path = url.path().trim_end_matches('/').to_owned();
        if path.contains(['{', '}', '*', '%']) {
            return Err(wrong(SETTING, "must have a plain path such as /kyc"));
        }
        let origin = url.origin().ascii_serialization();
        Ok(Self {
            url: format!("{origin}{path}"),
            host: match url.port() {
                Some(port) => format!("{host}:{port}"),
                None => host.to_string(),
            },
            origin,
            path,
            secure: url.scheme() == "https",
        })
    }
}

fn required(setting: &'static str, value: Option<String>) -> Result<String, Error> {
    given(value).ok_or_else(|| wrong(setting, "is required and was not given"))
}

/// The value itself, or the content of the file that its `_FILE` twin names.
fn value_or_file(
    (setting, value): (&'static str, Option<String>),
    (file_setting, file): (&'static str, Option<String>),
) -> Result<Option<String>, Error> {
    match (given(value), given(file)) {
        (Some(_), Some(_)) => Err(wrong(
            setting,
            format!("and {file_setting} were both given: give one"),
        )),
        (Some(value), None) => Ok(Some(value)),
        (None, None) => Ok(None),
        (None, Some(path)) => {
            let content = fs::read_to_string(&path)
                .map_err(|e| wrong(file_setting, format!("names {path:?}: {e}")))?;
            let content = content.strip_suffix('\n').unwrap_or(&content);
            let content = content.strip_suffix('\r').unwrap_or(content);
            if content.is_empty() {
                return Err(wrong(
                    file_setting,
                    format!("names {path:?}, which is empty"),
                ));
            }
            Ok(Some(content.to_owned()))
        }
    }
}

/// An absolute https URL, or http on loopback.
fn web_url(setting: &'static str, given: &str) -> Result<Url, Error> {
    let url = Url::parse(given).map_err(|e| {
        wrong(
            setting,
            format!("must be an absolute URL, not {given:?}: {e}"),
        )
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(setting, "must not carry a user name or password"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(wrong(
            setting,
            format!("must be https (or http on loopback), not {given:?}"),
        )),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Keys, each bound to this deployment: the same key elsewhere opens nothing of ours.
fn parse_keys(given: &str, deployment: &str) -> Result<Vec<Key>, Error> {
    const SETTING: &str = "WEBKYC_COOKIE_KEYS";
    let keys = given.split_whitespace().enumerate().map(|(i, key)| {
        let nth = i + 1;
        let bytes = BASE64_STANDARD
            .decode(key)
            .or_else(|_| BASE64_URL_SAFE_NO_PAD.decode(key))
            .map_err(|_| wrong(SETTING, format!("key {nth} is not base64")))?;
        if bytes.len() < 32 {
            let help = "must be 32 random bytes or more: openssl rand -base64 32";
            return Err(wrong(SETTING, format!("key {nth} {help}")));
        }
        if bytes.iter().all(|b| *b == bytes[0]) {
            return Err(wrong(SETTING, format!("key {nth} is one byte repeated")));
        }
        let secret = SecretString::from(format!("{}\n{deployment}", BASE64_STANDARD.encode(bytes)));
        Ok(Key::derive_from(secret.expose_secret().as_bytes()))
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err(wrong(SETTING, "holds no key"));
    }
    Ok(keys)
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
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "client!+%&secret";

    fn assets() -> PathBuf {
        let folder = tempfile::tempdir().unwrap().keep();
        fs::write(folder.join("index.html"), "").unwrap();
        folder
    }

    fn settings() -> Settings {
        Settings {
            client_id: Some("com.example.shop".into()),
            client_secret: Some(SECRET.into()),
            public_url: Some("https://shop.example/kyc/".into()),
            assets: Some(assets().display().to_string()),
            ..Settings::default()
        }
    }

    fn refusal(change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = settings();
        change(&mut settings);
        match Config::from_settings(settings) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("was accepted"),
        }
    }

    #[test]
    fn the_defaults_are_those_of_authenteq() {
        let config = Config::from_settings(settings()).unwrap();
        assert_eq!(
            config.identity_url.as_str(),
            "https://identity.authenteq.com/"
        );
        assert_eq!(config.api_url.as_str(), "https://api.authenteq.com/");
        assert_eq!(config.redirect_uri, "https://shop.example/kyc/results");
        assert_eq!(config.public_url.origin, "https://shop.example");
        assert_eq!(config.public_url.host, "shop.example");
        assert_eq!(config.public_url.path, "/kyc");
        assert_eq!(config.grant_type, "authorization_code");
        assert!(config.cookie_keys_made);
    }

    #[test]
    fn what_is_wrong_is_named_and_never_the_secret() {
        type Change = fn(&mut Settings);
        let table: [(&str, Change); 17] = [
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
                s.client_secret = Some("a\nb".into())
            }),
            ("WEBKYC_SITES", |s| {
                drop(s.sites.insert("x".repeat(33), Site::default()))
            }),
            ("WEBKYC_PUBLIC_URL", |s| {
                s.public_url = Some("shop.example".into())
            }),
            ("WEBKYC_PUBLIC_URL", |s| {
                s.public_url = Some("http://shop.example".into())
            }),
            ("WEBKYC_PUBLIC_URL", |s| {
                s.public_url = Some("https://shop.example/?x".into())
            }),
            ("WEBKYC_REDIRECT_URI", |s| {
                s.redirect_uri = Some("https://a.example/#x".into())
            }),
            ("WEBKYC_BACK_URL", |s| {
                s.back_url = Some("javascript:alert(1)".into())
            }),
            ("WEBKYC_API_URL", |s| {
                s.api_url = Some("http://api.example".into())
            }),
            ("WEBKYC_LISTEN", |s| s.listen = Some("8080".into())),
            ("WEBKYC_COOKIE_KEYS", |s| {
                s.cookie_keys = Some("c2hvcnQ=".into())
            }),
            ("WEBKYC_COOKIE_KEYS", |s| {
                s.cookie_keys = Some(BASE64_STANDARD.encode([0; 32]))
            }),
            ("WEBKYC_ASSETS", |s| s.assets = Some("/nowhere".into())),
        ];
        for (setting, change) in table {
            let refusal = refusal(change);
            assert!(refusal.starts_with(&format!("{setting} ")), "{refusal}");
            assert!(!refusal.contains(SECRET), "{refusal}");
        }
    }

    #[test]
    fn ops_06_a_secret_file_loses_one_trailing_newline() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, format!("{SECRET}\n")).unwrap();
        let config = Config::from_settings(Settings {
            client_secret: None,
            client_secret_file: Some(path.display().to_string()),
            ..settings()
        })
        .unwrap();
        assert_eq!(config.client_secret.expose_secret(), SECRET);
        fs::write(&path, "\n").unwrap();
        let refusal = refusal(|s| {
            s.client_secret = None;
            s.client_secret_file = Some(path.display().to_string());
        });
        assert!(refusal.contains("is empty"), "{refusal}");
    }

    #[test]
    fn http_is_for_loopback_only() {
        for url in [
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            let config = Config::from_settings(Settings {
                public_url: Some(url.into()),
                ..settings()
            });
            assert!(!config.unwrap().public_url.secure);
        }
    }

    #[test]
    fn an_empty_setting_is_not_given() {
        let config = Config::from_settings(Settings {
            client_secret_file: Some(String::new()),
            cookie_keys_file: Some(String::new()),
            identity_url: Some(String::new()),
            ..settings()
        });
        assert_eq!(
            config.unwrap().identity_url.as_str(),
            "https://identity.authenteq.com/"
        );
    }
}
