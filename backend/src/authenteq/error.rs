//! The errors of a call to Authenteq.

use std::sync::Arc;

use hyper::StatusCode;

use super::Format;

/// One of the calls to Authenteq.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// Exchanges the code for a token. Must not be repeated: a code counts once.
    Token,
    /// Fetches the verification. Can be repeated while the token lives.
    Details,
    /// Fetches the verification as a file. Can be repeated.
    Export(Format),
    /// Asks where the visitor goes. Can be repeated: each answer is a new address.
    VerificationUrl,
    /// Exchanges the code for the result. Must not be repeated: a code counts once.
    Result,
    /// Fetches the verification as the JSON export, for details. Can be repeated.
    DetailsExport,
}

impl Call {
    /// Whether the same call may be repeated.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        !self.spends_code()
    }

    /// Whether the call spends a code.
    #[must_use]
    pub fn spends_code(self) -> bool {
        matches!(self, Self::Token | Self::Result)
    }

    /// The name in the log and the metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Details => "details",
            Self::Export(Format::Json) => "export_json",
            Self::Export(Format::Multipart) => "export_multipart",
            Self::Export(Format::Pdf) => "export_pdf",
            Self::VerificationUrl => "verification_url",
            Self::Result => "verification_result",
            Self::DetailsExport => "details_export",
        }
    }
}

/// The step at which the connection to Authenteq failed. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The host name does not resolve.
    Dns,
    /// No server answers at the address.
    Connect,
    /// The server's certificate is not accepted for this host.
    Tls,
}

/// The error of a call to Authenteq. `code` is Authenteq's `errorCode`.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No connection; nothing was sent.
    #[error("cannot reach it ({step:?})")]
    Unreachable {
        /// The failed step.
        step: Step,
        /// The cause.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The request was sent, and no complete answer came in time.
    #[error("{}: no answer in time", call.name())]
    Timeout {
        /// The call.
        call: Call,
    },
    /// The request was sent, and the connection broke.
    #[error("{}: the connection broke", call.name())]
    Broken {
        /// The call.
        call: Call,
        /// The cause.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// 429, or 503 to a call that may be repeated.
    #[error("busy")]
    Busy {
        /// Seconds, between 1 and 60.
        retry_after: u32,
    },
    /// Nothing was sent: Authenteq failed to answer several times in a row.
    #[error("left alone for a moment")]
    Resting {
        /// Seconds, between 1 and 60.
        retry_after: u32,
    },
    /// Nothing was sent: too many calls are under way here.
    #[error("too many calls under way")]
    Overloaded,
    /// Another 5xx.
    #[error("{}: status {status}", call.name())]
    Failed {
        /// The call.
        call: Call,
        /// The status.
        status: StatusCode,
    },
    /// A redirect. We do not follow it, because the secret would be sent along.
    #[error("redirected with {status}")]
    Redirect {
        /// The status.
        status: StatusCode,
    },
    /// The client id or secret is wrong, or the account is deactivated.
    #[error("credentials refused: {status} {code}")]
    Credentials {
        /// The status.
        status: StatusCode,
        /// `API_KEYS_…` or `ACCOUNT_DEACTIVATED`, if the answer contained it.
        code: String,
    },
    /// The grant type, redirect URI or address does not fit the account.
    #[error("configuration refused: {status} {code}")]
    Request {
        /// The status.
        status: StatusCode,
        /// The error code.
        code: String,
    },
    /// The account has no such redirect URI.
    #[error("redirect URI not registered: {status} {code}")]
    RedirectUri {
        /// The status.
        status: StatusCode,
        /// The error code.
        code: String,
    },
    /// The code is spent, too old, of another flow, or was never issued.
    #[error("code rejected: {status} {code}")]
    CodeRejected {
        /// The status.
        status: StatusCode,
        /// The error code.
        code: String,
    },
    /// The token has expired and the data is gone.
    #[error("data expired: {status} {code}")]
    Expired {
        /// The status.
        status: StatusCode,
        /// The error code.
        code: String,
    },
    /// No such verification in this account.
    #[error("verification not found: {status}")]
    NotFound {
        /// The status.
        status: StatusCode,
    },
    /// The answer holds no usable token.
    #[error("no usable token in the answer")]
    BadToken,
    /// The token is over 5,120 bytes.
    #[error("the token is too large for a cookie")]
    TokenTooLarge,
    /// The answer is malformed. Names the malformed part, never its content.
    #[error("unreadable answer: {0}")]
    Unreadable(&'static str),
    /// The answer's `Content-Type` is missing or wrong.
    #[error("{}: unexpected Content-Type", call.name())]
    BadType {
        /// The call.
        call: Call,
    },
    /// The answer is compressed, although we did not ask for that.
    #[error("{}: a Content-Encoding that was not asked for", call.name())]
    Encoding {
        /// The call.
        call: Call,
    },
    /// The multipart answer has no boundary, or an invalid one.
    #[error("no usable multipart boundary")]
    BadMultipart,
    /// The answer is over the size limit.
    #[error("the answer is too large")]
    TooLarge,
}

impl Error {
    /// The name in the metrics.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::Timeout { .. } => "timeout",
            Self::Broken { .. } => "broken",
            Self::Busy { .. } => "busy",
            Self::Resting { .. } => "resting",
            Self::Overloaded => "overloaded",
            Self::Failed { .. } => "failed",
            Self::Redirect { .. } => "redirect",
            Self::Credentials { .. } => "credentials_refused",
            Self::Request { .. } | Self::RedirectUri { .. } => "request_refused",
            Self::CodeRejected { .. } => "code_rejected",
            Self::Expired { .. } => "expired",
            Self::NotFound { .. } => "not_found",
            Self::BadToken
            | Self::TokenTooLarge
            | Self::Unreadable(_)
            | Self::BadType { .. }
            | Self::Encoding { .. }
            | Self::BadMultipart => "unreadable",
            Self::TooLarge => "too_large",
        }
    }

    /// Whether Authenteq did not receive the call, or rejected it without processing it.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        match self {
            // Not applied, for lack of valid credentials (RFC 9110, section 15.5.2): the operator may mend
            // them.
            Self::Credentials { status, .. } => *status == StatusCode::UNAUTHORIZED,
            Self::Unreachable { .. }
            | Self::Busy { .. }
            | Self::Resting { .. }
            | Self::Overloaded => true,
            _ => false,
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Timeout { call } | Self::Broken { call, .. } | Self::Failed { call, .. } => {
                call.is_repeatable()
            }
            other => other.is_unsent(),
        }
    }

    /// Seconds to wait before the next call, if known.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Busy { retry_after } | Self::Resting { retry_after } => Some(*retry_after),
            Self::Overloaded => Some(1),
            _ => None,
        }
    }
}
