//! The checked configuration.
//!
//! Converting [`Settings`] to [`Config`] reads only the files that the settings name, so a test
//! needs no environment.

mod certificates;
mod checks;
mod cookie_keys;
pub(crate) mod file;
pub(crate) mod form;
mod public_url;
mod secret;
pub mod settings;
mod watch;

use std::{collections::BTreeMap, fmt, net::SocketAddr};

pub use certificates::check_certificates;
pub use cookie_keys::CookieKeys;
use ipnet::IpNet;
pub use public_url::PublicUrl;
use secrecy::SecretString;
pub use secret::{Reread, Secret, SecretFile};
use url::Url;
pub use watch::{News, Watch};

use self::{
    checks::{
        Checks, address, check_redirect_uri, check_site, log_filter, missing, networks,
        parse_client_secret, parse_operator_key, remark, required, visible_ascii,
    },
    public_url::web_url,
};
use crate::{
    assets::Assets,
    config::settings::{Settings, Site, given},
};

const IDENTITY_URL: &str = "https://identity.authenteq.com";
const API_URL: &str = "https://api.authenteq.com";
const EXPORT_URL: &str = "https://api.app.authenteq.com";
const LISTEN: &str = "127.0.0.1:8080";

/// An invalid setting. Gives its name and the reason, never the value of a secret.
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

/// All errors of the settings; at least one.
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

/// The checked configuration of one deployment.
#[derive(Clone)]
pub struct Config {
    /// The client id from Authenteq; public.
    pub client_id: String,
    /// The client secret from Authenteq; sent to Authenteq only.
    pub client_secret: Secret<SecretString>,
    /// The address that browsers see.
    pub public_url: PublicUrl,
    /// Sent byte for byte in the authorize URL and in the token call.
    pub redirect_uri: String,
    /// The origin of the redirect URI, on which every sign-up begins and ends.
    pub redirect_origin: String,
    /// The `back_url` of the authorize URL.
    pub back_url: Option<String>,
    /// The identity server.
    pub identity_url: Url,
    /// The token and details API.
    pub api_url: Url,
    /// The export API.
    pub export_url: Url,
    /// The `grantType` of the token call.
    pub grant_type: String,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The operators' listener, if configured.
    pub operator: Option<Operator>,
    /// The keys that seal and open the cookies. Bound to client id and identity server.
    pub cookie_keys: Secret<CookieKeys>,
    /// Whether the keys were configured; otherwise one was generated for this process.
    pub has_cookie_keys: bool,
    /// The location of the built pages.
    pub assets: Assets,
    /// The log filter.
    pub log: String,
    /// The sites visitors may come from.
    pub sites: BTreeMap<String, Site>,
    /// Warnings about this configuration, a sentence each.
    pub warnings: Vec<String>,
}

/// The listener for the site's own servers and for operations.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The required Bearer token of a request (RFC 6750).
    pub key: Secret<SecretString>,
}

impl Config {
    /// Checks the settings and reads the files they name.
    ///
    /// # Errors
    /// Every missing or invalid setting.
    pub fn from_settings(settings: Settings) -> Result<Self, Errors> {
        let malformed = malformed(&settings);
        let mut checks = Checks::default();
        let client_id = required("WEBKYC_CLIENT_ID", settings.client_id);
        let client_id = client_id.and_then(|id| visible_ascii("WEBKYC_CLIENT_ID", id));
        let client_id = checks.keep(client_id);
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
        let redirect_uri = redirect_uri.and_then(|uri| {
            let origin = checks.keep(check_redirect_uri(&uri))?;
            if let Some(public_url) = &public_url
                && origin != public_url.origin
                && !is_listed(&settings.sites, &origin)
            {
                let problem = "is of an origin that is neither WEBKYC_PUBLIC_URL's nor in the origins of a site: nobody could sign up";
                checks.errors.push(wrong("WEBKYC_REDIRECT_URI", problem));
            }
            if let Some(public_url) = &public_url
                && let Some(page) = uri.strip_prefix(&format!("{}/", public_url.url))
                && page.split('?').next() != Some("results")
            {
                let problem = "is an address of webkyc's own where no page is: use WEBKYC_PUBLIC_URL/results, or a page of your site that webkyc does not serve";
                checks.errors.push(wrong("WEBKYC_REDIRECT_URI", problem));
            }
            Some((uri, origin))
        });
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
        let listen = checks.keep(parse_listen(settings.listen));
        let trusted_proxies = or(settings.trusted_proxies, "");
        let trusted_proxies = checks.keep(networks("WEBKYC_TRUSTED_PROXIES", &trusted_proxies));
        let errors_before = checks.errors.len();
        let operator_key = checks.secret(
            ("WEBKYC_OPERATOR_KEY", settings.operator_key),
            ("WEBKYC_OPERATOR_KEY_FILE", settings.operator_key_file),
            parse_operator_key,
        );
        let operator_listen = given(settings.operator_listen)
            .and_then(|listen| checks.keep(address("WEBKYC_OPERATOR_LISTEN", &listen)));
        let operator = match (operator_listen, operator_key) {
            (Some(listen), Some(key)) => Some(Operator { listen, key }),
            // An invalid value is not also reported as missing.
            (None, None) => None,
            _ if checks.errors.len() > errors_before => None,
            (Some(_), None) => {
                let problem = "needs WEBKYC_OPERATOR_KEY or WEBKYC_OPERATOR_KEY_FILE";
                checks.errors.push(wrong("WEBKYC_OPERATOR_LISTEN", problem));
                None
            }
            (None, Some(_)) => {
                let problem = "is missing, and a key for operators is there";
                checks.errors.push(wrong("WEBKYC_OPERATOR_LISTEN", problem));
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
        let has_cookie_keys = cookie_keys.is_some();
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
        let grant_type = or(settings.grant_type, "authorization_code");
        let grant_type = checks.keep(visible_ascii("WEBKYC_GRANT_TYPE", grant_type));
        let log = or(settings.log, "info");
        checks.keep(log_filter(&log));
        if let (Some(listen), Some(operator)) = (&listen, &operator)
            && *listen == operator.listen
            && listen.port() != 0
        {
            let problem = "is the same as WEBKYC_LISTEN";
            checks.errors.push(wrong("WEBKYC_OPERATOR_LISTEN", problem));
        }
        let config = (|| {
            let (redirect_uri, redirect_origin) = redirect_uri?;
            Some(Self {
                client_id: client_id?,
                client_secret: client_secret?,
                public_url: public_url?,
                redirect_uri,
                redirect_origin,
                back_url,
                identity_url: identity_url?,
                api_url: api_url?,
                export_url: export_url?,
                grant_type: grant_type?,
                listen: listen?,
                trusted_proxies: trusted_proxies?,
                operator,
                cookie_keys,
                has_cookie_keys,
                assets: Assets::from_setting(given(settings.assets)),
                log,
                sites: settings.sites,
                warnings: checks.warnings,
            })
        })();
        // A malformed end of a value causes all other errors of that value, so only the first is
        // kept.
        let is_new = |error: &Error| malformed.iter().all(|m| m.setting != error.setting);
        checks.errors.retain(is_new);
        checks.errors.splice(0..0, malformed);
        match config {
            Some(mut config) if checks.errors.is_empty() => {
                let mut warnings = std::mem::take(&mut config.warnings);
                remark(&config, &mut warnings);
                config.warnings = warnings;
                Ok(config)
            }
            _ => Err(Errors(checks.errors)),
        }
    }

    /// Checks that the pages can be served.
    ///
    /// # Errors
    /// When a page is missing.
    pub fn check_assets(&self) -> Result<(), Error> {
        let assets = self.assets.clone();
        let looked = file::in_time(file::PATIENCE, move || Ok(assets.missing()));
        let missing = looked.map_err(|error| {
            let problem = format!("is not right: pages {}: {error}", self.assets);
            wrong("WEBKYC_ASSETS", problem)
        })?;
        let Some(missing) = missing else {
            return Ok(());
        };
        let problem = format!(
            "is not right: there is no {missing} {}; build the pages first (cargo xtask pages)",
            self.assets
        );
        Err(wrong("WEBKYC_ASSETS", problem))
    }

    /// The files of the secrets that were read from one.
    #[must_use]
    pub fn secret_files(&self) -> Vec<SecretFile> {
        let operator = self.operator.as_ref();
        let files = [
            self.client_secret.file(),
            self.cookie_keys.file(),
            operator.and_then(|operator| operator.key.file()),
        ];
        files.into_iter().flatten().collect()
    }

    /// The exact return URL for a site's return key.
    #[must_use]
    pub fn return_url(&self, site: &str, return_key: &str) -> Option<&str> {
        Some(self.sites.get(site)?.returns.get(return_key)?.as_str())
    }

    /// Whether pages of any other origin may call the API.
    #[must_use]
    pub fn lists_origins(&self) -> bool {
        self.sites.values().any(|site| !site.origins.is_empty())
    }

    /// Whether pages of this other origin may call the API.
    #[must_use]
    pub fn is_listed_origin(&self, origin: &str) -> bool {
        is_listed(&self.sites, origin)
    }
}

/// The listening address in these settings, without checking the others.
///
/// # Errors
/// When this setting is invalid.
pub fn listen_address(settings: &Settings) -> Result<SocketAddr, Error> {
    const SETTING: &str = "WEBKYC_LISTEN";
    let mut malformed = malformed(settings).into_iter();
    match malformed.find(|error| error.setting == SETTING) {
        Some(error) => Err(error),
        None => parse_listen(settings.listen.clone()),
    }
}

fn parse_listen(listen: Option<String>) -> Result<SocketAddr, Error> {
    let listen = given(listen).unwrap_or_else(|| LISTEN.to_owned());
    address("WEBKYC_LISTEN", &listen)
}

fn malformed(settings: &Settings) -> Vec<Error> {
    let check = |(setting, value, form): (_, Option<&str>, _)| {
        let problem = form::problem(value?, form)?;
        Some(wrong(setting, problem))
    };
    settings.values().into_iter().filter_map(check).collect()
}

fn is_listed(sites: &BTreeMap<String, Site>, origin: &str) -> bool {
    let mut origins = sites.values().flat_map(|site| &site.origins);
    origins.any(|listed| listed == origin)
}

#[cfg(test)]
mod tests;
