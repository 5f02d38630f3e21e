//! Refuses browsers: a page could otherwise send a visitor's pictures here, or read answers through a name
//! of its own that points to this machine (DNS rebinding).

use axum::{
    extract::Request,
    http::header::{HOST, ORIGIN},
    middleware::Next,
    response::{IntoResponse, Response},
};
use url::{Host, Url};

use super::problem::Problem;

pub(super) async fn refuse_strangers(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_browser = headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site");
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    if is_browser {
        Problem::Browser.into_response()
    } else if host.is_some_and(is_this_machine) {
        next.run(request).await
    } else {
        Problem::Misdirected.into_response()
    }
}

fn is_this_machine(host: &str) -> bool {
    let url = Url::parse(&format!("http://{host}/")).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_only_points_here_is_refused() {
        for host in ["127.0.0.1:8095", "[::1]:8095", "localhost", "127.1.2.3"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "rebound.example",
            "localhost.example:8095",
            "10.0.0.1",
            "a b",
            "",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
