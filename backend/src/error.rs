//! What an answer that is not a success says: from failure to code, and from code to status.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use webkyc_shared::problem::{ErrorCode, Problem};

use crate::authenteq;

/// Everything a handler or the gate can refuse with.
#[derive(Clone, Debug)]
pub enum ApiError {
    /// With what was malformed, never with what it contained.
    BadRequest(&'static str),
    /// One answer for absent, wrong, spent and expired, so that nothing can be learnt from it.
    StateInvalid,
    /// `site` is not configured.
    UnknownSite,
    /// The page's origin is not the one of the redirect URI.
    RedirectElsewhere,
    /// `return` is not configured for the site.
    UnknownReturn,
    /// No session cookie, or one that does not open.
    SessionInvalid,
    /// The token's fifteen minutes are over.
    SessionExpired,
    /// The page belongs to another session than the cookie.
    SessionChanged,
    /// Not from our own pages.
    CrossOriginRejected,
    /// `X-WebKYC: 1` is missing.
    CsrfHeaderMissing,
    /// `Host` is not ours.
    Misdirected,
    /// No such path.
    NotFound,
    /// Not with this method.
    MethodNotAllowed,
    /// More than 8 KiB.
    PayloadTooLarge,
    /// Not JSON.
    UnsupportedMediaType,
    /// Half a body, and then nothing.
    RequestTimeout,
    /// More than 4 KiB.
    UriTooLong,
    /// Too many requests of one kind from one address.
    RateLimited {
        /// Seconds.
        retry_after: u32,
    },
    /// Too many requests under way.
    Overloaded,
    /// Which verification it is, the details say.
    ExportNotReady,
    /// Authenteq's details carry no id, and nobody else may name one.
    ExportUnavailable,
    /// On the operators' listener.
    OperatorKeyInvalid,
    /// Authenteq failed us.
    Upstream(authenteq::Error),
    /// A panic or an impossibility.
    Internal,
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.title())
    }
}

impl From<authenteq::Error> for ApiError {
    fn from(error: authenteq::Error) -> Self {
        Self::Upstream(error)
    }
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

    /// One sentence for the developer who reads the network log. Authenteq's own words stay in our
    /// log, as a code.
    fn title(&self) -> &'static str {
        match self {
            Self::BadRequest(title) => title,
            other => other.code().title(),
        }
    }

    /// The status that goes with the code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
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
            title: self.title().to_owned(),
            status: status.as_u16(),
            code: self.code(),
            request_id: request_id.to_owned(),
            retryable: self.retryable(),
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
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

/// Carries the error to `observe`, which knows the request id and writes body and log.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
