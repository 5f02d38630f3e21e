//! `axum::Json` whose refusals are problems like all others.

use axum::{
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::StatusCode,
};
use serde::de::DeserializeOwned;

use crate::{AppState, error::ApiError};

/// A JSON body, no larger than the router's limit and no slower than [`crate::Limits`].
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        let body = axum::Json::from_request(request, app);
        let body = tokio::time::timeout(app.limits.request_body, body).await;
        match body.map_err(|_| ApiError::RequestTimeout)? {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(ApiError::UnsupportedMediaType),
            Err(JsonRejection::BytesRejection(rejection))
                if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE =>
            {
                Err(ApiError::PayloadTooLarge)
            }
            Err(_) => Err(ApiError::BadRequest("The body is not the expected JSON")),
        }
    }
}
