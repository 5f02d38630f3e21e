//! The examples in the reference of the exports, byte for byte.

use webkyc_sandbox::Client;

use super::basic;
use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack};

const UNKNOWN: &str = "3631324b-5bcc-48b0-b717-4f12f45e0a1d";
const CLOSED: &str = "closed";

/// The mistake in a request.
#[derive(Clone, Copy, Debug)]
enum Wrong {
    NoId,
    BadId,
    NoKeys,
    UnreadableKeys,
    BadKeys,
    ClosedAccount,
    UnknownId,
}

/// Every refusal that the reference prints: the call, the mistake, the status, which is our own
/// choice, and the body.
const REFUSALS: [(&str, Wrong, u16, &str); 17] = [
    (
        "json",
        Wrong::NoId,
        400,
        r#"{"errorCode":"MISSING_REQUEST_PARAMETER","errorMessage":"Required 'verificationId' parameter is missing"}"#,
    ),
    (
        "json",
        Wrong::BadId,
        400,
        r#"{"errorCode":"INVALID_REQUEST_PARAMETER","errorDescription":"Parameter 'verificationId' has an invalid value"}"#,
    ),
    (
        "json",
        Wrong::NoKeys,
        401,
        r#"{"errorCode":"API_KEYS_MISSING","errorMessage":"No API Keys in the Authorization header"}"#,
    ),
    (
        "json",
        Wrong::UnreadableKeys,
        401,
        r#"{"errorCode":"API_KEYS_INVALID","errorMessage":"Invalid API Keys in the Authorization header"}"#,
    ),
    (
        "json",
        Wrong::BadKeys,
        401,
        r#"{"errorCode":"API_KEYS_BAD","errorMessage":"Bad API Keys"}"#,
    ),
    (
        "json",
        Wrong::ClosedAccount,
        403,
        r#"{"errorCode":"ACCOUNT_DEACTIVATED","errorMessage":"Account deactivated. Please contact your Authenteq Sales Representative in order to keep using this service"}"#,
    ),
    (
        "json",
        Wrong::UnknownId,
        404,
        r#"{"errorCode":"VERIFICATION_NOT_FOUND","errorMessage":"Verification not found"}"#,
    ),
    (
        "multipart",
        Wrong::NoId,
        400,
        r#"{"errorCode":"MISSING_REQUEST_PARAMETER","errorDescription":"Required 'verificationId' parameter is missing"}"#,
    ),
    (
        "multipart",
        Wrong::BadId,
        400,
        r#"{"errorCode":"INVALID_REQUEST_PARAMETER","errorDescription":"Parameter 'verificationId' has an invalid value"}"#,
    ),
    (
        "multipart",
        Wrong::NoKeys,
        401,
        r#"{"errorCode":"API_KEYS_MISSING","errorMessage":"No API Keys in the Authorization header"}"#,
    ),
    (
        "multipart",
        Wrong::UnreadableKeys,
        401,
        r#"{"errorCode":"API_KEYS_INVALID","errorMessage":"Invalid API Keys in the Authorization header"}"#,
    ),
    (
        "multipart",
        Wrong::BadKeys,
        401,
        r#"{"errorCode":"API_KEYS_BAD","errorMessage":"Bad API Keys"}"#,
    ),
    (
        "multipart",
        Wrong::ClosedAccount,
        403,
        r#"{"errorCode":"ACCOUNT_DEACTIVATED","errorMessage":"Account deactivated. Please contact your Authenteq Sales Representative in order to keep using this service"}"#,
    ),
    (
        "pdf",
        Wrong::NoId,
        400,
        r#"{"errorCode":"MISSING_REQUEST_PARAMETER","errorDescription":"Required 'verificationId' parameter is missing"}"#,
    ),
    (
        "pdf",
        Wrong::BadId,
        400,
        r#"{"errorCode":"INVALID_REQUEST_PARAMETER","errorDescription":"Parameter 'verificationId' has an invalid value"}"#,
    ),
    (
        "pdf",
        Wrong::ClosedAccount,
        403,
        r#"{"errorCode":"ACCOUNT_DEACTIVATED","errorMessage":"Account deactivated. Please contact your Authenteq Sales Representative in order to keep using this service"}"#,
    ),
    (
        "pdf",
        Wrong::UnknownId,
        404,
        r#"{"errorCode":"VERIFICATION_NOT_FOUND","errorMessage":"Verification not found"}"#,
    ),
];

/// The parts of a whole message, in the order of the reference.
const PARTS: [(&str, &str, &str); 12] = [
    ("result", "result.json", "application/json"),
    ("livenessFaceImage", "livenessFaceImage.jpeg", "image/jpeg"),
    ("croppedFrontImage", "croppedFrontImage.jpeg", "image/jpeg"),
    ("croppedBackImage", "croppedBackImage.jpeg", "image/jpeg"),
    ("faceImage", "faceImage.jpeg", "image/jpeg"),
    (
        "croppedFrontImage2",
        "croppedFrontImage2.jpeg",
        "image/jpeg",
    ),
    ("croppedBackImage2", "croppedBackImage2.jpeg", "image/jpeg"),
    ("faceImage2", "faceImage2.jpeg", "image/jpeg"),
    (
        "croppedFrontImage3",
        "croppedFrontImage3.jpeg",
        "image/jpeg",
    ),
    ("croppedBackImage3", "croppedBackImage3.jpeg", "image/jpeg"),
    ("faceImage3", "faceImage3.jpeg", "image/jpeg"),
    (
        "addressProofDocument",
        "addressProofDocument.pdf",
        "application/pdf",
    ),
];

fn request(call: &str, query: &str, authorization: &str) -> String {
    format!(
        "GET /export/verification-result-as-{call}{query} HTTP/1.1\r\nHost: x\r\n{authorization}Connection: close\r\n\r\n"
    )
}

fn authorization(id: &str, secret: &str) -> String {
    format!("Authorization: {}\r\n", basic(id, secret))
}

#[tokio::test]
async fn every_refusal_of_the_exports_is_the_references_to_the_byte() {
    let stack = Stack::of(vec![
        Client::new(CLIENT_ID, SECRET, REDIRECT_URI).unwrap(),
        Client::new(CLOSED, SECRET, REDIRECT_URI)
            .unwrap()
            .deactivated(),
    ])
    .await;
    let unknown = format!("?verificationId={UNKNOWN}");
    let right = authorization(CLIENT_ID, SECRET);
    for (call, wrong, status, body) in REFUSALS {
        let (query, keys) = match wrong {
            Wrong::NoId => ("", right.clone()),
            Wrong::BadId => ("?verificationId=1", right.clone()),
            Wrong::NoKeys => (unknown.as_str(), String::new()),
            Wrong::UnreadableKeys => (unknown.as_str(), "Authorization: Basic ?\r\n".to_owned()),
            Wrong::BadKeys => (unknown.as_str(), authorization(CLIENT_ID, "other")),
            Wrong::ClosedAccount => (unknown.as_str(), authorization(CLOSED, SECRET)),
            Wrong::UnknownId => (unknown.as_str(), right.clone()),
        };
        let answer = stack.say(request(call, query, &keys)).await;
        assert_eq!(answer.status, status, "{call} {wrong:?}");
        assert_eq!(answer.text(), body, "{call} {wrong:?}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn the_heads_of_all_parts_are_the_references_to_the_byte() {
    let stack = Stack::start().await;
    for (person, absent) in [
        ("complete", &[][..]),
        (
            "three-documents",
            &["croppedBackImage2", "addressProofDocument"],
        ),
        (
            "proof-of-address",
            &[
                "croppedFrontImage2",
                "croppedBackImage2",
                "faceImage2",
                "croppedFrontImage3",
                "croppedBackImage3",
                "faceImage3",
            ],
        ),
    ] {
        let id = stack.verified(person).await;
        let query = format!("?verificationId={id}");
        let keys = authorization(CLIENT_ID, SECRET);
        let answer = stack.say(request("multipart", &query, &keys)).await;
        let content_type = answer.header("content-type").unwrap();
        let boundary = content_type
            .strip_prefix("multipart/mixed;boundary=")
            .unwrap();
        let delimiter = format!("--{boundary}");

        // Image data is no text and gets mangled here; the heads stay as they are.
        let message = String::from_utf8_lossy(&answer.body);
        let mut parts = message.split(delimiter.as_str());
        assert_eq!(parts.next(), Some(""));
        for (name, file, media_type) in PARTS {
            if absent.contains(&name) {
                continue;
            }
            let head = format!(
                "\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: {media_type}\r\n\r\n"
            );
            let part = parts.next().unwrap();
            assert!(part.starts_with(&head), "{person} {name}");
            assert!(
                part.len() > head.len() + 100 && part.ends_with("\r\n"),
                "{person} {name}"
            );
        }
        assert_eq!(parts.next(), Some("--\r\n"));
        assert_eq!(parts.next(), None);
    }
}
