//! Logs one line per request, and writes the body of each error response.
//!
//! A line contains the route's template, never the path or the query, because those may contain a
//! code.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::{error, info};
use uuid::Uuid;
use webkyc_shared::problem::ErrorCode;

use super::{Listener, load_shed::Refusal, not_found, security_headers};
use crate::{
    config::Config,
    error::ApiError,
    metrics::{Metrics, method_label},
};

/// The id that identifies a request in the log.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// The error data for the log line and the problem.
#[derive(Clone)]
pub(crate) struct RequestLog {
    pub(crate) config: Arc<Config>,
    pub(crate) metrics: Metrics,
    pub(crate) listener: Listener,
    pub(crate) full: Refusal,
}

/// Gives the request an id, awaits its response, writes the problem of an error, and logs once.
pub(crate) async fn log(
    State(log): State<RequestLog>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(refusal) = log.full.of(&request) {
        log.metrics.problem(ErrorCode::Overloaded.name());
        return refusal;
    }
    let started = Instant::now();
    let _in_flight = log.metrics.request();
    let request_id = Uuid::new_v4().simple().to_string();
    request
        .extensions_mut()
        .insert(RequestId(request_id.clone()));
    let method = method_label(request.method().as_str());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let below_api = format!("{}/api/", log.config.public_url.path);
    let is_api = log.listener == Listener::Operator || request.uri().path().starts_with(&below_api);

    let page = match log.listener {
        Listener::Public => not_found::Page::for_request(&request, &log.config.public_url),
        Listener::Operator => None,
    };

    let mut response = next.run(request).await;
    let failure = response.extensions_mut().remove::<ApiError>();
    if let Some(failure) = &failure {
        let mut problem = match (failure, page) {
            (ApiError::NotFound, Some(page)) => page.into_response(),
            _ => failure.problem(&request_id),
        };
        for (name, value) in response.headers() {
            // Removes the headers of the empty body that the problem replaces.
            if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
                problem.headers_mut().append(name, value.clone());
            }
        }
        log.metrics.problem(failure.code().name());
        response = problem;
    }
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let owns_host = log.config.public_url.owns_https_host();
    security_headers::insert(response.headers_mut(), is_api, owns_host);

    let status = response.status().as_u16();
    log.metrics
        .answered(route, method, status, started.elapsed());
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    match &failure {
        Some(failure) if status >= 500 => {
            let cause = causes(failure);
            error!(
                request_id,
                method, route, status, milliseconds, cause, "answered"
            );
        }
        Some(failure) => {
            let cause = causes(failure);
            info!(
                request_id,
                method, route, status, milliseconds, cause, "answered"
            );
        }
        None => info!(request_id, method, route, status, milliseconds, "answered"),
    }
    response
}

/// The chain of causes. None of them contains URLs, bodies or values.
fn causes(failure: &ApiError) -> String {
    let mut chain = match failure {
        ApiError::Upstream(upstream) => upstream.to_string(),
        other => other.to_string(),
    };
    let mut source = match failure {
        ApiError::Upstream(upstream) => std::error::Error::source(upstream),
        _ => None,
    };
    while let Some(cause) = source {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        source = cause.source();
    }
    chain
}
