//! The security headers of every response.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use webkyc_shared::api::SESSION_HEADER;

type Header = (HeaderName, HeaderValue);

const fn header(name: HeaderName, value: &'static str) -> Header {
    (name, HeaderValue::from_static(value))
}

/// Pages may run only their own WebAssembly: no inline script, no other origin.
static PAGES: [Header; 5] = [
    header(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; frame-src 'none'; object-src 'none'; \
         worker-src 'none'",
    ),
    header(header::X_FRAME_OPTIONS, "DENY"),
    header(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    header(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    ),
    header(header::CACHE_CONTROL, "no-store"),
];

static API: [Header; 2] = [
    header(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; sandbox",
    ),
    header(header::CACHE_CONTROL, "no-store"),
];

static ALL: [Header; 3] = [
    header(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    header(header::REFERRER_POLICY, "no-referrer"),
    header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

static HTTPS_HOST: [Header; 1] = [header(
    header::STRICT_TRANSPORT_SECURITY,
    "max-age=31536000; includeSubDomains",
)];

/// Adds the headers of an API response or of a page. Mounted under a path, we omit HSTS: only the
/// host's own site decides whether all of it is https. An existing `Cache-Control` or policy is
/// kept.
pub(crate) fn insert(headers: &mut HeaderMap, is_api: bool, owns_https_host: bool) {
    let own: &[_] = if is_api { &API } else { &PAGES };
    let https: &[_] = if owns_https_host { &HTTPS_HOST } else { &[] };
    headers.reserve(ALL.len() + own.len() + https.len() + 1);
    if is_api {
        // `no-store` applies to the browser's cache; a site's service worker stores responses by
        // their URL and `Vary`.
        headers.append(header::VARY, HeaderValue::from_static(SESSION_HEADER));
    }
    for (name, value) in ALL.iter().chain(own).chain(https) {
        let may_be_there = [header::CACHE_CONTROL, header::CONTENT_SECURITY_POLICY].contains(name);
        if !may_be_there || !headers.contains_key(name) {
            headers.insert(name, value.clone());
        }
    }
}
