//! Checks the key on the operators' listener: the operator's, or that of a site's server.

use std::iter;

use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{config::Config, error::ApiError};

/// The paths that a site's server may ask, with those below them. To it there are no others.
const SITE_PATHS: [&str; 3] = ["/sign-ups", "/events", "/openapi.json"];

/// Who sent a request to the operators' listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The operator, who may ask for everything.
    Operator,
    /// The server of the site with this key in the configuration, which may ask for its own
    /// sign-ups.
    Site(String),
}

impl Caller {
    /// The site that the caller is limited to.
    pub(crate) fn scope(&self) -> Option<&str> {
        match self {
            Self::Operator => None,
            Self::Site(key) => Some(key),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // Absent only on the public listener, which has no callers.
        parts.extensions.get().cloned().ok_or(ApiError::Internal)
    }
}

/// Adds its [`Caller`] to a request that has a key (RFC 6750) and does not come from a browser.
///
/// # Errors
/// [`ApiError::CrossOriginRejected`], [`ApiError::OperatorKeyInvalid`], or [`ApiError::NotFound`]
/// where a site's server has no business.
pub(super) fn check(config: &Config, request: &mut Request) -> Result<(), ApiError> {
    let headers = request.headers();
    let is_browser = ["origin", "sec-fetch-site", "cookie"]
        .iter()
        .any(|name| headers.contains_key(*name));
    if is_browser {
        return Err(ApiError::CrossOriginRejected);
    }
    let caller = caller(config, headers).ok_or(ApiError::OperatorKeyInvalid)?;
    if matches!(caller, Caller::Site(_)) && !is_for_sites(request.uri().path()) {
        return Err(ApiError::NotFound);
    }
    request.extensions_mut().insert(caller);
    Ok(())
}

fn is_for_sites(path: &str) -> bool {
    let rest = SITE_PATHS.iter().find_map(|p| path.strip_prefix(p));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The caller with the given key, if it has one and no other caller has the same.
fn caller(config: &Config, headers: &HeaderMap) -> Option<Caller> {
    let mut credentials = headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, given) = credentials.next()?.to_str().ok()?.split_once(' ')?;
    if credentials.next().is_some() || !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let given = Sha256::digest(given);
    let operator = config.listeners.operator.as_ref()?;
    let sites = config.sites.iter();
    let sites = sites.filter_map(|(key, site)| Some((Some(key), site.key.as_ref()?)));
    let mut callers = Vec::new();
    // Every key is compared, and by its hash: neither a match nor a length shortens the time.
    for (site, key) in iter::once((None, &operator.key)).chain(sites) {
        let hash = Sha256::digest(key.get().expose_secret());
        if bool::from(hash.ct_eq(&given)) {
            callers.push(site);
        }
    }
    match callers.as_slice() {
        [None] => Some(Caller::Operator),
        [Some(site)] => Some(Caller::Site((*site).to_owned())),
        // A file may have been given another caller's key while the server runs.
        _ => None,
    }
}
