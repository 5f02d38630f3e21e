//! What an answer that is not a success says: from failure to code, and from code to status.

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
    /// The page's origin is not the one of the redirect URI.
    #[error("The visitor comes back to another origin (WEBKYC_REDIRECT_URI): begin there")]
    RedirectElsewhere,
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
    #[error("Requests from other origins, or a POST that names none in Origin, are refused")]
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
    /// Half a body, and then nothing.
    #[error("The body did not arrive in time")]
    RequestTimeout,
    /// More than 4 KiB.
    #[error("The address is too long")]
    UriTooLong,
    /// Too many requests of one kind from one address.
    #[error("Too many requests from this address")]
    RateLimited {
        /// Seconds.
        retry_after: u32,
    },
    /// Too many requests under way.
    #[error("This server has too much to do")]
    Overloaded,
    /// Which verification it is, the details say.
    #[error("The details have not been fetched in this session: fetch them first")]
    ExportNotReady,
    /// Authenteq's details carry no id, and nobody else may name one.
    #[error("Authenteq's details name no verification that could be exported")]
    ExportUnavailable,
    /// On the operators' listener.
    #[error("The operator key is missing or wrong: send it as Authorization: Bearer")]
    OperatorKeyInvalid,
    /// Authenteq failed us.
    #[error("{}", upstream_title(.0))]
    Upstream(#[from] authenteq::Error),
    /// A panic or an impossibility.
    #[error("Something went wrong here")]
    Internal,
}

impl ApiError {
    /// What to branch on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::BadRequest(_) => ErrorCode::BadRequest,
            Self::StateInvalid => ErrorCode::StateInvalid,
            Self::UnknownSite => ErrorCode::UnknownSite,
            Self::UnknownReturn => ErrorCode::UnknownReturn,
            Self::RedirectElsewhere => ErrorCode::RedirectElsewhere,
            Self::SessionInvalid => ErrorCode::SessionInvalid,
            Self::SessionExpired => ErrorCode::SessionExpired,
            Self::SessionChanged => ErrorCode::SessionChanged,
            Self::CrossOriginRejected => ErrorCode::CrossOriginRejected,
            Self::CsrfHeaderMissing => ErrorCode::CsrfHeaderMissing,
            Self::Misdirected => ErrorCode::Misdirected,
            Self::NotFound => ErrorCode::NotFound,
            Self::MethodNotAllowed => ErrorCode::MethodNotAllowed,
            Self::PayloadTooLarge => ErrorCode::PayloadTooLarge,
            Self::UnsupportedMediaType => ErrorCode::UnsupportedMediaType,
            Self::RequestTimeout => ErrorCode::RequestTimeout,
            Self::UriTooLong => ErrorCode::UriTooLong,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Overloaded => ErrorCode::Overloaded,
            Self::ExportNotReady => ErrorCode::ExportNotReady,
            Self::ExportUnavailable => ErrorCode::ExportUnavailable,
            Self::OperatorKeyInvalid => ErrorCode::OperatorKeyInvalid,
            Self::Upstream(error) => upstream_code(error),
            Self::Internal => ErrorCode::Internal,
        }
    }

    /// The status that goes with the code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        status_of(self.code())
    }

    /// Whether Authenteq cannot have used up the code: it was not reached, or turned us away.
    #[must_use]
    pub fn leaves_code_unspent(&self) -> bool {
        match self {
            Self::Upstream(error) => error.is_unsent(),
            Self::RateLimited { .. } | Self::Overloaded => true,
            _ => false,
        }
    }

    /// Whether the visitor may press "try again" and send the same once more. After a token call
    /// that reached Authenteq the answer is always no: a code counts once (RFC 6749 section 4.1.2).
    fn retryable(&self) -> bool {
        match self {
            Self::Upstream(error) => error.is_passing(),
            Self::ExportNotReady => true,
            other => other.leaves_code_unspent(),
        }
    }

    /// Seconds, if it was said after how many.
    fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Upstream(error) => error.retry_after(),
            Self::RateLimited { retry_after } => Some(*retry_after),
            Self::Overloaded => Some(1),
            _ => None,
        }
    }

    /// The answer: status, `application/problem+json`, and the headers that belong to the status.
    #[must_use]
    pub fn problem(&self, request_id: &str) -> Response {
        let status = self.status();
        let problem = Problem {
            title: self.to_string(),
            status: status.as_u16(),
            code: self.code(),
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
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        match self {
            Self::OperatorKeyInvalid => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            // The rest of such a request is still on its way.
            Self::RequestTimeout | Self::PayloadTooLarge => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

fn upstream_code(error: &authenteq::Error) -> ErrorCode {
    use authenteq::{Error, Step};
    match error {
        Error::Unreachable { step, .. } => match step {
            Step::Dns => ErrorCode::UpstreamDns,
            Step::Connect => ErrorCode::UpstreamConnect,
            Step::Tls => ErrorCode::UpstreamTls,
        },
        Error::Timeout { .. } => ErrorCode::UpstreamTimeout,
        Error::Busy { .. } | Error::Resting { .. } => ErrorCode::UpstreamBusy,
        Error::Overloaded => ErrorCode::Overloaded,
        Error::Broken { .. } | Error::Failed { .. } => ErrorCode::UpstreamFailed,
        Error::Redirect { .. } => ErrorCode::UpstreamRedirect,
        Error::Credentials { .. } => ErrorCode::UpstreamAuth,
        Error::Request { .. } => ErrorCode::UpstreamConfig,
        Error::CodeRejected { .. } => ErrorCode::CodeRejected,
        Error::Expired { .. } => ErrorCode::SessionExpired,
        Error::NotFound { .. } => ErrorCode::VerificationNotFound,
        Error::BadToken => ErrorCode::UpstreamBadToken,
        Error::TokenTooLarge => ErrorCode::UpstreamTokenTooLarge,
        Error::Unreadable(_) => ErrorCode::UpstreamBadBody,
        Error::BadType { .. } => ErrorCode::UpstreamBadType,
        Error::Encoding { .. } => ErrorCode::UpstreamEncoding,
        Error::BadMultipart => ErrorCode::UpstreamBadMultipart,
        Error::TooLarge => ErrorCode::UpstreamTooLarge,
    }
}

/// The status that a code always comes with. A fault between us and Authenteq is never a 401 of
/// the visitor's.
#[must_use]
pub fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadRequest
        | ErrorCode::StateInvalid
        | ErrorCode::UnknownSite
        | ErrorCode::UnknownReturn
        | ErrorCode::RedirectElsewhere
        | ErrorCode::CodeRejected => StatusCode::BAD_REQUEST,
        ErrorCode::SessionInvalid | ErrorCode::SessionExpired | ErrorCode::OperatorKeyInvalid => {
            StatusCode::UNAUTHORIZED
        }
        ErrorCode::CrossOriginRejected | ErrorCode::CsrfHeaderMissing => StatusCode::FORBIDDEN,
        ErrorCode::NotFound | ErrorCode::ExportUnavailable | ErrorCode::VerificationNotFound => {
            StatusCode::NOT_FOUND
        }
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::SessionChanged | ErrorCode::ExportNotReady => StatusCode::CONFLICT,
        ErrorCode::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UriTooLong => StatusCode::URI_TOO_LONG,
        ErrorCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::UpstreamConnect
        | ErrorCode::UpstreamDns
        | ErrorCode::UpstreamTls
        | ErrorCode::UpstreamFailed
        | ErrorCode::UpstreamAuth
        | ErrorCode::UpstreamConfig
        | ErrorCode::UpstreamRedirect
        | ErrorCode::UpstreamBadToken
        | ErrorCode::UpstreamTokenTooLarge
        | ErrorCode::UpstreamBadBody
        | ErrorCode::UpstreamBadType
        | ErrorCode::UpstreamEncoding
        | ErrorCode::UpstreamBadMultipart
        | ErrorCode::UpstreamTooLarge => StatusCode::BAD_GATEWAY,
        ErrorCode::Overloaded | ErrorCode::UpstreamBusy => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::UpstreamTimeout => StatusCode::GATEWAY_TIMEOUT,
    }
}

/// One sentence of ours for the browser; Authenteq's own words stay in the log, as a code.
fn upstream_title(error: &authenteq::Error) -> &'static str {
    use authenteq::Error;
    match error {
        Error::Unreachable { .. } | Error::Resting { .. } => {
            "Authenteq cannot be reached at the moment"
        }
        Error::Timeout { .. } => "Authenteq did not answer in time",
        Error::Broken { .. } | Error::Failed { .. } => "Authenteq failed",
        Error::Busy { .. } => "Authenteq is busy",
        Error::Overloaded => "This server has too much to do",
        Error::Credentials { .. } => "Authenteq refused this site's credentials",
        Error::Request { .. } => "Authenteq refused this site's configuration",
        Error::Redirect { .. }
        | Error::BadToken
        | Error::TokenTooLarge
        | Error::Unreadable(_)
        | Error::BadType { .. }
        | Error::Encoding { .. }
        | Error::BadMultipart
        | Error::TooLarge => "Authenteq's answer could not be used",
        Error::CodeRejected { .. } => "Authenteq did not accept the code: it is spent or too old",
        Error::Expired { .. } => "The data can no longer be fetched",
        Error::NotFound { .. } => "Authenteq has no such verification",
    }
}

/// Carries the error to `observe`, which knows the request id and writes body and log.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
