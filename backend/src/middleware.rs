//! The layers that a request passes on its way to a handler, and its response on the way back.

pub(crate) mod client_ip;
mod cors;
mod gate;
pub(crate) mod load_shed;
mod not_found;
pub(crate) mod operator_auth;
pub(crate) mod rate_limit;
mod request_body;
pub(crate) mod request_log;
mod security_headers;

use std::{sync::Arc, time::Duration};

use axum::{Router, middleware::from_fn_with_state, response::IntoResponse};
use tower_http::catch_panic::CatchPanicLayer;

use self::{load_shed::Refusal, request_log::RequestLog};
use crate::{config::Config, error::ApiError, metrics::Metrics};

/// Liveness and readiness: probed by IP address, without our headers, even when the server is full.
pub(crate) const HEALTH_PATHS: [&str; 2] = ["/healthz", "/readyz"];

/// The listener that received a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listener {
    /// For browsers.
    Public,
    /// For the site's own servers.
    Operator,
}

/// The parts of the application that the stack uses.
pub(crate) struct Stack {
    pub(crate) config: Arc<Config>,
    pub(crate) metrics: Metrics,
    /// Time from the headers of a request to the end of its body.
    pub(crate) body_timeout: Duration,
}

impl Stack {
    /// Lays the whole stack around the routes of a listener. The last layer is the outermost. In
    /// order, a request of a full listener is refused; it gets an id, is logged and counted; a panic
    /// becomes a response; the gate or the operator key checks the request, even for an unknown
    /// path; its body is read.
    pub(crate) fn around<S>(self, routes: Router<S>, listener: Listener) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let Self {
            config,
            metrics,
            body_timeout,
        } = self;
        let log = RequestLog {
            full: Refusal::new(&config),
            config: config.clone(),
            metrics: metrics.clone(),
            listener,
        };
        let routes = routes
            .fallback(async || ApiError::NotFound)
            .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
            .layer(from_fn_with_state(body_timeout, request_body::read));
        let checked = match listener {
            Listener::Public => routes.layer(from_fn_with_state(config, gate::check)),
            Listener::Operator => routes.layer(from_fn_with_state(config, operator_auth::check)),
        };
        checked
            .layer(CatchPanicLayer::custom(move |_| {
                metrics.panicked();
                ApiError::Internal.into_response()
            }))
            .layer(from_fn_with_state(log, request_log::log))
    }
}

#[cfg(test)]
mod tests;
