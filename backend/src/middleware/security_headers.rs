//! The security headers of every response.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use webkyc_shared::api::SESSION_HEADER;

/// Pages may run only their own WebAssembly: no inline script, no other origin.
const PAGES: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; frame-src 'none'; object-src 'none'; \
         worker-src 'none'",
    ),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    ),
    ("cache-control", "no-store"),
];

const API: [(&str, &str); 2] = [
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; sandbox",
    ),
    ("cache-control", "no-store"),
];

const ALL: [(&str, &str); 3] = [
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

const HTTPS_HOST: [(&str, &str); 1] = [(
    "strict-transport-security",
    "max-age=31536000; includeSubDomains",
)];

/// Adds the headers of an API response or of a page. Mounted under a path, we omit HSTS: only the
/// host's own site decides whether all of it is https. An existing `Cache-Control` or policy is
/// kept.
pub(crate) fn insert(headers: &mut HeaderMap, is_api: bool, owns_https_host: bool) {
    let own: &[_] = if is_api { &API } else { &PAGES };
    let https: &[_] = if owns_https_host { &HTTPS_HOST } else { &[] };
    if is_api {
        // `no-store` applies to the browser's cache; a site's service worker stores responses by
        // their URL and `Vary`.
        headers.append(header::VARY, HeaderValue::from_static(SESSION_HEADER));
    }
    for (name, value) in ALL.iter().chain(own).chain(https) {
        let name = HeaderName::from_static(name);
        let may_be_there = [header::CACHE_CONTROL, header::CONTENT_SECURITY_POLICY].contains(&name);
        if !may_be_there || !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
