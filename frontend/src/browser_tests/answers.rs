use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use webkyc_shared::{
    api::{BeginRequest, Session, SignUpResponse},
    problem::ErrorCode,
    sign_up::SignUpStatus,
    verification::{FileType, Verification},
};

use crate::api::json::{self, Mismatch};

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Mismatch> {
    json::from_parsed(js_sys::JSON::parse(text).map_err(|_| Mismatch)?)
}

/// `undefined` for what is no JSON.
fn parsed(text: &str) -> JsValue {
    js_sys::JSON::parse(text).unwrap_or_default()
}

#[wasm_bindgen_test]
fn a_verification_is_read_with_all_it_holds() {
    let value: Verification = read(
        r#"{
            "id": "7c4c2a6e", "nfcVerified": true, "platform": null,
            "livenessFaceImage": {"contentType": "image/jpeg", "content": "/9j/"},
            "documents": [
                {"documentType": "DL", "surname": "Ö\u00e9\ud83d\ude00",
                 "licenseClassDetails": {"B": {"from": "2012-05-01"}, "C": {"notes": "1^2"}}},
                {"croppedFrontImage": {"contentType": "unknown", "content": ""}}
            ]
        }"#,
    )
    .expect("is a verification");
    assert_eq!(
        (value.id.as_deref(), value.nfc_verified),
        (Some("7c4c2a6e"), Some(true))
    );
    assert_eq!((value.platform, value.start_time), (None, None));
    assert!(
        value
            .liveness_face_image
            .is_some_and(|file| file.content_type == FileType::Jpeg)
    );
    let [licence, second] = value.documents.as_slice() else {
        panic!("are two documents")
    };
    assert_eq!(licence.surname.as_deref(), Some("Öé😀"));
    assert_eq!(
        licence.license_class_details["B"].from.as_deref(),
        Some("2012-05-01")
    );
    assert_eq!(
        licence.license_class_details["C"].notes.as_deref(),
        Some("1^2")
    );
    let front = second.cropped_front_image.as_ref();
    assert!(front.is_some_and(|file| file.content_type == FileType::Unknown));
}

#[wasm_bindgen_test]
fn con_09_undocumented_members_are_ignored() {
    let json =
        r#"{"sessionId": "s", "expiresAt": 1700000000, "score": [1, {"a": null}], "x": 0.5}"#;
    let session = json::session(&parsed(json)).expect("is a session");
    let expected = Session {
        session_id: "s".to_owned(),
        expires_at: 1_700_000_000,
        return_url: None,
        site: None,
        return_key: None,
        sign_up: None,
        return_now: false,
        test: false,
    };
    assert_eq!(session, expected);
}

#[wasm_bindgen_test]
fn a_problem_is_read_with_its_code() {
    let json = r#"{"title": "t", "status": 503, "code": "UPSTREAM_BUSY", "requestId": "r", "retryable": true}"#;
    let problem = json::problem(&parsed(json)).expect("is a problem");
    assert_eq!(
        (problem.status, problem.code),
        (503, ErrorCode::UpstreamBusy)
    );
    assert!(problem.retryable);
}

#[wasm_bindgen_test]
fn any_other_json_is_refused() {
    for json in [
        "",
        "null",
        "[]",
        "<html>",
        r#"{"sessionId": 1, "expiresAt": 1}"#,
        r#"{"sessionId": "s"}"#,
        r#"{"sessionId": "s", "expiresAt": "soon"}"#,
        r#"{"sessionId": "s", "expiresAt": 1.5}"#,
        r#"{"sessionId": "s", "expiresAt": null}"#,
    ] {
        assert_eq!(json::session(&parsed(json)), None, "{json}");
        assert_eq!(json::problem(&parsed(json)), None, "{json}");
    }
    let code = r#"{"title":"","status":1,"code":"NEW_CODE","requestId":"","retryable":false}"#;
    assert_eq!(json::problem(&parsed(code)), None);
}

const STATE: &str = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq83";

#[wasm_bindgen_test]
fn a_sign_up_is_read_with_all_it_holds() {
    let json = r#"{"site": "Example Shop", "displayName": "account a…@…", "claims": ["age_over_18"],
        "status": "created", "test": true, "later": {}}"#;
    let expected = SignUpResponse {
        site: "Example Shop".to_owned(),
        display_name: Some("account a…@…".to_owned()),
        claims: vec!["age_over_18".to_owned()],
        status: SignUpStatus::Created,
        return_url: None,
        test: true,
    };
    assert_eq!(json::sign_up(&parsed(json)), Some(expected));
    for (before, after) in [
        ("\"created\"", "\"new\""),
        ("[\"age_over_18\"]", "[1]"),
        ("\"site\"", "\"name\""),
    ] {
        assert_eq!(
            json::sign_up(&parsed(&json.replace(before, after))),
            None,
            "{after}"
        );
    }
}

#[wasm_bindgen_test]
fn a_written_request_can_be_read() {
    let request = BeginRequest {
        state: STATE.to_owned().try_into().expect("is one"),
        site: Some("a\"\\\n\u{1f}é".to_owned()),
        return_key: None,
        sign_up: None,
    };
    let members = [
        ("state", Some(request.state.as_str())),
        ("site", request.site.as_deref()),
        ("return", request.return_key.as_deref()),
    ];
    let text = json::object(&members).expect("can be written");
    assert!(!text.contains("return"), "{text}");
    let value: BeginRequest = read(&text).expect("can be read");
    assert_eq!(
        (value.state, value.site, value.return_key),
        (request.state, request.site, None)
    );
}
