//! Who may ask: under which names, and for the sandbox's own pages, which pages.

use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{HOST, ORIGIN},
    },
    response::{IntoResponse, Response},
};
use url::{Host, Url};

use crate::app_state::AppState;

/// Whether an address is the sandbox's own, and not one that Authenteq has.
pub(super) fn is_own(uri: &Uri) -> bool {
    let path = uri.path();
    path == "/" || path.starts_with("/_sandbox") || path.starts_with("/identification/")
}

/// Another website could have its name point to this machine (DNS rebinding), and read everything
/// from a visitor's browser. Numbers, `localhost`, names without a dot and Authenteq's own cannot be
/// made to.
pub(super) fn refuse_names(app: &AppState, request: &Request) -> Option<Response> {
    let Some(authority) = authority(request.uri(), request.headers()) else {
        // Browsers always say one; programs of HTTP/1.0 do not.
        return is_own(request.uri()).then(misdirected);
    };
    let url = Url::parse(&format!("http://{authority}/")).ok();
    let is_ours = url
        .as_ref()
        .and_then(Url::host)
        .is_some_and(|host| match host {
            Host::Ipv4(_) | Host::Ipv6(_) => true,
            Host::Domain(name) => {
                !name.contains('.')
                    || name.ends_with(".localhost")
                    || name.ends_with(".authenteq.com")
                    || is_public_name(app, name)
            }
        });
    (!is_ours).then(misdirected)
}

/// What is not safe is for the sandbox's own pages and for programs, not for pages of other sites.
pub(super) fn refuse_strangers(app: &AppState, request: &Request) -> Option<Response> {
    let authority = authority(request.uri(), request.headers());
    if request.method().is_safe() || is_from_here(app, authority, request.headers()) {
        return None;
    }
    Some(refusal(
        StatusCode::FORBIDDEN,
        "Only the sandbox's own pages and programs may do this, no page of another site.\n",
    ))
}

fn misdirected() -> Response {
    refusal(
        StatusCode::MISDIRECTED_REQUEST,
        "The sandbox answers under its address in numbers, as localhost, under names without a \
         dot, and under the name in --public-url.\n",
    )
}

/// The origin that whoever asks reaches the sandbox at.
pub(super) fn origin(app: &AppState, uri: &Uri, headers: &HeaderMap) -> String {
    match authority(uri, headers).filter(|_| app.everywhere) {
        Some(authority) => format!("http://{authority}"),
        None => app.url.clone(),
    }
}

fn authority<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let named = uri.authority().map(|authority| authority.as_str());
    named.or_else(|| headers.get(HOST)?.to_str().ok())
}

fn is_public_name(app: &AppState, name: &str) -> bool {
    let url = Url::parse(&app.url).ok();
    url.is_some_and(|url| url.host_str() == Some(name))
}

/// Programs name no origin; browsers do, for whatever is not safe.
fn is_from_here(app: &AppState, authority: Option<&str>, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    origin == app.url.as_str() || authority.is_some_and(|authority| is_origin_of(origin, authority))
}

/// Whether an origin is the very host that was called. By which of the two schemes is not known where
/// another server ends TLS.
fn is_origin_of(origin: &HeaderValue, authority: &str) -> bool {
    let origin = origin
        .to_str()
        .ok()
        .and_then(|origin| Url::parse(origin).ok());
    origin.is_some_and(|origin| {
        let called = Url::parse(&format!("{}://{authority}/", origin.scheme()));
        matches!(origin.scheme(), "http" | "https")
            && called.is_ok_and(|called| called.origin() == origin.origin())
    })
}

fn refusal(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}
