//! Refuses the requests of connections beyond the limit, at next to no cost: the answer is made in advance.
//!
//! A full listener that accepted no more would not answer probes either, and an orchestrator would restart a
//! process that is only busy.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header},
    response::Response,
};
use webkyc_shared::problem::{ErrorCode, Problem};

use super::{HEALTH_PATHS, security_headers};
use crate::config::Config;

/// An extension of the requests to refuse, because there is no place for their connection.
#[derive(Clone, Copy)]
pub(crate) struct BeyondLimit;

/// Whether a full listener answers this request too.
pub(crate) fn is_probe(request: &Request<impl HttpBody>) -> bool {
    // A body could keep the connection.
    HEALTH_PATHS.contains(&request.uri().path()) && request.body().is_end_stream()
}

/// The refused requests are not in the log.
const REQUEST_ID: &str = "00000000000000000000000000000000";

/// The answer to all of them.
#[derive(Clone)]
pub(crate) struct OverloadAnswer(Arc<(HeaderMap, Bytes)>);

impl OverloadAnswer {
    pub(crate) fn new(config: &Config) -> Self {
        let code = ErrorCode::Overloaded;
        let problem = Problem {
            title: code.title().to_owned(),
            status: code.status(),
            code,
            request_id: REQUEST_ID.to_owned(),
            retryable: true,
        };
        let body = serde_json::to_vec(&problem).expect("texts and numbers become JSON");
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::RETRY_AFTER, "1"),
            (HeaderName::from_static("x-request-id"), REQUEST_ID),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        security_headers::insert(&mut headers, true, config.public_url.owns_https_host());
        Self(Arc::new((headers, body.into())))
    }

    pub(crate) fn answer(&self) -> Response {
        let (headers, body) = &*self.0;
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        *response.headers_mut() = headers.clone();
        response
    }
}
