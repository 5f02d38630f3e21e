//! `axum::Json` with our problems as errors.

use axum::extract::{
    FromRequest, Request,
    rejection::{JsonDataError, JsonRejection},
};
use serde::de::DeserializeOwned;
use webkyc_shared::sign_up::{AuthorizationCode, FailureReason, SignUpHandle, SignUpState};

use crate::{claims, error::ApiError, json_object::Object};

/// A JSON body, which `middleware::request_body` has read.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(Object(body))) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(ApiError::UnsupportedMediaType),
            Err(JsonRejection::JsonDataError(error)) => Err(ApiError::BadRequest(title(&error))),
            Err(_) => Err(ApiError::BadRequest(UNEXPECTED)),
        }
    }
}

const UNEXPECTED: &str = "The body is not the expected JSON";

/// The forms of members.
const FORMS: [&str; 6] = [
    SignUpState::FORM.0,
    SignUpHandle::FORM.0,
    AuthorizationCode::FORM.0,
    FailureReason::FORM.0,
    claims::CLAIM_FORM,
    claims::DAY_FORM,
];

/// What `serde` says of a member that is missing or unknown, and what we answer.
const MEMBERS: [(&str, &str); 8] = [
    ("missing field `reference`", "reference is missing"),
    ("missing field `type`", "type is missing"),
    ("missing field `code`", "code is missing"),
    ("missing field `state`", "state is missing"),
    ("missing field `signUp`", "signUp is missing"),
    ("missing field `reason`", "reason is missing"),
    ("unknown field `", "The body has an unknown member"),
    ("duplicate field `", "The body has a member twice"),
];

/// What is wrong with a member, or [`UNEXPECTED`]: never text from the request.
fn title(error: &JsonDataError) -> &'static str {
    let text = error.body_text();
    let forms = FORMS.into_iter().map(|form| (form, form));
    forms
        .chain(MEMBERS)
        .find(|(said, _)| text.contains(said))
        .map_or(UNEXPECTED, |(_, title)| title)
}
