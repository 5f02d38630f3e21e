//! The sites that send their visitors here.

use std::{collections::BTreeMap, iter};

use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    Error, Operator, Secret,
    checks::{Checks, time_zone},
    form::{self, QuoteRule},
    listeners::parse_bearer_key,
    public_url::{exact_origin, web_url},
    settings::given,
    webhook::{Webhook, WebhookSettings},
    wrong,
};
use crate::claims::{Claim, UnknownClaim};

const SITES: &str = "[sites]";

/// The sites, by key.
#[derive(Clone, Debug, Default)]
pub struct Sites(BTreeMap<String, Site>);

/// The table `[sites.KEY]` as given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteSettings {
    /// The name to show.
    pub name: String,
    /// Exact addresses a visitor may be sent back to, by key.
    #[serde(default)]
    pub returns: BTreeMap<String, String>,
    /// Exact origins of the same site whose pages may call the API, as `https://www.shop.example`.
    #[serde(default)]
    pub origins: Vec<String>,
    /// A file that holds the key that the site's server sends as a Bearer token.
    pub key_file: Option<String>,
    /// The most that one of its sign-ups may ask for.
    #[serde(default)]
    pub claims: Vec<String>,
    /// The page that a visitor sees after a sign-up.
    pub after: Option<After>,
    /// When the site's server may fetch a result.
    pub release: Option<Release>,
    /// The time zone for ages, if it is not the deployment's.
    pub time_zone: Option<String>,
    /// Where its events are sent.
    pub webhook: Option<WebhookSettings>,
}

/// A site that sends its visitors here.
#[derive(Clone, Debug)]
pub struct Site {
    /// The name to show.
    pub name: String,
    /// Exact addresses a visitor may be sent back to, by key.
    pub returns: BTreeMap<String, String>,
    /// Exact origins of the same site whose pages may call the API.
    pub origins: Vec<String>,
    /// The Bearer token of the site's server (RFC 6750), if it has one.
    pub key: Option<Secret<SecretString>>,
    /// The most that one of its sign-ups may ask for.
    pub claims: Vec<Claim>,
    /// The page that a visitor sees after a sign-up that its server created.
    pub after: After,
    /// When its server may fetch the result of a sign-up.
    pub release: Release,
    /// The time zone for ages.
    pub time_zone: TimeZone,
    /// Where its events are sent.
    pub webhook: Option<Webhook>,
}

/// The page that a visitor sees after a sign-up that the site's server created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum After {
    /// The results, with a link back to the site.
    #[default]
    Show,
    /// The site's own page at once, after a failure too.
    Return,
}

/// When the site's server may fetch the result of a sign-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Release {
    /// As soon as there is one.
    #[default]
    Immediately,
    /// When it presents the code that came back with the visitor.
    OnReturn,
}

impl Sites {
    /// Checks the sites. A site with errors is kept, so that it causes no others.
    pub(super) fn check(
        sites: &BTreeMap<String, SiteSettings>,
        has_store: bool,
        default_time_zone: &TimeZone,
        checks: &mut Checks,
    ) -> Self {
        let check = |(key, site): (&String, &SiteSettings)| {
            let site = site.check(key, has_store, default_time_zone, checks);
            (key.clone(), site)
        };
        Self(sites.iter().map(check).collect())
    }

    /// Refuses a key that two callers have: each request has one caller.
    pub(super) fn check_keys_differ(&self, operator: Option<&Operator>, checks: &mut Checks) {
        let operator = operator.map(|operator| ("WEBKYC_OPERATOR_KEY".to_owned(), &operator.key));
        let sites = self.iter().filter_map(|(key, site)| {
            let setting = format!("[sites.{key}] key_file");
            Some((setting, site.key.as_ref()?))
        });
        let mut seen = BTreeMap::new();
        for (setting, key) in operator.into_iter().chain(sites) {
            let hash = Sha256::digest(key.get().expose_secret());
            match seen.get(&hash) {
                Some(other) => {
                    let problem = format!("holds the same key as {other}: each needs its own");
                    checks.refuse(setting, &problem);
                }
                None => {
                    seen.insert(hash, setting);
                }
            }
        }
    }

    /// Each site with its key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Site)> {
        self.0.iter().map(|(key, site)| (key.as_str(), site))
    }

    /// The key of the site, if there is one and no other.
    #[must_use]
    pub fn only(&self) -> Option<&str> {
        let mut keys = self.0.keys();
        keys.next()
            .filter(|_| keys.next().is_none())
            .map(String::as_str)
    }

    /// The site with this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Site> {
        self.0.get(key)
    }

    /// Whether there is a site with this key.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// The exact return URL for a site's return key.
    #[must_use]
    pub fn return_url(&self, site: &str, return_key: &str) -> Option<&str> {
        Some(self.0.get(site)?.returns.get(return_key)?.as_str())
    }

    /// Whether visitors of this site's sign-ups leave without seeing their data.
    #[must_use]
    pub fn returns_at_once(&self, site: &str) -> bool {
        self.get(site)
            .is_some_and(|site| site.after == After::Return)
    }

    /// Whether pages of this other origin may call the API.
    #[must_use]
    pub fn list_origin(&self, origin: &str) -> bool {
        let mut origins = self.0.values().flat_map(|site| &site.origins);
        origins.any(|listed| listed == origin)
    }
}

impl SiteSettings {
    fn check(
        &self,
        key: &str,
        has_store: bool,
        default_time_zone: &TimeZone,
        checks: &mut Checks,
    ) -> Site {
        let setting = |name: &str| format!("[sites.{key}] {name}");
        checks.keep(self.check_addresses(key));
        if !has_store {
            for (name, is_given) in [
                ("key_file", given(&self.key_file).is_some()),
                ("claims", !self.claims.is_empty()),
                ("after", self.after.is_some()),
                ("release", self.release.is_some()),
                ("time_zone", given(&self.time_zone).is_some()),
                ("webhook", self.webhook.is_some()),
            ] {
                if is_given {
                    let problem = "is of no use without [store], which keeps the sign-ups that the site's server creates";
                    checks.refuse(setting(name), problem);
                }
            }
        }
        let file = given(&self.key_file);
        let bearer_key =
            file.and_then(|file| checks.secret_file(setting("key_file"), file, parse_bearer_key));
        let mut claims = Vec::new();
        for name in &self.claims {
            match name.parse() {
                Ok(claim) if claims.contains(&claim) => {
                    checks.refuse(setting("claims"), &format!("has {name:?} twice"));
                }
                Ok(claim) => claims.push(claim),
                Err(error) => {
                    let problem = UnknownClaim::to_string(&error);
                    checks.refuse(setting("claims"), &format!("has {name:?}: {problem}"));
                }
            }
        }
        let own_time_zone = given(&self.time_zone)
            .and_then(|name| checks.keep(time_zone(setting("time_zone"), name)));
        Site {
            name: self.name.clone(),
            returns: self.returns.clone(),
            origins: self.origins.clone(),
            key: bearer_key,
            claims,
            after: self.after.unwrap_or_default(),
            release: self.release.unwrap_or_default(),
            time_zone: own_time_zone.unwrap_or_else(|| default_time_zone.clone()),
            webhook: self
                .webhook
                .as_ref()
                .and_then(|webhook| webhook.check(key, checks)),
        }
    }

    fn check_addresses(&self, key: &str) -> Result<(), Error> {
        for key in iter::once(key).chain(self.returns.keys().map(String::as_str)) {
            if !is_key(key) {
                let problem = format!("has the key {key:?}: use up to 32 letters, digits, - and _");
                return Err(wrong(SITES, problem));
            }
        }
        let refuse =
            |what: &str, problem: &str| Err(wrong(format!("[sites.{key}] {what}"), problem));
        if self.name.is_empty() {
            return refuse("name", "is empty");
        }
        if let Some(problem) = form::problem(&self.name, QuoteRule::Allow) {
            return refuse("name", &problem);
        }
        if self.name.contains(char::is_control) {
            return refuse("name", "holds a line break or another control character");
        }
        for (return_key, url) in &self.returns {
            let what = format!("return {return_key}");
            if let Some(problem) = form::problem(url, QuoteRule::Refuse) {
                return refuse(&what, &problem);
            }
            if let Err(error) = web_url(SITES, url) {
                return refuse(&what, &error.problem);
            }
        }
        for origin in &self.origins {
            if let Some(problem) = form::problem(origin, QuoteRule::Refuse) {
                return refuse("origin", &problem);
            }
            if let Err(error) = exact_origin(SITES, origin) {
                return refuse("origin", &error.problem);
            }
        }
        Ok(())
    }
}

fn is_key(key: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=32).contains(&key.len()) && key.bytes().all(is_allowed)
}
