//! Refuses strangers: requests under another name, and other sites' requests to the sandbox's own
//! pages.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request},
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{HOST, ORIGIN},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use url::{Host, Url};

use crate::{app_state::AppState, listener::Arrival, vendor};

/// Whether an address is the sandbox's own, and not one that Authenteq has.
pub(super) fn is_own(uri: &Uri) -> bool {
    let path = uri.path();
    path == "/" || path.starts_with("/_sandbox") || path.starts_with("/identification/")
}

/// Ends of names that public DNS never has, so that no website has such a name: RFC 6761, RFC 6762,
/// RFC 8375, and what ICANN keeps for private use. Whose they are, the visitor's own machine or
/// network says, as with names without a dot.
const PRIVATE: [&str; 5] = [".localhost", ".internal", ".local", ".test", ".home.arpa"];

/// Another website could have its name point to this machine (DNS rebinding), and read everything
/// from a visitor's browser. Numbers, private names and Authenteq's own cannot be made to.
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
                    || PRIVATE.iter().any(|end| name.ends_with(end))
                    || vendor::is_authenteqs(name)
                    || is_public_name(app, name)
            }
        });
    (!is_ours).then(misdirected)
}

/// Only the sandbox's own pages and programs may send unsafe methods; pages of other sites may not.
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
         dot or that end with .internal, .local, .test or .home.arpa, and under the name in \
         --public-url.\n",
    )
}

/// The address that a request names, by which its sender reaches the sandbox. Its host is one of
/// those that [`refuse_names`] lets through.
pub(super) struct Called(Option<Url>);

impl Called {
    fn of(uri: &Uri, headers: &HeaderMap, arrival: Option<Arrival>) -> Self {
        let scheme = match arrival {
            Some(Arrival::Tls) => "https",
            _ => "http",
        };
        let address = authority(uri, headers).map(|name| format!("{scheme}://{name}/"));
        Self(address.and_then(|address| address.parse().ok()))
    }

    /// Where a visitor is led from here: to the public URL if there is one; to Authenteq's name for it
    /// if Authenteq was called; to the name that was called if the sandbox knows none.
    pub(super) fn origin_for_visitors(&self, app: &AppState) -> String {
        match &self.0 {
            Some(url) if !app.has_public_url && url.scheme() == "https" => {
                let mut url = url.clone();
                let pages = vendor::pages_of(url.host_str().unwrap_or_default()).to_owned();
                url.set_host(Some(&pages))
                    .expect("the names of a URL and of Authenteq are hosts");
                url.origin().ascii_serialization()
            }
            Some(url) if app.everywhere => url.origin().ascii_serialization(),
            _ => app.url.clone(),
        }
    }
}

/// The origin for programs that repeat a call or make others: the one at which its reader reached the
/// sandbox, and never Authenteq's, which would get their secrets where no proxy leads them here.
pub(super) struct Address(pub(super) String);

impl Address {
    fn of(Called(called): &Called, app: &AppState) -> Self {
        let Some(url) = called else {
            return Self(app.local_url.clone());
        };
        let host = url.host_str().unwrap_or_default();
        let is_public = Url::parse(&app.url)
            .is_ok_and(|public| public.host_str() == Some(host) && public.port() == url.port());
        Self(if vendor::is_authenteqs(host) {
            app.local_url.clone()
        } else if app.has_public_url && is_public {
            app.url.clone()
        } else {
            // The port speaks plain HTTP as well, which needs no trust in a certificate.
            let port = url.port_or_known_default().filter(|port| *port != 80);
            format!(
                "http://{host}{}",
                port.map_or_else(String::new, |port| format!(":{port}"))
            )
        })
    }
}

impl FromRequestParts<Arc<AppState>> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<AppState>,
    ) -> Result<Self, Infallible> {
        let called = Called::from_request_parts(parts, app).await?;
        Ok(Self::of(&called, app))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Called {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let arrival = parts.extensions.get::<ConnectInfo<Arrival>>();
        let arrival = arrival.map(|ConnectInfo(arrival)| *arrival);
        Ok(Self::of(&parts.uri, &parts.headers, arrival))
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

/// Programs name no origin; browsers do with every unsafe method.
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
