//! The checks around the whole router: handlers get only requests from our own pages.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use webkyc_shared::api::{CSRF_HEADER, CSRF_HEADER_VALUE};

use super::{HEALTH_PATHS, cors};
use crate::{config::Config, error::ApiError};

/// Longer than any of our URLs with a code and a state.
const URI_LIMIT: usize = 4 << 10;

/// The checks of one request, and what its answer gets for them.
pub(super) struct Gate<'a> {
    config: &'a Config,
    listed_origin: Option<HeaderValue>,
}

impl<'a> Gate<'a> {
    pub(super) fn before(config: &'a Config, request: &Request) -> Self {
        Self {
            config,
            listed_origin: cors::listed(config, request),
        }
    }

    /// The answer with the error of the first failed check, or to a preflight.
    pub(super) fn refusal(&self, request: &Request) -> Option<Response> {
        let error = refusal(self.config, request)?;
        let permission = self.permission_after(&error, request);
        Some(permission.unwrap_or_else(|| error.into_response()))
    }

    /// The answer to a preflight of a listed origin.
    pub(super) fn permission(&self, request: &Request) -> Option<Response> {
        self.permission_after(&refusal(self.config, request)?, request)
    }

    /// A preflight fails the check of our header, and none before.
    fn permission_after(&self, error: &ApiError, request: &Request) -> Option<Response> {
        let is_permitted = matches!(error, ApiError::CsrfHeaderMissing)
            && self.listed_origin.is_some()
            && cors::is_preflight(request);
        is_permitted.then(cors::permission)
    }

    /// Adds the headers that let a listed origin read the answer.
    pub(super) fn permit(self, headers: &mut HeaderMap) {
        if let Some(origin) = self.listed_origin {
            cors::permit(headers, origin);
        }
        // Also on responses without CORS headers, and while no origin is listed: a browser keeps files for
        // a year, and would give them to an origin that is listed tomorrow.
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
}

fn refusal(config: &Config, request: &Request) -> Option<ApiError> {
    let public_url = &config.public_url;
    let path = request.uri().path();
    if path.len() + request.uri().query().map_or(0, str::len) > URI_LIMIT {
        return Some(ApiError::UriTooLong);
    }
    // An orchestrator sends an IP address as `Host`, and the probes reveal nothing.
    if HEALTH_PATHS.contains(&path) {
        return None;
    }
    let headers = request.headers();
    if !names_host(request, &public_url.host) {
        return Some(ApiError::Misdirected);
    }
    let Some(below) = path.strip_prefix(public_url.path.as_str()) else {
        return Some(ApiError::NotFound);
    };
    if !below.starts_with("/api/") {
        return None;
    }
    // Browsers send each of these once; a duplicate shows that an intermediary merged two requests.
    let singles = [
        CSRF_HEADER,
        "sec-fetch-site",
        "sec-fetch-dest",
        "origin",
        "content-type",
    ];
    if singles
        .iter()
        .any(|name| headers.get_all(*name).iter().count() > 1)
    {
        return Some(ApiError::BadRequest("A header came twice".into()));
    }
    if text(headers, CSRF_HEADER) != Some(CSRF_HEADER_VALUE) {
        return Some(ApiError::CsrfHeaderMissing);
    }
    if !is_ours(request, config) {
        return Some(ApiError::CrossOriginRejected);
    }
    if headers.contains_key(header::CONTENT_TYPE) && !is_json(headers) {
        return Some(ApiError::UnsupportedMediaType);
    }
    None
}

/// Whether all headers of the browser agree that the calling page is of our own origin, or of a
/// listed origin of the same site.
fn is_ours(request: &Request, config: &Config) -> bool {
    let headers = request.headers();
    let fetch_site = headers.get("sec-fetch-site").map(|v| v.as_bytes());
    let fetch_dest = headers.get("sec-fetch-dest").map(|v| v.as_bytes());
    let from = headers.get(header::ORIGIN).map(|v| v.as_bytes());
    let is_listed = cors::listed(config, request).is_some();
    let site_is_ours =
        fetch_site.is_none_or(|site| site == b"same-origin" || (site == b"same-site" && is_listed));
    let dest_is_fetch = fetch_dest.is_none_or(|dest| dest == b"empty");
    let own = config.public_url.origin.as_bytes();
    let origin_is_ours = from.is_none_or(|from| from == own || is_listed);
    // Browsers without Sec-Fetch-Site still send Origin with a POST.
    let is_named = request.method() == Method::GET || fetch_site.is_some() || from.is_some();
    site_is_ours && dest_is_fetch && origin_is_ours && is_named
}

fn names_host(request: &Request, host: &str) -> bool {
    let named = request.uri().authority().map(|a| a.as_str());
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let header = hosts.next().and_then(|value| value.to_str().ok());
    hosts.next().is_none()
        && header.is_some_and(|header| header.eq_ignore_ascii_case(host))
        && named.is_none_or(|named| named.eq_ignore_ascii_case(host))
}

/// Only JSON: any site can send a form, but only ours can send `application/json`.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = text(headers, "content-type") else {
        return false;
    };
    let (media_type, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    media_type.trim().eq_ignore_ascii_case("application/json")
        && ["", "charset=utf-8"].contains(&parameters.trim().to_ascii_lowercase().as_str())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
