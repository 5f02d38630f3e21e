//! What an answer that is not a success says: the one table from failure to status and code.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use webkyc_shared::api::{ErrorCode, Problem};

use crate::authenteq;

/// Everything a handler or the gate can refuse with.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ApiError {
    /// With what was malformed, never with what it contained.
    #[error("{0}")]
    BadRequest(&'static str),
    /// One answer for absent, wrong, spent and expired, so that nothing can be learnt from it.
    #[error("This sign-up was not begun in this browser, or it is over: start again")]
    StateInvalid,
    /// `site` is not configured.
    #[error("No such site is configured")]
    UnknownSite,
    /// `return` is not configured for the site.
    #[error("No such return is configured for the site")]
    UnknownReturn,
    /// No session cookie, or one that does not open.
    #[error("No session")]
    SessionInvalid,
    /// The token's fifteen minutes are over.
    #[error("The data can no longer be fetched")]
    SessionExpired,
    /// The page belongs to another session than the cookie.
    #[error("Another sign-up has replaced this session")]
    SessionChanged,
    /// Not from our own pages.
    #[error("Requests from other origins are refused")]
    CrossOriginRejected,
    /// `X-WebKYC: 1` is missing.
    #[error("The header X-WebKYC: 1 is missing")]
    CsrfHeaderMissing,
    /// `Host` is not ours.
    #[error("This host is not served here: use the address in WEBKYC_PUBLIC_URL")]
    Misdirected,
    /// No such path.
    #[error("No such path")]
    NotFound,
    /// Not with this method.
    #[error("Not with this method")]
    MethodNotAllowed,
    /// More than 8 KiB.
    #[error("The body is too large")]
    PayloadTooLarge,
    /// Not JSON.
    #[error("The body must be application/json")]
    UnsupportedMediaType,
    /// Authenteq failed us.
    #[error("{}", upstream_title(.0))]
    Upstream(#[from] authenteq::Error),
    /// A panic or an impossibility.
    #[error("Something went wrong here")]
    Internal,
}

impl ApiError {
    /// The status and the code of this failure.
    #[must_use]
    pub fn status(&self) -> (StatusCode, ErrorCode) {
        match self {
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, ErrorCode::BadRequest),
            Self::StateInvalid => (StatusCode::BAD_REQUEST, ErrorCode::StateInvalid),
            Self::UnknownSite => (StatusCode::BAD_REQUEST, ErrorCode::UnknownSite),
            Self::UnknownReturn => (StatusCode::BAD_REQUEST, ErrorCode::UnknownReturn),
            Self::SessionInvalid => (StatusCode::UNAUTHORIZED, ErrorCode::SessionInvalid),
            Self::SessionExpired => (StatusCode::UNAUTHORIZED, ErrorCode::SessionExpired),
            Self::SessionChanged => (StatusCode::CONFLICT, ErrorCode::SessionChanged),
            Self::CrossOriginRejected => (StatusCode::FORBIDDEN, ErrorCode::CrossOriginRejected),
            Self::CsrfHeaderMissing => (StatusCode::FORBIDDEN, ErrorCode::CsrfHeaderMissing),
            Self::Misdirected => (StatusCode::MISDIRECTED_REQUEST, ErrorCode::Misdirected),
            Self::NotFound => (StatusCode::NOT_FOUND, ErrorCode::NotFound),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, ErrorCode::MethodNotAllowed),
            Self::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::PayloadTooLarge),
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ErrorCode::UnsupportedMediaType,
            ),
            Self::Upstream(error) => upstream_status(error),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal),
        }
    }

    /// Whether Authenteq cannot have used up the code: it was not reached, or turned us away.
    #[must_use]
    pub fn leaves_code_unspent(&self) -> bool {
        use authenteq::Error;
        matches!(self, Self::Upstream(Error::Connect(_) | Error::Busy { .. }))
    }

    /// Whether the visitor may press "try again" and send the same once more. After a token call
    /// that reached Authenteq the answer is always no: a code counts once (RFC 6749 section 4.1.2).
    fn retryable(&self) -> bool {
        use authenteq::{Call, Error};
        let is_repeatable_call = matches!(
            self,
            Self::Upstream(
                Error::Timeout {
                    call: Call::Details
                } | Error::Broken {
                    call: Call::Details,
                    ..
                } | Error::Failed {
                    call: Call::Details,
                    ..
                }
            )
        );
        self.leaves_code_unspent() || is_repeatable_call
    }

    /// The answer: status, `application/problem+json`, `Retry-After` when Authenteq is busy.
    #[must_use]
    pub fn problem(&self, request_id: &str) -> Response {
        let (status, code) = self.status();
        let problem = Problem {
            title: self.to_string(),
            status: status.as_u16(),
            code,
            request_id: request_id.to_owned(),
            retryable: self.retryable(),
        };
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Self::Upstream(authenteq::Error::Busy { retry_after }) = self {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
        }
        response
    }
}

fn upstream_status(error: &authenteq::Error) -> (StatusCode, ErrorCode) {
    use authenteq::Error;
    match error {
        Error::Connect(_) => (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamConnect),
        Error::Timeout { .. } => (StatusCode::GATEWAY_TIMEOUT, ErrorCode::UpstreamTimeout),
        Error::Broken { .. } => (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamFailed),
        Error::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::UpstreamBusy),
        Error::Failed { .. } => (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamFailed),
        Error::Credentials { .. } => (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamAuth),
        Error::Request { .. } => (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamConfig),
        Error::Redirect { .. } => (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamRedirect),
        Error::BadToken => (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamBadToken),
        Error::TokenTooLarge => (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamTokenTooLarge),
        Error::Unreadable(_) => (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamBadBody),
        Error::TooLarge => (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamTooLarge),
        Error::CodeRejected { .. } => (StatusCode::BAD_REQUEST, ErrorCode::CodeRejected),
        Error::Expired { .. } => (StatusCode::UNAUTHORIZED, ErrorCode::SessionExpired),
    }
}

/// One sentence of ours for the browser; Authenteq's own words stay in the log, as a code.
fn upstream_title(error: &authenteq::Error) -> &'static str {
    use authenteq::Error;
    match error {
        Error::Connect(_) => "Authenteq cannot be reached at the moment",
        Error::Timeout { .. } => "Authenteq did not answer in time",
        Error::Broken { .. } | Error::Failed { .. } => "Authenteq failed",
        Error::Busy { .. } => "Authenteq is busy",
        Error::Credentials { .. } => "Authenteq refused this site's credentials",
        Error::Request { .. } => "Authenteq refused this site's configuration",
        Error::Redirect { .. }
        | Error::BadToken
        | Error::TokenTooLarge
        | Error::Unreadable(_)
        | Error::TooLarge => "Authenteq's answer could not be used",
        Error::CodeRejected { .. } => "Authenteq did not accept the code: it is spent or too old",
        Error::Expired { .. } => "The data can no longer be fetched",
    }
}

/// Carries the error to `observe`, which knows the request id and writes body and log.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().0.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
