use wasm_bindgen_test::wasm_bindgen_test;
use webkyc_frontend::api::json::{self, Mismatch};
use webkyc_shared::{
    api::{BeginRequest, Session},
    problem::{ErrorCode, Problem},
    verification::{FileType, Verification},
};

#[wasm_bindgen_test]
fn a_verification_is_read_with_all_it_holds() {
    let read: Verification = json::read(
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
        (read.id.as_deref(), read.nfc_verified),
        (Some("7c4c2a6e"), Some(true))
    );
    assert_eq!((read.platform, read.start_time), (None, None));
    assert!(
        read.liveness_face_image
            .is_some_and(|file| file.content_type == FileType::Jpeg)
    );
    let [licence, second] = read.documents.as_slice() else {
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
fn con_09_what_nobody_documented_is_passed_over() {
    let json =
        r#"{"sessionId": "s", "expiresAt": 1700000000, "score": [1, {"a": null}], "x": 0.5}"#;
    let session: Session = json::read(json).expect("is a session");
    let expected = Session {
        session_id: "s".to_owned(),
        expires_at: 1_700_000_000,
        return_url: None,
        site: None,
        return_key: None,
    };
    assert_eq!(session, expected);
}

#[wasm_bindgen_test]
fn a_problem_is_read_with_its_code() {
    let problem: Problem = json::read(
        r#"{"title": "t", "status": 503, "code": "UPSTREAM_BUSY", "requestId": "r", "retryable": true}"#,
    )
    .expect("is a problem");
    assert_eq!(
        (problem.status, problem.code),
        (503, ErrorCode::UpstreamBusy)
    );
    assert!(problem.retryable);
}

#[wasm_bindgen_test]
fn what_is_not_expected_is_refused() {
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
        assert_eq!(json::read::<Session>(json), Err(Mismatch), "{json}");
    }
    let code = r#"{"title":"","status":1,"code":"NEW_CODE","requestId":"","retryable":false}"#;
    assert!(json::read::<Problem>(code).is_err());
    assert!(json::read::<Problem>(&code.replace(r#":1,"#, ":70000,")).is_err());
}

const STATE: &str = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq83";

#[wasm_bindgen_test]
fn what_is_written_can_be_read() {
    let request = BeginRequest {
        state: STATE.to_owned().try_into().expect("is one"),
        site: Some("a\"\\\n\u{1f}é".to_owned()),
        return_key: None,
    };
    let members = [
        ("state", Some(request.state.as_str())),
        ("site", request.site.as_deref()),
        ("return", request.return_key.as_deref()),
    ];
    let text = json::object(&members).expect("can be written");
    assert!(!text.contains("return"), "{text}");
    let read: BeginRequest = json::read(&text).expect("can be read");
    assert_eq!(
        (read.state, read.site, read.return_key),
        (request.state, request.site, None)
    );
}
