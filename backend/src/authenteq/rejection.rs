//! Maps answers with a 4xx status to errors.

use hyper::StatusCode;
use serde::Deserialize;

use super::error::{Call, Error};
use crate::json_object::Object;

/// The body of a refusal. Authenteq spells the same fields in two ways: `errorMessage` and
/// `errorDescription`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    error_code: Option<String>,
    error_message: Option<String>,
    error_description: Option<String>,
}

fn parse(body: &[u8]) -> Option<Body> {
    let Object(body) = serde_json::from_slice(body).ok()?;
    Some(body)
}

/// The error for a 4xx answer. Authenteq spells the same codes in several ways: `BAD_API_KEYS` and
/// `API_KEYS_BAD`; its sentences name the parameter in quotes. Some statuses are undocumented, so the
/// code takes precedence over the status.
pub(super) fn read(call: Call, status: StatusCode, body: &[u8]) -> Error {
    let body = parse(body).unwrap_or_default();
    let code = body.error_code.unwrap_or_default();
    let message = body.error_message.or(body.error_description);
    let message = message.unwrap_or_default();
    // This is logged, so it must have the form of a code.
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
        (_, "NO_REDIRECT_URLS") => Error::RedirectUri { status, code },
        (Call::VerificationUrl, "INVALID_REQUEST_PARAMETER") if names("redirectUrl") => {
            Error::RedirectUri { status, code }
        }
        (Call::Token | Call::Result, "MISSING_REQUEST_PARAMETER") => {
            Error::Request { status, code }
        }
        (Call::Token, "INVALID_REQUEST_PARAMETER") if names("redirectUri") => {
            Error::RedirectUri { status, code }
        }
        (Call::Token, "INVALID_REQUEST_PARAMETER") if names("grantType") || names("clientId") => {
            Error::Request { status, code }
        }
        // Whichever parameter it names: a redirect URL that does not fit is that of another flow.
        (Call::Result, "INVALID_REQUEST_PARAMETER") => Error::CodeRejected { status, code },
        // With a token, such a status is about the token.
        (_, "") if call != Call::Details && matches!(status.as_u16(), 401 | 403) => {
            Error::Credentials { status, code }
        }
        (Call::Token | Call::Result, _) if matches!(status.as_u16(), 400 | 401 | 403) => {
            Error::CodeRejected { status, code }
        }
        // Only an error code from Authenteq ends a session: a gateway may send a bare 400 for any
        // reason.
        (Call::Details, "") if matches!(status.as_u16(), 400 | 410) => {
            Error::Failed { call, status }
        }
        (Call::Details, _) if matches!(status.as_u16(), 400 | 401 | 410) => {
            Error::Expired { status, code }
        }
        (Call::Export(_) | Call::DetailsExport, "VERIFICATION_NOT_FOUND") => {
            Error::NotFound { status }
        }
        // The cause may be a wrong base URL or a firewall: the visitor's data is not lost.
        _ => Error::Request { status, code },
    }
}

/// The error in the body of an answer whose status is a success.
pub(super) fn in_success(call: Call, status: StatusCode, body: &[u8]) -> Option<Error> {
    parse(body)?.error_code.filter(|code| !code.is_empty())?;
    Some(read(call, status, body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenteq::Format;

    fn token_rejection(status: u16, body: &str) -> Error {
        read(
            Call::Token,
            StatusCode::from_u16(status).unwrap(),
            body.as_bytes(),
        )
    }

    #[test]
    fn up_10_both_spellings_of_bad_keys_are_bad_credentials() {
        for code in ["API_KEYS_BAD", "BAD_API_KEYS", "ACCOUNT_DEACTIVATED"] {
            let body = format!(r#"{{"errorCode":"{code}"}}"#);
            for call in [
                Call::Token,
                Call::VerificationUrl,
                Call::Result,
                Call::DetailsExport,
            ] {
                for status in [StatusCode::UNAUTHORIZED, StatusCode::BAD_REQUEST] {
                    let error = read(call, status, body.as_bytes());
                    assert!(matches!(error, Error::Credentials { .. }), "{error:?}");
                }
                if call != Call::Token {
                    let error = read(call, StatusCode::UNAUTHORIZED, b"");
                    assert!(matches!(error, Error::Credentials { .. }), "{error:?}");
                }
            }
        }
    }

    #[test]
    fn oa_20_a_refused_grant_type_is_a_matter_of_configuration() {
        for key in ["errorMessage", "errorDescription"] {
            let body = format!(
                r#"{{"errorCode":"INVALID_REQUEST_PARAMETER","{key}":"Parameter 'grantType' has an invalid value"}}"#
            );
            let error = token_rejection(400, &body);
            assert!(matches!(error, Error::Request { .. }), "{error:?}");
        }
    }

    #[test]
    fn up_09_a_bare_400_of_a_gateway_says_nothing_about_the_token() {
        let of =
            |status, body: &[u8]| read(Call::Details, StatusCode::from_u16(status).unwrap(), body);
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
            let error = token_rejection(400, &body);
            assert!(matches!(error, Error::Credentials { .. }), "{error:?}");
        }
    }

    #[test]
    fn what_is_no_answer_about_code_or_token_blames_neither() {
        for status in [404, 405, 408, 415, 422] {
            let status = StatusCode::from_u16(status).unwrap();
            for call in [Call::Token, Call::Details] {
                let error = read(call, status, br#"{"errorCode":"NOT_FOUND"}"#);
                assert!(matches!(error, Error::Request { .. }), "{error:?}");
            }
        }
        let error = read(Call::Details, StatusCode::FORBIDDEN, b"<html>");
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
            let error = token_rejection(400, body);
            assert!(matches!(error, Error::CodeRejected { .. }), "{error:?}");
        }
    }

    #[test]
    fn up_11_an_export_of_nothing_is_not_found_whatever_the_status() {
        for status in [400, 404, 410] {
            let status = StatusCode::from_u16(status).unwrap();
            let body = br#"{"errorCode":"VERIFICATION_NOT_FOUND","errorMessage":"Verification not found"}"#;
            let error = read(Call::Export(Format::Pdf), status, body);
            assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
        }
        // A wrong base address gives other texts, or none.
        let error = read(Call::Export(Format::Pdf), StatusCode::NOT_FOUND, b"<html>");
        assert!(matches!(error, Error::Request { .. }), "{error:?}");
    }

    #[test]
    fn a_redirect_uri_that_is_not_registered_is_named_as_the_cause() {
        let invalid = |name: &str| {
            format!(
                r#"{{"errorCode":"INVALID_REQUEST_PARAMETER","errorMessage":"Parameter '{name}' does not match any registered one"}}"#
            )
        };
        let none = r#"{"errorCode":"NO_REDIRECT_URLS"}"#.to_owned();
        for (call, body) in [
            (Call::Token, invalid("redirectUri")),
            (Call::VerificationUrl, invalid("redirectUrl")),
            (Call::VerificationUrl, none.clone()),
            (Call::Result, none),
        ] {
            let error = read(call, StatusCode::BAD_REQUEST, body.as_bytes());
            assert!(matches!(error, Error::RedirectUri { .. }), "{error:?}");
        }
        let other = read(
            Call::VerificationUrl,
            StatusCode::BAD_REQUEST,
            invalid("other").as_bytes(),
        );
        assert!(matches!(other, Error::Request { .. }), "{other:?}");
    }

    #[test]
    fn oa_11_a_code_with_the_redirect_url_of_another_flow_is_a_refused_code() {
        for name in ["code", "redirectUrl"] {
            let body = format!(
                r#"{{"errorCode":"INVALID_REQUEST_PARAMETER","errorMessage":"Parameter '{name}' does not match any registered one"}}"#
            );
            let error = read(Call::Result, StatusCode::BAD_REQUEST, body.as_bytes());
            assert!(matches!(error, Error::CodeRejected { .. }), "{error:?}");
        }
    }

    #[test]
    fn ops_12_what_is_not_a_code_is_not_logged_as_one() {
        let error = token_rejection(400, r#"{"errorCode":"ANNA\nSCHMIDT"}"#);
        assert_eq!(error.to_string(), "code rejected: 400 Bad Request ");
    }
}
