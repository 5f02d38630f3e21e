//! The errors of our API, with their codes and statuses.

use std::borrow::Cow;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tracing::warn;
use webkyc_shared::problem::{ErrorCode, Problem};

use crate::{authenteq, store};

/// Every error that a handler or the gate can return.
#[derive(Clone, Debug)]
pub enum ApiError {
    /// Names the malformed part, never its content.
    BadRequest(Cow<'static, str>),
    /// The state is absent, wrong, spent or expired: one error for all, so that it reveals nothing.
    StateInvalid,
    /// `site` is not configured.
    UnknownSite,
    /// The page's origin is not that of the redirect URI, which is this one.
    RedirectElsewhere(String),
    /// `return` is not configured for the site.
    UnknownReturn,
    /// There is no session cookie, or it does not open.
    SessionInvalid,
    /// The token's fifteen minutes are over.
    SessionExpired,
    /// The page belongs to another session than the cookie.
    SessionChanged,
    /// The request does not come from our own pages.
    CrossOriginRejected,
    /// `X-WebKYC: 1` is missing.
    CsrfHeaderMissing,
    /// `Host` is not ours.
    Misdirected,
    /// No such path.
    NotFound,
    /// The path does not support this method.
    MethodNotAllowed,
    /// The body is over 8 KiB.
    PayloadTooLarge,
    /// The body is not JSON.
    UnsupportedMediaType,
    /// The body did not arrive completely in time.
    RequestTimeout,
    /// The URI is over 4 KiB.
    UriTooLong,
    /// Too many requests of one kind from one address.
    RateLimited {
        /// Seconds.
        retry_after: u32,
    },
    /// Too many requests under way.
    Overloaded,
    /// The details have not been fetched yet; they contain the verification's id.
    ExportNotReady,
    /// Authenteq's details contain no id, and no other source of it is trusted.
    ExportUnavailable,
    /// The key of the operator or of a site is missing or wrong.
    OperatorKeyInvalid,
    /// No sign-up has this handle or id, or it belongs to another site.
    SignUpNotFound,
    /// Another browser has begun the sign-up.
    SignUpTaken,
    /// The sign-up has a result, or its code was sent.
    SignUpEnded,
    /// The sign-up has no result yet.
    SignUpNotEnded,
    /// The code that came with the visitor is wrong, spent or too old.
    SignUpCodeInvalid,
    /// The idempotency key came with another body.
    IdempotencyKeyReused,
    /// The events after the cursor are no longer kept.
    CursorExpired,
    /// No event has this id, or it belongs to another site.
    EventNotFound,
    /// The site of this event has no webhook.
    NoWebhook,
    /// Too many long polls with this key.
    TooManyPolls,
    /// The store of sign-ups does not answer.
    StoreUnavailable,
    /// A call to Authenteq failed.
    Upstream(authenteq::Error),
    /// A panic, or an error that cannot happen.
    Internal,
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.title())
    }
}

impl From<authenteq::Error> for ApiError {
    fn from(error: authenteq::Error) -> Self {
        Self::Upstream(error)
    }
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> Self {
        warn!(%error, "the store of sign-ups does not answer");
        Self::StoreUnavailable
    }
}

impl ApiError {
    /// The code for programs to branch on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::BadRequest(_) => ErrorCode::BadRequest,
            Self::StateInvalid => ErrorCode::StateInvalid,
            Self::UnknownSite => ErrorCode::UnknownSite,
            Self::UnknownReturn => ErrorCode::UnknownReturn,
            Self::RedirectElsewhere(_) => ErrorCode::RedirectElsewhere,
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
            Self::SignUpNotFound => ErrorCode::SignUpNotFound,
            Self::SignUpTaken => ErrorCode::SignUpTaken,
            Self::SignUpEnded => ErrorCode::SignUpEnded,
            Self::SignUpNotEnded => ErrorCode::SignUpNotEnded,
            Self::SignUpCodeInvalid => ErrorCode::SignUpCodeInvalid,
            Self::IdempotencyKeyReused => ErrorCode::IdempotencyKeyReused,
            Self::CursorExpired => ErrorCode::CursorExpired,
            Self::EventNotFound => ErrorCode::EventNotFound,
            Self::NoWebhook => ErrorCode::NoWebhook,
            Self::TooManyPolls => ErrorCode::TooManyPolls,
            Self::StoreUnavailable => ErrorCode::StoreUnavailable,
            Self::Upstream(error) => upstream_code(error),
            Self::Internal => ErrorCode::Internal,
        }
    }

    /// One sentence for the developer who reads the network log. Authenteq's own words stay in our
    /// log, as a code.
    fn title(&self) -> Cow<'_, str> {
        match self {
            Self::BadRequest(title) => Cow::Borrowed(title),
            Self::RedirectElsewhere(origin) => {
                format!("Visitors come back to {origin} (WEBKYC_REDIRECT_URI): begin there").into()
            }
            other => other.code().title().into(),
        }
    }

    /// The status of the code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Whether the code is certainly unspent: Authenteq was unreachable, or rejected the call
    /// without processing it.
    #[must_use]
    pub fn leaves_code_unspent(&self) -> bool {
        match self {
            Self::Upstream(error) => error.is_unsent(),
            Self::RateLimited { .. } | Self::Overloaded | Self::StoreUnavailable => true,
            _ => false,
        }
    }

    /// Whether the visitor may press "try again" to send the same request once more. Never after a
    /// call with a code that reached Authenteq: a code counts once (RFC 6749 section 4.1.2).
    fn retryable(&self) -> bool {
        match self {
            Self::Upstream(error) => error.is_passing(),
            Self::ExportNotReady | Self::SignUpNotEnded | Self::TooManyPolls => true,
            other => other.leaves_code_unspent(),
        }
    }

    /// Seconds to wait before a retry, if known.
    fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Upstream(error) => error.retry_after(),
            Self::RateLimited { retry_after } => Some(*retry_after),
            Self::Overloaded | Self::StoreUnavailable | Self::TooManyPolls => Some(1),
            _ => None,
        }
    }

    /// The response: status, `application/problem+json`, and the headers of that status.
    #[must_use]
    pub fn problem(&self, request_id: &str) -> Response {
        let status = self.status();
        let problem = Problem {
            title: self.title().into_owned(),
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
            // The rest of such a request has not been read.
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
        Error::Request { .. } | Error::RedirectUri { .. } => ErrorCode::UpstreamConfig,
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

/// Passes the error to `middleware::request_log`, which knows the request id and writes body and
/// log.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
