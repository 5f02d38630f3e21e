//! Checks the key on the operators' listener.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;

use crate::{config::Config, error::ApiError};

/// Passes a request on if it has the operator key (RFC 6750) and does not come from a browser.
pub(crate) async fn check(
    State(config): State<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let is_browser = ["origin", "sec-fetch-site", "cookie"]
        .iter()
        .any(|name| headers.contains_key(*name));
    if is_browser {
        return ApiError::CrossOriginRejected.into_response();
    }
    if !has_key(&config, headers) {
        return ApiError::OperatorKeyInvalid.into_response();
    }
    next.run(request).await
}

fn has_key(config: &Config, headers: &HeaderMap) -> bool {
    let Some(operator) = &config.listeners.operator else {
        return false;
    };
    let mut credentials = headers.get_all(header::AUTHORIZATION).iter();
    let given = credentials.next().and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split_once(' '));
    let Some((scheme, given)) = given.filter(|_| credentials.next().is_none()) else {
        return false;
    };
    let key = operator.key.get();
    let is_key: bool = key
        .expose_secret()
        .as_bytes()
        .ct_eq(given.as_bytes())
        .into();
    scheme.eq_ignore_ascii_case("bearer") && is_key
}
