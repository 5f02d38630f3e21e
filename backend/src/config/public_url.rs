//! Addresses in the configuration.

use url::{Host, Origin, Url};

use super::{Error, checks::Checks, form::unseen, settings::Settings, wrong};

const SETTING: &str = "WEBKYC_PUBLIC_URL";

/// The address that browsers see, split into its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// Without a trailing slash: `https://shop.example/kyc`.
    pub url: String,
    /// `https://shop.example`
    pub origin: String,
    /// The `Host` header that browsers send: `shop.example`, with the port unless it is the
    /// default.
    pub host: String,
    /// `/kyc`, or empty.
    pub path: String,
    /// Whether the scheme is https, so that cookies can be `Secure`.
    pub secure: bool,
}

impl PublicUrl {
    /// Whether all of the host is ours and https: mounted under a path, we speak for that path only.
    #[must_use]
    pub fn owns_https_host(&self) -> bool {
        self.secure && self.path.is_empty()
    }

    pub(super) fn check(settings: &Settings, checks: &mut Checks) -> Option<Self> {
        let url = checks.required(SETTING, &settings.public_url)?;
        checks.keep(Self::parse(url))
    }

    fn parse(given: &str) -> Result<Self, Error> {
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

/// Accepts an absolute https URL, or http on loopback, in its normalized spelling.
pub(super) fn web_url(setting: &'static str, given: &str) -> Result<Url, Error> {
    // The parser silently drops these characters, but we send the URL as it was written.
    if let Some(name) = given.chars().find_map(unseen) {
        return Err(wrong(setting, format!("holds {name}")));
    }
    let url = Url::parse(given).map_err(|e| {
        wrong(
            setting,
            format!("must be an absolute URL, not {given:?}: {e}"),
        )
    })?;
    let after_scheme = given.split_once("://").map_or("", |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or("");
    if !url.username().is_empty() || url.password().is_some() || authority.contains('@') {
        return Err(wrong(setting, "must not carry a user name or password"));
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        _ => {
            return Err(wrong(
                setting,
                format!("must be https (or http on loopback), not {given:?}"),
            ));
        }
    }
    if authority.is_empty() || given.contains('\\') {
        let problem = format!("must be written as SCHEME://HOST/PATH, not {given:?}");
        return Err(wrong(setting, problem));
    }
    Ok(url)
}

/// Accepts only an origin: `https://www.shop.example`.
pub(super) fn exact_origin(setting: &'static str, given: &str) -> Result<String, Error> {
    let origin = web_url(setting, given)?.origin().ascii_serialization();
    if origin != given {
        let problem = format!("must name exact origins such as {origin:?}, not {given:?}");
        return Err(wrong(setting, problem));
    }
    Ok(origin)
}

/// Whether a URL leads to this machine by its name or its address.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
