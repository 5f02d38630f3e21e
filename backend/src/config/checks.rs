//! Checks the settings, with one function per kind.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use secrecy::SecretString;
use tracing_subscriber::EnvFilter;

use super::{
    Config, Error, Secret,
    form::{self, Form},
    public_url::{exact_origin, web_url},
    wrong,
};
use crate::config::settings::{Site, given};

/// A shorter key can be guessed by trial.
const OPERATOR_KEY_LENGTH: usize = 32;

/// Continues after a wrong setting, so that all errors are reported together.
#[derive(Default)]
pub(super) struct Checks {
    pub(super) errors: Vec<Error>,
    pub(super) warnings: Vec<String>,
}

impl Checks {
    pub(super) fn keep<T>(&mut self, checked: Result<T, Error>) -> Option<T> {
        checked.map_err(|error| self.errors.push(error)).ok()
    }

    pub(super) fn secret<T>(
        &mut self,
        value: (&'static str, Option<String>),
        file: (&'static str, Option<String>),
        parse: impl Fn(&str) -> Result<T, String> + Send + Sync + 'static,
    ) -> Option<Secret<T>> {
        let read = Secret::read(value, file, parse, &mut self.warnings);
        self.keep(read).flatten()
    }
}

pub(super) fn missing(setting: &'static str) -> Error {
    wrong(setting, "is required and was not given")
}

pub(super) fn required(setting: &'static str, value: Option<String>) -> Result<String, Error> {
    given(value).ok_or_else(|| missing(setting))
}

/// Accepts values that need no encoding in a URL or a form.
pub(super) fn visible_ascii(setting: &'static str, given: String) -> Result<String, Error> {
    if given.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(given)
    } else {
        Err(wrong(
            setting,
            format!("must be visible ASCII characters, not {given:?}"),
        ))
    }
}

pub(super) fn parse_client_secret(given: &str) -> Result<SecretString, String> {
    if given.contains(char::is_control) {
        return Err("holds a line break or another control character".to_owned());
    }
    Ok(given.into())
}

pub(super) fn parse_operator_key(given: &str) -> Result<SecretString, String> {
    if given.len() < OPERATOR_KEY_LENGTH || !given.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(format!(
            "must be {OPERATOR_KEY_LENGTH} visible ASCII characters or more: openssl rand -base64 32"
        ));
    }
    Ok(given.into())
}

/// The origin of the redirect URI.
pub(super) fn check_redirect_uri(uri: &str) -> Result<String, Error> {
    const SETTING: &str = "WEBKYC_REDIRECT_URI";
    let url = web_url(SETTING, uri)?;
    if url.fragment().is_some() {
        return Err(wrong(SETTING, "must not have a fragment (#…)"));
    }
    // The URI is sent unchanged, and RFC 3986 allows only ASCII.
    if !uri.is_ascii() {
        return Err(wrong(
            SETTING,
            format!("must be ASCII, with %XX and xn-- for the rest, not {uri:?}"),
        ));
    }
    Ok(url.origin().ascii_serialization())
}

pub(super) fn address(setting: &'static str, given: &str) -> Result<SocketAddr, Error> {
    given.parse().map_err(|_| {
        let problem = format!("must be ADDRESS:PORT such as 127.0.0.1:8080, not {given:?}");
        wrong(setting, problem)
    })
}

/// Parses networks such as `10.0.0.0/8`, and single addresses.
pub(super) fn networks(setting: &'static str, given: &str) -> Result<Vec<IpNet>, Error> {
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

/// Checks that the log filter can be parsed.
pub(super) fn log_filter(given: &str) -> Result<(), Error> {
    let parsed = EnvFilter::try_new(given);
    parsed.map(drop).map_err(|_| {
        let problem = format!("must be a log filter such as info, not {given:?}");
        wrong("WEBKYC_LOG", problem)
    })
}

/// Adds a warning for each setting that is valid but risky.
pub(super) fn remark(config: &Config, warnings: &mut Vec<String>) {
    let (public_url, redirect_uri) = (&config.public_url, &config.redirect_uri);
    if public_url.secure && config.trusted_proxies.is_empty() {
        warnings.push(
            "WEBKYC_TRUSTED_PROXIES is not set: to the rate limits all who come through a proxy are one client"
                .to_owned(),
        );
    }
    if let Some(operator) = &config.operator
        && !operator.listen.ip().is_loopback()
    {
        warnings.push(
            "WEBKYC_OPERATOR_LISTEN is not loopback: its key and its exports cross the network in clear text"
                .to_owned(),
        );
    }
    if !public_url.secure {
        // A developer on loopback may keep the secret in the environment.
        warnings.retain(|warning| !warning.contains("is given as a value"));
        warnings.push(
            "WEBKYC_PUBLIC_URL is http: cookies are not Secure; for development only".to_owned(),
        );
    }
    if *redirect_uri != format!("{}/results", public_url.url) {
        warnings.push(
            "WEBKYC_REDIRECT_URI is a page of yours: it has to show the results (<authenteq-results>, see /integrate)"
                .to_owned(),
        );
    }
}

pub(super) fn check_site(key: &str, site: &Site) -> Result<(), Error> {
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
    let refuse = |what: &str, problem: &str| {
        let problem = format!("[sites.{key}] {what} {problem}");
        Err(wrong(SETTING, problem))
    };
    if site.name.is_empty() {
        return refuse("name", "is empty");
    }
    if let Some(problem) = form::problem(&site.name, Form::Quotes) {
        return refuse("name", &problem);
    }
    if site.name.contains(char::is_control) {
        return refuse("name", "holds a line break or another control character");
    }
    for (return_key, url) in &site.returns {
        let what = format!("return {return_key}");
        if let Some(problem) = form::problem(url, Form::Plain) {
            return refuse(&what, &problem);
        }
        if let Err(error) = web_url(SETTING, url) {
            return refuse(&what, &error.problem);
        }
    }
    for origin in &site.origins {
        if let Some(problem) = form::problem(origin, Form::Plain) {
            return refuse("origin", &problem);
        }
        if let Err(error) = exact_origin(SETTING, origin) {
            return refuse("origin", &error.problem);
        }
    }
    Ok(())
}
