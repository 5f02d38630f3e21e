//! How a call to Authenteq can end, if not well.

use std::sync::Arc;

use reqwest::StatusCode;

use super::Format;

/// One of the calls to Authenteq.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// Code for token: counts once, so nobody may repeat it.
    Token,
    /// The verification: can be repeated while the token lives.
    Details,
    /// The verification as a file: can be repeated.
    Export(Format),
}

impl Call {
    /// Whether the same call may be made again.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        self != Self::Token
    }

    /// Its name in log and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Details => "details",
            Self::Export(Format::Json) => "export_json",
            Self::Export(Format::Multipart) => "export_multipart",
            Self::Export(Format::Pdf) => "export_pdf",
        }
    }
}

/// At which step Authenteq could not be reached. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its name has no address.
    Dns,
    /// Nothing answers there.
    Connect,
    /// What answers there is not Authenteq, as far as its certificate says.
    Tls,
}

/// How a call to Authenteq ended, if not well. `code` is Authenteq's `errorCode`.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No connection; nothing was sent.
    #[error("cannot reach it ({step:?})")]
    Unreachable {
        /// How far we came.
        step: Step,
        /// Why.
        #[source]
        source: Arc<reqwest::Error>,
    },
    /// Sent, and no complete answer within the time.
    #[error("{}: no answer in time", call.name())]
    Timeout {
        /// The call.
        call: Call,
    },
    /// Sent, and the connection broke.
    #[error("{}: the connection broke", call.name())]
    Broken {
        /// The call.
        call: Call,
        /// Why.
        #[source]
        source: Arc<reqwest::Error>,
    },
    /// 429, or 503 to a call that may be repeated.
    #[error("busy")]
    Busy {
        /// Seconds, between 1 and 60.
        retry_after: u32,
    },
    /// Not asked: it did not answer several times in a row.
    #[error("left alone for a moment")]
    Resting {
        /// Seconds, between 1 and 60.
        retry_after: u32,
    },
    /// Not asked: too much is under way here.
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
    /// A redirect. Not followed: the secret would go along.
    #[error("redirected with {status}")]
    Redirect {
        /// The status.
        status: StatusCode,
    },
    /// Client id or secret are wrong, or the account is deactivated.
    #[error("credentials refused: {status} {code}")]
    Credentials {
        /// The status.
        status: StatusCode,
        /// `API_KEYS_…` or `ACCOUNT_DEACTIVATED`, if it said so.
        code: String,
    },
    /// Grant type, redirect URI or address do not fit the account.
    #[error("configuration refused: {status} {code}")]
    Request {
        /// The status.
        status: StatusCode,
        /// The error code.
        code: String,
    },
    /// The code is spent, too old, or was never issued.
    #[error("code rejected: {status} {code}")]
    CodeRejected {
        /// The status.
        status: StatusCode,
        /// The error code.
        code: String,
    },
    /// The token is no longer good and the data is gone.
    #[error("data expired: {status} {code}")]
    Expired {
        /// The status.
        status: StatusCode,
        /// The error code.
        code: String,
    },
    /// No such verification, or another account's.
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
    /// The answer is not what it should be; says which part, never what was in it.
    #[error("unreadable answer: {0}")]
    Unreadable(&'static str),
    /// The answer's `Content-Type` is missing or another.
    #[error("{}: unexpected Content-Type", call.name())]
    BadType {
        /// The call.
        call: Call,
    },
    /// The answer is compressed, which was not asked for.
    #[error("{}: a Content-Encoding that was not asked for", call.name())]
    Encoding {
        /// The call.
        call: Call,
    },
    /// The multipart answer has no boundary, or one that is none.
    #[error("no usable multipart boundary")]
    BadMultipart,
    /// The answer is over the size limit.
    #[error("the answer is too large")]
    TooLarge,
}

impl Error {
    /// What it is called in the metrics.
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
            Self::Request { .. } => "request_refused",
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

    /// Whether Authenteq did not see the call, or turned it away unread.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Busy { .. } | Self::Resting { .. } | Self::Overloaded
        )
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

    /// How long to wait before that, in seconds, if it was said.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Busy { retry_after } | Self::Resting { retry_after } => Some(*retry_after),
            Self::Overloaded => Some(1),
            _ => None,
        }
    }
}
