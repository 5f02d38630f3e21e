//! How a call to Authenteq can end, if not well.

use std::sync::Arc;

use reqwest::StatusCode;
use serde::Deserialize;

use super::Format;
use crate::json_object::Object;

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

/// What a 4xx means. Authenteq spells the same thing in several ways: `errorMessage` and
/// `errorDescription`, `BAD_API_KEYS` and `API_KEYS_BAD`; its sentences name the parameter in
/// quotes. Some statuses are documented nowhere, so the code decides before the status does.
pub(super) fn refusal(call: Call, status: StatusCode, body: &[u8]) -> Error {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Body {
        error_code: Option<String>,
        error_message: Option<String>,
        error_description: Option<String>,
    }
    let body = serde_json::from_slice(body).map(|Object::<Body>(body)| body);
    let body = body.unwrap_or_default();
    let code = body.error_code.unwrap_or_default();
    let message = body.error_message.or(body.error_description);
    let message = message.unwrap_or_default();
    // It goes to the log, so it must be a code and nothing that merely stands in its place.
    let is_code = code.len() <= 64 && code.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let code = if is_code { code } else { String::new() };

    let names = |parameter: &str| message.contains(&format!("'{parameter}'"));
    match (call, code.as_str()) {
        (
            _,
            "API_KEYS_MISSING"
            | "API_KEYS_INVALID"
            | "API_KEYS_BAD"
            | "BAD_API_KEYS"
            | "ACCOUNT_DEACTIVATED",
        ) => Error::Credentials { status, code },
        (Call::Token, "MISSING_REQUEST_PARAMETER") => Error::Request { status, code },
        (Call::Token, "INVALID_REQUEST_PARAMETER")
            if names("grantType") || names("redirectUri") || names("clientId") =>
        {
            Error::Request { status, code }
        }
        (Call::Token, "") if matches!(status.as_u16(), 401 | 403) => {
            Error::Credentials { status, code }
        }
        (Call::Token, _) if matches!(status.as_u16(), 400 | 401 | 403) => {
            Error::CodeRejected { status, code }
        }
        // What ends a session must be Authenteq's own word: a gateway says a bare 400 of anything.
        (Call::Details, "") if matches!(status.as_u16(), 400 | 410) => {
            Error::Failed { call, status }
        }
        (Call::Details, _) if matches!(status.as_u16(), 400 | 401 | 410) => {
            Error::Expired { status, code }
        }
        (Call::Export(_), "VERIFICATION_NOT_FOUND") => Error::NotFound { status },
        (Call::Export(_), "") if matches!(status.as_u16(), 401 | 403) => {
            Error::Credentials { status, code }
        }
        // A wrong base URL, a firewall: the visitor's data is not lost by it.
        _ => Error::Request { status, code },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token_refusal(status: u16, body: &str) -> Error {
        refusal(
            Call::Token,
            StatusCode::from_u16(status).unwrap(),
            body.as_bytes(),
        )
    }

    #[test]
    fn up_10_both_spellings_of_bad_keys_are_bad_credentials() {
        for code in ["API_KEYS_BAD", "BAD_API_KEYS", "ACCOUNT_DEACTIVATED"] {
            let error = token_refusal(401, &format!(r#"{{"errorCode":"{code}"}}"#));
            assert!(matches!(error, Error::Credentials { .. }), "{error:?}");
        }
    }

    #[test]
    fn oa_20_a_refused_grant_type_is_a_matter_of_configuration() {
        for key in ["errorMessage", "errorDescription"] {
            let body = format!(
                r#"{{"errorCode":"INVALID_REQUEST_PARAMETER","{key}":"Parameter 'grantType' has an invalid value"}}"#
            );
            let error = token_refusal(400, &body);
            assert!(matches!(error, Error::Request { .. }), "{error:?}");
        }
    }

    #[test]
    fn up_09_a_bare_400_of_a_gateway_says_nothing_about_the_token() {
        let of = |status, body: &[u8]| {
            refusal(Call::Details, StatusCode::from_u16(status).unwrap(), body)
        };
        for (status, body) in [
            (400, &b""[..]),
            (400, b"<html>"),
            (410, b"{}"),
            (400, b"[1]"),
        ] {
            let error = of(status, body);
            assert!(matches!(error, Error::Failed { .. }), "{error:?}");
            assert!(error.is_passing());
        }
        for (status, body) in [(400, &br#"{"errorCode":"INVALID_TOKEN"}"#[..]), (401, b"")] {
            assert!(matches!(of(status, body), Error::Expired { .. }));
        }
    }

    #[test]
    fn both_keys_of_a_message_at_once_and_a_null_hide_no_code() {
        for rest in [
            r#""errorMessage":"Bad API Keys","errorDescription":"Bad API Keys""#,
            r#""errorMessage":null"#,
        ] {
            let body = format!(r#"{{"errorCode":"ACCOUNT_DEACTIVATED",{rest}}}"#);
            let error = token_refusal(400, &body);
            assert!(matches!(error, Error::Credentials { .. }), "{error:?}");
        }
    }

    #[test]
    fn what_is_no_answer_about_code_or_token_blames_neither() {
        for status in [404, 405, 408, 415, 422] {
            let status = StatusCode::from_u16(status).unwrap();
            for call in [Call::Token, Call::Details] {
                let error = refusal(call, status, br#"{"errorCode":"NOT_FOUND"}"#);
                assert!(matches!(error, Error::Request { .. }), "{error:?}");
            }
        }
        let error = refusal(Call::Details, StatusCode::FORBIDDEN, b"<html>");
        assert!(matches!(error, Error::Request { .. }), "{error:?}");
    }

    #[test]
    fn a_refused_code_is_the_codes_fault_whatever_the_words() {
        for body in [
            r#"{"errorCode":"INVALID_REQUEST_PARAMETER","errorMessage":"Parameter 'code' is invalid or expired"}"#,
            r#"{"errorCode":"SOMETHING_NEW"}"#,
            "<html>",
            "",
        ] {
            let error = token_refusal(400, body);
            assert!(matches!(error, Error::CodeRejected { .. }), "{error:?}");
        }
    }

    #[test]
    fn up_11_an_export_of_nothing_is_not_found_whatever_the_status() {
        for status in [400, 404, 410] {
            let status = StatusCode::from_u16(status).unwrap();
            let body = br#"{"errorCode":"VERIFICATION_NOT_FOUND","errorMessage":"Verification not found"}"#;
            let error = refusal(Call::Export(Format::Pdf), status, body);
            assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
        }
        // A wrong base address has other words, or none.
        let error = refusal(Call::Export(Format::Pdf), StatusCode::NOT_FOUND, b"<html>");
        assert!(matches!(error, Error::Request { .. }), "{error:?}");
    }

    #[test]
    fn ops_12_what_is_not_a_code_is_not_logged_as_one() {
        let error = token_refusal(400, r#"{"errorCode":"ANNA\nSCHMIDT"}"#);
        assert_eq!(error.to_string(), "code rejected: 400 Bad Request ");
    }
}
