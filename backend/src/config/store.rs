//! `[store]`: where sign-ups that a site's server created are kept, and for how long.

use jiff::{Span, SpanRelativeTo};
use serde::Deserialize;

use super::{
    Error, Secret,
    checks::Checks,
    form::{self, QuoteRule},
    settings::{Settings, given},
    wrong,
};
use crate::{sealing::SealingKeys, store::Location};

const URL: &str = "[store] url";
const URL_FILE: &str = "[store] url_file";
const KEYS_FILE: &str = "[store] keys_file";
const KEEP_CLAIMS: &str = "[store] keep_claims";
const KEEP_SIGN_UPS: &str = "[store] keep_sign_ups";

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// The table `[store]` as given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreSettings {
    /// The database: `sqlite:///var/lib/webkyc/webkyc.db` or `postgres://webkyc@db.example/webkyc`.
    pub url: Option<String>,
    /// A file that holds the URL, since it may hold a password.
    pub url_file: Option<String>,
    /// A file that holds the keys that seal what is stored.
    pub keys_file: Option<String>,
    /// How long claims can be fetched, from the sign-up's end.
    pub keep_claims: Option<String>,
    /// How long a sign-up is kept without its claims, from its end.
    pub keep_sign_ups: Option<String>,
}

/// Where sign-ups are kept, and for how long.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// The database.
    pub location: Location,
    /// The keys that seal what is stored.
    pub keys: Secret<SealingKeys>,
    /// How long claims can be fetched, from the sign-up's end; in seconds.
    pub keep_claims: i64,
    /// How long a sign-up is kept without its claims, from its end; in seconds.
    pub keep_sign_ups: i64,
}

impl StoreConfig {
    pub(super) fn check(settings: &Settings, checks: &mut Checks) -> Option<Self> {
        let store = settings.store.as_ref()?;
        if cfg!(not(feature = "store")) {
            let problem = "needs a program that was built with the cargo feature \"store\"";
            checks.refuse("[store]", problem);
        }
        check_companions(settings, checks);
        let location = location(store, checks);
        let keys = checks.required(KEYS_FILE, &store.keys_file);
        let keys = keys.and_then(|file| checks.secret_file(KEYS_FILE, file, SealingKeys::parse));
        let keep_claims = given(&store.keep_claims).unwrap_or("7d");
        let keep_claims = checks.keep(seconds(KEEP_CLAIMS, keep_claims));
        if keep_claims.is_some_and(|kept| !(HOUR..=30 * DAY).contains(&kept)) {
            checks.refuse(KEEP_CLAIMS, "must be from 1h to 30d");
        }
        let keep_sign_ups = given(&store.keep_sign_ups).unwrap_or("400d");
        let keep_sign_ups = checks.keep(seconds(KEEP_SIGN_UPS, keep_sign_ups));
        if keep_sign_ups.is_some() && keep_sign_ups < keep_claims {
            checks.refuse(KEEP_SIGN_UPS, "must not be shorter than keep_claims");
        }
        Some(Self {
            location: location?,
            keys: keys?,
            keep_claims: keep_claims?,
            keep_sign_ups: keep_sign_ups?,
        })
    }
}

/// The database, from the URL or from the file that holds it.
fn location(store: &StoreSettings, checks: &mut Checks) -> Option<Location> {
    let location = match (given(&store.url), given(&store.url_file)) {
        (Some(_), Some(_)) => {
            checks.refuse(URL, &format!("and {URL_FILE} were both given: give one"));
            return None;
        }
        (_, Some(file)) => {
            let read = checks.secret_file(URL_FILE, file, Location::parse)?;
            Location::clone(&read.get())
        }
        (_, None) => {
            let url = checks.required(URL, &store.url)?;
            let parsed = match form::problem(url, QuoteRule::Refuse) {
                Some(problem) => Err(problem),
                None => Location::parse(url),
            };
            checks.keep(parsed.map_err(|problem| wrong(URL, problem)))?
        }
    };
    if given(&store.url).is_some() && location.has_password() {
        let warning = format!(
            "{URL} holds a password, which others on this machine may see: {URL_FILE} is safer"
        );
        checks.warnings.push(warning);
    }
    if let Some(warning) = location.warning() {
        checks.warnings.push(format!("{URL} {location} {warning}"));
    }
    Some(location)
}

/// Refuses a store without the settings that sign-ups need.
fn check_companions(settings: &Settings, checks: &mut Checks) {
    let has_cookie_keys =
        given(&settings.cookie_keys).is_some() || given(&settings.cookie_keys_file).is_some();
    for (setting, is_given, problem) in [
        (
            "WEBKYC_LIVE",
            given(&settings.live).is_some(),
            "is required with [store]: true if verifications are of real people, else false",
        ),
        (
            "WEBKYC_OPERATOR_LISTEN",
            given(&settings.operator_listen).is_some(),
            "is required with [store]: it is where the sites' servers ask",
        ),
        (
            "WEBKYC_COOKIE_KEYS",
            has_cookie_keys,
            "or WEBKYC_COOKIE_KEYS_FILE is required with [store]: with keys of its own, a restart would lose the sign-ups under way",
        ),
    ] {
        if !is_given {
            checks.refuse(setting, problem);
        }
    }
}

/// The seconds of a duration such as `7d`, `36h` or `2 weeks`, as jiff reads it; a day has 24 hours.
fn seconds(setting: &'static str, text: &str) -> Result<i64, Error> {
    let span: Result<Span, _> = text.parse();
    let duration = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    match duration {
        Ok(duration) if duration.is_positive() => Ok(duration.as_secs()),
        _ => {
            let problem = format!("must be a duration in w, d, h, m or s such as 7d, not {text:?}");
            Err(wrong(setting, problem))
        }
    }
}
