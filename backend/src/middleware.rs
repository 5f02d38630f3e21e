//! The layers that a request passes on its way to a handler, and its response on the way back.

pub(crate) mod client_ip;
mod cors;
mod error_page;
mod gate;
pub(crate) mod load_shed;
pub(crate) mod operator_auth;
pub(crate) mod rate_limit;
mod request_body;
pub(crate) mod request_log;
mod security_headers;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use webkyc_shared::problem::ErrorCode;

use self::{
    gate::Gate,
    load_shed::{BeyondLimit, OverloadAnswer},
    request_log::RequestLog,
};
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

/// The middleware around the routes of one listener.
pub(crate) struct Stack {
    config: Arc<Config>,
    metrics: Metrics,
    listener: Listener,
    /// Time from the headers of a request to the end of its body.
    body_timeout: Duration,
    full: OverloadAnswer,
}

impl Stack {
    pub(crate) fn new(
        config: Arc<Config>,
        metrics: Metrics,
        listener: Listener,
        body_timeout: Duration,
    ) -> Self {
        Self {
            full: OverloadAnswer::new(&config),
            config,
            metrics,
            listener,
            body_timeout,
        }
    }

    /// Lays the whole stack around the routes of a listener, as one layer: each costs as much as a
    /// check.
    pub(crate) fn around<S>(self, routes: Router<S>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        routes
            .fallback(async || ApiError::NotFound)
            .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
            .layer(from_fn_with_state(Arc::new(self), pass))
    }

    /// For a page of a listed origin to read it, its preflight has to succeed.
    fn refuse(&self, request: &Request) -> Response {
        self.metrics.problem(ErrorCode::Overloaded.name());
        if self.listener == Listener::Operator {
            return self.full.answer();
        }
        let gate = Gate::before(&self.config, request);
        let mut response = self.full.answer();
        if let Some(permission) = gate.permission(request) {
            response = permission;
            let owns_host = self.config.public_url.owns_https_host();
            security_headers::insert(response.headers_mut(), true, owns_host);
        }
        gate.permit(response.headers_mut());
        response
    }

    async fn check(&self, mut request: Request, next: Next) -> Response {
        match self.listener {
            Listener::Public => {
                let gate = Gate::before(&self.config, &request);
                let mut response = match gate.refusal(&request) {
                    Some(refusal) => refusal,
                    None => self.run(request, next).await,
                };
                gate.permit(response.headers_mut());
                response
            }
            Listener::Operator => match operator_auth::check(&self.config, &mut request) {
                Ok(()) => self.run(request, next).await,
                Err(error) => error.into_response(),
            },
        }
    }

    async fn run(&self, request: Request, next: Next) -> Response {
        match request_body::read(request, self.body_timeout).await {
            Ok(request) => next.run(request).await,
            Err(error) => error.into_response(),
        }
    }
}

/// In order, a request without a place for its connection is refused; a request gets an id, is logged and
/// counted; a panic becomes a response; the gate or the operator key checks the request, even for an unknown
/// path; its body is read; its handler runs.
async fn pass(State(stack): State<Arc<Stack>>, mut request: Request, next: Next) -> Response {
    if request.extensions().get::<BeyondLimit>().is_some() {
        return stack.refuse(&request);
    }
    let log = RequestLog::begin(&stack, &mut request);
    // Nothing that outlives the request is left half changed: locks are taken after a panic too.
    let answered = AssertUnwindSafe(stack.check(request, next)).catch_unwind();
    let response = answered.await.unwrap_or_else(|_| {
        stack.metrics.panicked();
        ApiError::Internal.into_response()
    });
    log.end(response)
}

#[cfg(test)]
mod tests;
