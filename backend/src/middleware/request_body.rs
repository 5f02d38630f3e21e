//! The body of a request, read before anything that is scarce is taken for it: whoever sends one
//! slowly holds a connection and nothing else.

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::LengthLimitError;

use crate::{AppState, error::ApiError};

const BODY_LIMIT: usize = 8 << 10;

/// Passes the request on with its whole body, or says what is wrong with that.
pub(crate) async fn read(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let read = tokio::time::timeout(app.limits.request_body, to_bytes(body, BODY_LIMIT)).await;
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
