//! Logs one line per request, and writes the body of each error response.
//!
//! A line contains the route's template, never the path or the query, because those may contain a
//! code.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use tracing::{error, info};
use uuid::Uuid;

use super::{Listener, Stack, error_page::ErrorPage, security_headers};
use crate::{
    error::ApiError,
    metrics::{InFlight, method_label},
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id that identifies a request in the log.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// The line of one request, until it is answered.
pub(super) struct RequestLog<'a> {
    stack: &'a Stack,
    started: Instant,
    _in_flight: InFlight,
    request_id: String,
    method: &'static str,
    route: Option<MatchedPath>,
    is_api: bool,
    for_people: Option<ErrorPage<'a>>,
}

impl<'a> RequestLog<'a> {
    /// Gives the request an id.
    pub(super) fn begin(stack: &'a Stack, request: &mut Request) -> Self {
        let request_id = Uuid::new_v4().simple().to_string();
        request
            .extensions_mut()
            .insert(RequestId(request_id.clone()));
        let public_url = &stack.config.public_url;
        let path = request.uri().path();
        let below = path.strip_prefix(public_url.path.as_str());
        let is_public_api = below.is_some_and(|below| below.starts_with("/api/"));
        Self {
            started: Instant::now(),
            _in_flight: stack.metrics.request(),
            request_id,
            method: method_label(request.method().as_str()),
            route: request.extensions().get().cloned(),
            is_api: stack.listener == Listener::Operator || is_public_api,
            for_people: match stack.listener {
                Listener::Public => ErrorPage::for_request(request, public_url),
                Listener::Operator => None,
            },
            stack,
        }
    }

    /// Writes the problem of an error, and logs once.
    pub(super) fn end(self, mut response: Response) -> Response {
        let Self {
            stack,
            request_id,
            method,
            ..
        } = self;
        let failure = response.extensions_mut().remove::<ApiError>();
        if let Some(failure) = &failure {
            let page = self.for_people.and_then(|page| page.of(failure));
            let mut problem = page.unwrap_or_else(|| failure.problem(&request_id));
            for (name, value) in response.headers() {
                // Removes the headers of the empty body that the problem replaces.
                if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
                    problem.headers_mut().append(name, value.clone());
                }
            }
            stack.metrics.problem(failure.code().name());
            response = problem;
        }
        let owns_host = stack.config.public_url.owns_https_host();
        security_headers::insert(response.headers_mut(), self.is_api, owns_host);
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(X_REQUEST_ID, value);
        }

        let status = response.status().as_u16();
        let route = self.route.as_ref();
        let route = route.map_or("unmatched", MatchedPath::as_str);
        let time = self.started.elapsed();
        stack.metrics.answered(route, method, status, time);
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
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
