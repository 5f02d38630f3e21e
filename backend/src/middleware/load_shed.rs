//! Limits the concurrent requests. A request over a limit gets 503 at once: in a queue, all would
//! wait.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;

use super::{HEALTH_PATHS, client_ip::ClientIp};
use crate::{config::Config, error::ApiError, per_holder::PerHolder};

/// The limits of one listener.
#[derive(Clone)]
pub(crate) struct LoadShed {
    total: Arc<Semaphore>,
    per_client: Option<Arc<PerHolder<ClientIp>>>,
    config: Arc<Config>,
}

impl LoadShed {
    /// Limits for browsers: `total` requests, and an eighth of them per address.
    pub(crate) fn public(total: usize, config: Arc<Config>) -> Self {
        Self {
            per_client: Some(Arc::new(PerHolder::new(total.div_ceil(8)))),
            ..Self::operator(total, config)
        }
    }

    /// Limits for the site's own servers, which may share one address.
    pub(crate) fn operator(total: usize, config: Arc<Config>) -> Self {
        Self {
            total: Arc::new(Semaphore::new(total)),
            per_client: None,
            config,
        }
    }
}

/// Passes the request on if the limits allow it.
pub(crate) async fn shed(State(limits): State<LoadShed>, request: Request, next: Next) -> Response {
    // Probes are exempt: without an answer, an orchestrator would restart a process that is only
    // busy.
    if HEALTH_PATHS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    // Long polls have a limit of their own: they wait more than they work.
    if limits.per_client.is_none() && is_long_poll(&request) {
        return next.run(request).await;
    }
    let per_client = limits.per_client.as_ref().map(|per_client| {
        let client = ClientIp::of_request(&request, &limits.config);
        per_client.of(client).try_acquire_owned()
    });
    match (per_client.transpose(), limits.total.try_acquire_owned()) {
        (Ok(_client), Ok(_total)) => next.run(request).await,
        _ => ApiError::Overloaded.into_response(),
    }
}

/// Whether the request of a site's server waits for a sign-up or an event. The handlers limit how many
/// do.
fn is_long_poll(request: &Request) -> bool {
    let path = request.uri().path();
    let is_awaited = path == "/events" || path.starts_with("/sign-ups/");
    let mut parameters = request.uri().query().unwrap_or_default().split('&');
    let is_waiting = |parameter: &str| {
        let seconds = parameter.strip_prefix("wait=").map(str::parse::<u64>);
        seconds.is_some_and(|seconds| seconds.is_ok_and(|seconds| seconds > 0))
    };
    request.method() == Method::GET && is_awaited && parameters.any(is_waiting)
}
