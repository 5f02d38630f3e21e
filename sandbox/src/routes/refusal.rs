//! Refusals of programs' requests.

use axum::{
    Json,
    http::{
        StatusCode,
        header::{HeaderValue, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// Every way in which a program's request is refused. Authenteq documents neither the statuses
/// nor the bodies of the Web KYC calls, and of the export calls no statuses: they follow its other
/// calls, as far as these are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    MissingParameter(&'static str),
    InvalidParameter(&'static str),
    CodeInvalidOrExpired,
    RedirectUriDiffers,
    NotRegistered(&'static str),
    NoRedirectUrls,
    ApiKeysMissing,
    ApiKeysInvalid,
    BadApiKeys,
    /// Two references, two spellings.
    BadApiKeysOfWebIdv,
    AccountDeactivated,
    VerificationNotFound,
    TokenMissing,
    TokenInvalid,
    UnsupportedMediaType,
    BodyTooLarge,
    BodyUnreadable,
    /// The pictures of other visitors take all the memory there is.
    NoRoom,
    NotFound,
    /// Authenteq would answer.
    NotPlayed,
    MethodNotAllowed,
}

/// Where a refusal's text stands: the reference uses either name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextMember {
    Message,
    Description,
    Both,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefusalBody {
    error_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<String>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.with_text_in(TextMember::Message)
    }
}

impl Refusal {
    /// Its text, without the member that carries it.
    pub(crate) fn text(self) -> String {
        self.parts().2
    }

    fn parts(self) -> (StatusCode, &'static str, String) {
        let parameter = |name: &str, rest: &str| format!("Parameter '{name}' {rest}");
        match self {
            Self::MissingParameter(name) => (
                StatusCode::BAD_REQUEST,
                "MISSING_REQUEST_PARAMETER",
                format!("Required '{name}' parameter is missing"),
            ),
            Self::InvalidParameter(name) => (
                StatusCode::BAD_REQUEST,
                "INVALID_REQUEST_PARAMETER",
                parameter(name, "has an invalid value"),
            ),
            Self::CodeInvalidOrExpired => (
                StatusCode::BAD_REQUEST,
                "INVALID_REQUEST_PARAMETER",
                parameter("code", "is invalid or expired"),
            ),
            Self::RedirectUriDiffers => (
                StatusCode::BAD_REQUEST,
                "INVALID_REQUEST_PARAMETER",
                parameter("redirectUri", "does not match the one the code was sent to"),
            ),
            Self::NotRegistered(name) => (
                StatusCode::BAD_REQUEST,
                "INVALID_REQUEST_PARAMETER",
                parameter(name, "does not match any registered one"),
            ),
            Self::NoRedirectUrls => (
                StatusCode::BAD_REQUEST,
                "NO_REDIRECT_URLS",
                "No registered redirect URLs. Please specify at least one in Customer Dashboard"
                    .to_owned(),
            ),
            Self::ApiKeysMissing => (
                StatusCode::UNAUTHORIZED,
                "API_KEYS_MISSING",
                "No API Keys in the Authorization header".to_owned(),
            ),
            Self::ApiKeysInvalid => (
                StatusCode::UNAUTHORIZED,
                "API_KEYS_INVALID",
                "Invalid API Keys in the Authorization header".to_owned(),
            ),
            Self::BadApiKeys => (
                StatusCode::UNAUTHORIZED,
                "API_KEYS_BAD",
                "Bad API Keys".to_owned(),
            ),
            Self::BadApiKeysOfWebIdv => (
                StatusCode::UNAUTHORIZED,
                "BAD_API_KEYS",
                "Bad API Keys".to_owned(),
            ),
            Self::AccountDeactivated => (
                StatusCode::FORBIDDEN,
                "ACCOUNT_DEACTIVATED",
                "Account deactivated. Please contact your Authenteq Sales Representative in order \
                 to keep using this service"
                    .to_owned(),
            ),
            Self::VerificationNotFound => (
                StatusCode::NOT_FOUND,
                "VERIFICATION_NOT_FOUND",
                "Verification not found".to_owned(),
            ),
            Self::TokenMissing => (
                StatusCode::UNAUTHORIZED,
                "TOKEN_MISSING",
                "No Bearer token in the Authorization header".to_owned(),
            ),
            Self::TokenInvalid => (
                StatusCode::UNAUTHORIZED,
                "TOKEN_INVALID",
                "Token is invalid or expired".to_owned(),
            ),
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                "Content-Type must be multipart/form-data or application/x-www-form-urlencoded"
                    .to_owned(),
            ),
            Self::BodyTooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "INVALID_REQUEST_BODY",
                "Request body is too large".to_owned(),
            ),
            Self::BodyUnreadable => (
                StatusCode::BAD_REQUEST,
                "INVALID_REQUEST_BODY",
                "Request body cannot be read".to_owned(),
            ),
            Self::NoRoom => (
                StatusCode::SERVICE_UNAVAILABLE,
                "SERVICE_UNAVAILABLE",
                "The sandbox has no memory left for the pictures of another visitor".to_owned(),
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "NOT_FOUND",
                "No such path".to_owned(),
            ),
            Self::NotPlayed => (
                StatusCode::NOT_IMPLEMENTED,
                "NOT_PLAYED",
                "This call of Authenteq's is not played by the sandbox".to_owned(),
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "METHOD_NOT_ALLOWED",
                "The path is there, the method is not".to_owned(),
            ),
        }
    }

    pub(crate) fn with_text_in(self, member: TextMember) -> Response {
        let (status, code, message) = self.parts();
        let text = |there: bool| there.then(|| message.clone());
        let body = Json(RefusalBody {
            error_code: code,
            error_message: text(member != TextMember::Description),
            error_description: text(member != TextMember::Message),
        });
        let mut response = (status, body).into_response();
        response.extensions_mut().insert(self);
        if matches!(self, Self::TokenMissing | Self::TokenInvalid) {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
