//! Lets pages of another origin of the same site, such as `https://www.shop.example` next to
//! `https://kyc.shop.example`, call the API if the configuration lists that exact origin.
//! (tower-http's CORS layer answers every preflight before the gate sees it, also for unlisted
//! origins.)

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use webkyc_shared::api::{CSRF_HEADER, SESSION_HEADER};

use crate::config::Config;

/// The request's `Origin`, if it is configured.
pub(crate) fn listed(config: &Config, request: &Request) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    config
        .sites
        .list_origin(origin.to_str().ok()?)
        .then(|| origin.clone())
}

/// Whether this is a preflight (Fetch standard, "CORS-preflight request").
pub(crate) fn is_preflight(request: &Request) -> bool {
    let asks = request
        .headers()
        .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    request.method() == Method::OPTIONS && asks
}

/// The methods and headers that a listed origin may send.
pub(crate) fn permission() -> Response {
    let headers = format!("content-type, {CSRF_HEADER}, {SESSION_HEADER}");
    let permission = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, headers.as_str()),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, permission).into_response()
}

/// Lets scripts of this origin, and no other, read the response.
pub(crate) fn permit(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let always = [
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
        (
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "date, retry-after, x-request-id",
        ),
    ];
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
