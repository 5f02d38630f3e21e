//! `axum::Json` whose refusals are problems like all others.

use axum::extract::{
    FromRequest, Request,
    rejection::{JsonDataError, JsonRejection},
};
use serde::de::DeserializeOwned;
use webkyc_shared::sign_up::{AuthorizationCode, SignUpState};

use crate::{AppState, error::ApiError, json_object::Object};

/// A JSON body, which `body::read` has read.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        match axum::Json::from_request(request, app).await {
            Ok(axum::Json(Object(body))) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(ApiError::UnsupportedMediaType),
            Err(JsonRejection::JsonDataError(error)) => Err(ApiError::BadRequest(title(&error))),
            Err(_) => Err(ApiError::BadRequest(UNEXPECTED)),
        }
    }
}

const UNEXPECTED: &str = "The body is not the expected JSON";

/// The form that a member should have had, or [`UNEXPECTED`]: never words of the request.
fn title(error: &JsonDataError) -> &'static str {
    let text = error.body_text();
    [SignUpState::FORM, AuthorizationCode::FORM]
        .into_iter()
        .map(|form| form.0)
        .find(|form| text.contains(form))
        .unwrap_or(UNEXPECTED)
}
