//! `axum::Json` whose refusals are problems like all others.

use axum::extract::{FromRequest, Request, rejection::JsonRejection};
use serde::de::DeserializeOwned;

use crate::{AppState, error::ApiError, json_object::Object};

/// A JSON body, which `body::read` has read.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        match axum::Json::from_request(request, app).await {
            Ok(axum::Json(Object(body))) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(ApiError::UnsupportedMediaType),
            Err(_) => Err(ApiError::BadRequest("The body is not the expected JSON")),
        }
    }
}
