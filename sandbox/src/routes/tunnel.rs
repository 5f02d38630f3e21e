//! `CONNECT`: a client with a proxy asks it for a tunnel to Authenteq, and the sandbox answers at its end.
//! Nothing is ever connected to anything else.

use axum::{
    extract::{ConnectInfo, Request},
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use hyper::upgrade::OnUpgrade;

use crate::{app_state::AppState, listener::Arrival, vendor};

/// The port of https, at which Authenteq answers.
const HTTPS: u16 = 443;

/// The answer, if a tunnel was asked for.
pub(super) fn answer(app: &AppState, request: &mut Request) -> Option<Response> {
    if request.method() != Method::CONNECT {
        return None;
    }
    let target = request.uri().authority();
    let is_authenteqs = target.is_some_and(|target| {
        let host = target.host().to_ascii_lowercase();
        vendor::NAMES.contains(&host.as_str()) && target.port_u16() == Some(HTTPS)
    });
    if !is_authenteqs {
        return Some(refusal(format!(
            "The sandbox is no proxy: it takes CONNECT for {} at port {HTTPS}, which it plays \
             itself, and for nothing else.\n",
            vendor::NAMES.join(", ")
        )));
    }
    // A tunnel within a tunnel leads nowhere else, and many of them would fill the memory.
    let arrival = request.extensions().get::<ConnectInfo<Arrival>>();
    if arrival.is_some_and(|ConnectInfo(arrival)| *arrival == Arrival::Tls) {
        return Some(refusal(
            "CONNECT is for plain HTTP: this connection ends at Authenteq's place already.\n"
                .to_owned(),
        ));
    }
    let Some(tunnels) = &app.tunnels else {
        return Some(refusal(
            "The sandbox speaks TLS in Authenteq's place only where it was started with --tls \
             DIR.\n"
                .to_owned(),
        ));
    };
    let tunnel = request.extensions_mut().remove::<OnUpgrade>();
    let is_taken = tunnel.is_some_and(|tunnel| tunnels.take_up(tunnel));
    Some(if is_taken {
        StatusCode::OK.into_response()
    } else {
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    })
}

fn refusal(text: String) -> Response {
    (StatusCode::FORBIDDEN, text).into_response()
}
