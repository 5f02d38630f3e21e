//! The sites that send their visitors here.

use std::{collections::BTreeMap, iter};

use serde::Deserialize;

use super::{
    Error,
    form::{self, QuoteRule},
    public_url::{exact_origin, web_url},
    wrong,
};

const SITES: &str = "WEBKYC_SITES";

/// The sites, by key.
#[derive(Clone, Debug, Default)]
pub struct Sites(BTreeMap<String, Site>);

/// A site that sends its visitors here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The name to show.
    pub name: String,
    /// Exact addresses a visitor may be sent back to, by key.
    #[serde(default)]
    pub returns: BTreeMap<String, String>,
    /// Exact origins of the same site whose pages may call the API, as `https://www.shop.example`.
    #[serde(default)]
    pub origins: Vec<String>,
}

impl Sites {
    pub(super) fn new(sites: BTreeMap<String, Site>) -> Self {
        Self(sites)
    }

    pub(super) fn check(&self) -> impl Iterator<Item = Error> {
        self.iter().filter_map(|(key, site)| site.check(key).err())
    }

    /// Each site with its key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Site)> {
        self.0.iter().map(|(key, site)| (key.as_str(), site))
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

    /// Whether pages of any other origin may call the API.
    #[must_use]
    pub fn have_origins(&self) -> bool {
        self.0.values().any(|site| !site.origins.is_empty())
    }

    /// Whether pages of this other origin may call the API.
    #[must_use]
    pub fn list_origin(&self, origin: &str) -> bool {
        let mut origins = self.0.values().flat_map(|site| &site.origins);
        origins.any(|listed| listed == origin)
    }
}

impl Site {
    fn check(&self, key: &str) -> Result<(), Error> {
        for key in iter::once(key).chain(self.returns.keys().map(String::as_str)) {
            if !is_key(key) {
                let problem = format!("has the key {key:?}: use up to 32 letters, digits, - and _");
                return Err(wrong(SITES, problem));
            }
        }
        let refuse = |what: &str, problem: &str| {
            let problem = format!("[sites.{key}] {what} {problem}");
            Err(wrong(SITES, problem))
        };
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
