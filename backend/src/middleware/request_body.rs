//! Reads the whole body of a request before the request takes any limited resource: a client that
//! sends slowly holds only a connection.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::LengthLimitError;

use crate::error::ApiError;

const BODY_LIMIT: usize = 8 << 10;

/// Passes the request on with its whole body: at most 8 KiB, within `timeout`.
pub(crate) async fn read(
    State(timeout): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let read = tokio::time::timeout(timeout, to_bytes(body, BODY_LIMIT)).await;
    let refusal = match read {
        Ok(Ok(body)) => return next.run(Request::from_parts(head, Body::from(body))).await,
        Ok(Err(error)) => {
            if error.into_inner().is::<LengthLimitError>() {
                ApiError::PayloadTooLarge
            } else {
                ApiError::BadRequest("The body broke off")
            }
        }
        Err(_) => ApiError::RequestTimeout,
    };
    refusal.into_response()
}
