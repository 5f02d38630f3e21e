//! How a call to Authenteq can end, if not well.

use std::sync::Arc;

use reqwest::StatusCode;
use serde::Deserialize;

/// Which of Authenteq's calls failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Code for token: counts once, so nobody may repeat it.
    Token,
    /// The verification: can be repeated while the token lives.
    Details,
}

/// How a call to Authenteq ended, if not well. `code` is Authenteq's `errorCode`.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No connection; nothing was sent.
    #[error("cannot connect")]
    Connect(#[source] Arc<reqwest::Error>),
    /// Sent, and no complete answer within the time.
    #[error("{call:?}: no answer in time")]
    Timeout {
        /// The call.
        call: Call,
    },
    /// Sent, and the connection broke.
    #[error("{call:?}: the connection broke")]
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
    /// Another 5xx.
    #[error("{call:?}: status {status}")]
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
    /// The answer holds no usable token.
    #[error("no usable token in the answer")]
    BadToken,
    /// The token is over 5,120 bytes.
    #[error("the token is too large for a cookie")]
    TokenTooLarge,
    /// The answer is not what it should be; says which part, never what was in it.
    #[error("unreadable answer: {0}")]
    Unreadable(&'static str),
    /// The answer is over the size limit.
    #[error("the answer is too large")]
    TooLarge,
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
    let body: Body = serde_json::from_slice(body).unwrap_or_default();
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
        (Call::Details, _) if matches!(status.as_u16(), 400 | 401 | 410) => {
            Error::Expired { status, code }
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
    fn ops_12_what_is_not_a_code_is_not_logged_as_one() {
        let error = token_refusal(400, r#"{"errorCode":"ANNA\nSCHMIDT"}"#);
        assert_eq!(error.to_string(), "code rejected: 400 Bad Request ");
    }
}
