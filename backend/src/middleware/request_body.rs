//! Reads the whole body of a request before the request takes any limited resource: a client that
//! sends slowly holds only a connection.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::Request,
};
use http_body_util::LengthLimitError;

use crate::error::ApiError;

const BODY_LIMIT: usize = 8 << 10;

/// The request with its whole body: at most 8 KiB, within `timeout`.
///
/// # Errors
/// [`ApiError::PayloadTooLarge`], [`ApiError::RequestTimeout`], [`ApiError::BadRequest`].
pub(super) async fn read(request: Request, timeout: Duration) -> Result<Request, ApiError> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let (head, body) = request.into_parts();
    match tokio::time::timeout(timeout, to_bytes(body, BODY_LIMIT)).await {
        Ok(Ok(body)) => Ok(Request::from_parts(head, Body::from(body))),
        Ok(Err(error)) => Err(if error.into_inner().is::<LengthLimitError>() {
            ApiError::PayloadTooLarge
        } else {
            ApiError::BadRequest("The body broke off".into())
        }),
        Err(_) => Err(ApiError::RequestTimeout),
    }
}
