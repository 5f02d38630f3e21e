//! The checked configuration.
//!
//! Converting [`Settings`] to [`Config`] reads only the files that the settings name, so a test
//! needs no environment.

mod api;
mod certificates;
mod checks;
mod client;
mod cookie_keys;
mod endpoints;
pub(crate) mod file;
pub(crate) mod form;
mod listeners;
mod public_url;
mod redirect;
mod secret;
pub mod settings;
mod sites;
mod store;
mod watch;
mod webhook;

use std::{borrow::Cow, fmt, net::SocketAddr};

use jiff::tz::TimeZone;
use tracing_subscriber::EnvFilter;

pub use self::{
    api::{Api, WebIdv},
    certificates::check_certificates,
    client::ClientCredentials,
    cookie_keys::CookieKeys,
    endpoints::Endpoints,
    listeners::{Listeners, Operator},
    public_url::PublicUrl,
    redirect::Redirect,
    secret::{Reread, Secret, SecretFile},
    sites::{After, Release, Site, SiteSettings, Sites},
    store::{StoreConfig, StoreSettings},
    watch::{FileEvent, Watch},
    webhook::{Webhook, WebhookSecrets, WebhookSettings},
};
use self::{
    checks::Checks,
    public_url::is_loopback,
    settings::{Settings, given},
};
use crate::assets::Assets;

/// An invalid setting. Gives its name and the reason, never the value of a secret.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{setting} {problem}")]
pub struct Error {
    /// The environment variable's name, or the table and the key of the file.
    pub setting: Cow<'static, str>,
    problem: String,
}

fn wrong(setting: impl Into<Cow<'static, str>>, problem: impl Into<String>) -> Error {
    Error {
        setting: setting.into(),
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
    /// Who this deployment is to Authenteq.
    pub client: ClientCredentials,
    /// Which of Authenteq's APIs verifies visitors.
    pub api: Api,
    /// Authenteq's addresses.
    pub endpoints: Endpoints,
    /// The address that browsers see.
    pub public_url: PublicUrl,
    /// The addresses that a sign-up returns to.
    pub redirect: Redirect,
    /// The addresses to listen on.
    pub listeners: Listeners,
    /// The keys that seal and open the cookies. Bound to client id, API and identity server.
    pub cookie_keys: Secret<CookieKeys>,
    /// Whether the keys were configured; otherwise one was generated for this process.
    pub has_cookie_keys: bool,
    /// The location of the built pages.
    pub assets: Assets,
    /// The log filter.
    pub log: String,
    /// The sites visitors may come from.
    pub sites: Sites,
    /// Whether verifications are of real people: as the operator says, or else unless the identity server
    /// is on this machine, where it can only be the sandbox.
    pub live: bool,
    /// The time zone for ages, where a site has no other.
    pub time_zone: TimeZone,
    /// Where sign-ups that a site's server created are kept, if configured.
    pub store: Option<StoreConfig>,
    /// Warnings about this configuration, a sentence each.
    pub warnings: Vec<String>,
}

impl Config {
    /// Checks the settings and reads the files they name.
    ///
    /// # Errors
    /// Every missing or invalid setting.
    pub fn from_settings(settings: Settings) -> Result<Self, Errors> {
        let mut checks = Checks::default();
        let malformed = checks::malformed(&settings);
        let config = Self::check(&settings, &mut checks);
        let warnings = std::mem::take(&mut checks.warnings);
        let errors = checks.into_errors(malformed);
        match config {
            Some(config) if errors.is_empty() => Ok(Self { warnings, ..config }),
            _ => Err(Errors(errors)),
        }
    }

    fn check(settings: &Settings, checks: &mut Checks) -> Option<Self> {
        let client = ClientCredentials::check(settings, checks);
        let public_url = PublicUrl::check(settings, checks);
        let time_zone = given(&settings.time_zone)
            .and_then(|name| checks.keep(checks::time_zone("WEBKYC_TIME_ZONE", name)))
            .unwrap_or(TimeZone::UTC);
        let has_store = settings.store.is_some();
        let sites = Sites::check(&settings.sites, has_store, &time_zone, checks);
        let redirect = Redirect::check(settings, public_url.as_ref(), &sites, checks);
        let api = Api::check(settings, checks);
        let endpoints = Endpoints::check(settings, api.as_ref(), checks);
        let listeners = Listeners::check(settings, checks);
        let cookie_keys = CookieKeys::check(
            settings,
            client.as_ref(),
            api.as_ref(),
            endpoints.as_ref(),
            checks,
        );
        let operator = listeners.as_ref().and_then(|l| l.operator.as_ref());
        sites.check_keys_differ(operator, checks);
        let live = given(&settings.live)
            .and_then(|word| checks.keep(api::true_or_false("WEBKYC_LIVE", word)));
        let live = live.or_else(|| Some(!is_loopback(&endpoints.as_ref()?.identity)));
        let store = StoreConfig::check(settings, checks);
        let log = checks.keep(log_filter(given(&settings.log).unwrap_or("info")));
        let config = Self {
            client: client?,
            api: api?,
            endpoints: endpoints?,
            public_url: public_url?,
            redirect: redirect?,
            listeners: listeners?,
            has_cookie_keys: cookie_keys.is_some(),
            cookie_keys: cookie_keys.unwrap_or_else(|| Secret::fixed(CookieKeys::generate())),
            assets: Assets::from_setting(given(&settings.assets).map(str::to_owned)),
            log: log?,
            sites,
            live: live?,
            time_zone,
            store,
            warnings: Vec::new(),
        };
        config.warn(&mut checks.warnings);
        Some(config)
    }

    /// Adds and takes away the warnings that follow from several settings together.
    fn warn(&self, warnings: &mut Vec<String>) {
        if self.public_url.secure && self.listeners.trusted_proxies.is_empty() {
            warnings.push(
                "WEBKYC_TRUSTED_PROXIES is not set: to the rate limits all who come through a proxy are one client"
                    .to_owned(),
            );
        }
        if !self.public_url.secure {
            // A developer on loopback may keep the secret in the environment.
            warnings.retain(|warning| !warning.contains("is given as a value"));
            warnings.push(
                "WEBKYC_PUBLIC_URL is http: cookies are not Secure; for development only"
                    .to_owned(),
            );
        }
    }

    /// Checks that the pages can be served.
    ///
    /// # Errors
    /// When a page is missing.
    pub fn check_assets(&self) -> Result<(), Error> {
        let assets = self.assets.clone();
        let looked = file::in_time(file::OPEN_TIMEOUT, move || Ok(assets.missing()));
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
        let operator = self.listeners.operator.as_ref();
        let files = [
            self.client.secret.file(),
            self.cookie_keys.file(),
            operator.and_then(|operator| operator.key.file()),
            self.store.as_ref().and_then(|store| store.keys.file()),
        ];
        let of_sites = self.sites.iter();
        let of_sites = of_sites.flat_map(|(_, site)| {
            let webhook = site.webhook.as_ref();
            let secrets = webhook.and_then(|webhook| webhook.secrets.file());
            [site.key.as_ref().and_then(Secret::file), secrets]
        });
        let of_sites = of_sites.flatten();
        files.into_iter().flatten().chain(of_sites).collect()
    }
}

/// The listening address in these settings, without checking the others.
///
/// # Errors
/// When this setting is invalid.
pub fn listen_address(settings: &Settings) -> Result<SocketAddr, Error> {
    let mut malformed = checks::malformed(settings).into_iter();
    match malformed.find(|error| error.setting == "WEBKYC_LISTEN") {
        Some(error) => Err(error),
        None => listeners::public_address(settings),
    }
}

fn log_filter(given: &str) -> Result<String, Error> {
    match EnvFilter::try_new(given) {
        Ok(_) => Ok(given.to_owned()),
        Err(_) => {
            let problem = format!("must be a log filter such as info, not {given:?}");
            Err(wrong("WEBKYC_LOG", problem))
        }
    }
}

#[cfg(test)]
mod tests;
