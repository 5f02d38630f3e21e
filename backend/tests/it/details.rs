//! `GET /api/details`: the session's verification, fetched anew each time.

use base64::{Engine, prelude::BASE64_STANDARD};
use multer::Multipart;
use reqwest::{Method, header};
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Flow, TestApp, sandbox};

#[rstest]
#[tokio::test]
async fn acc_02_without_a_session_there_are_no_details(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let app = flow.start("http://127.0.0.1:9").await;
    app.visitor()
        .get("/api/details")
        .await
        .assert_problem(401, "SESSION_INVALID");
    app.visitor()
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_INVALID");
}

#[tokio::test]
async fn up_09_a_token_that_authenteq_no_longer_takes_ends_the_session() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut visitor = app.signed_up_as("anna").await;
    sandbox.advance_clock(std::time::Duration::from_secs(15 * 60));
    visitor
        .get("/api/details")
        .await
        .assert_problem(401, "SESSION_EXPIRED");
    // Another tab may have opened a session during the call to Authenteq: that session stays.
    assert!(!visitor.cookies.is_empty());
    visitor
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_INVALID");
    assert!(visitor.cookies.is_empty());
}

#[rstest]
#[tokio::test]
async fn the_details_are_the_issued_ones_and_every_image_is_whole(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.signed_up_as("john").await;
    let details = visitor.get("/api/details").await.assert_ok();
    let mut issued = sandbox.verifications().last().unwrap().details.clone();
    let members = issued.as_object_mut().unwrap();
    members.remove("status");
    let document = members.remove("documentData").unwrap();
    issued["documents"] = serde_json::json!([document]);
    assert_eq!(details, issued);
    // Fetched again, not kept.
    assert_eq!(visitor.get("/api/details").await.assert_ok(), details);
    let asked = sandbox.requests();
    assert_eq!(
        asked
            .iter()
            .filter(|r| r.path == flow.details_path())
            .count(),
        2
    );
}

#[rstest]
#[tokio::test]
async fn a_client_that_prefers_multipart_gets_the_same_with_files_as_they_are(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.signed_up_as("john").await;
    let expected = visitor.get("/api/details").await.assert_ok();
    for (accept, is_multipart) in [
        ("multipart/form-data", true),
        ("application/json;q=0.5, Multipart/Form-Data", true),
        ("application/json, multipart/form-data;q=0.9", false),
        ("multipart/form-data;q=0, */*", false),
        ("*/*", false),
    ] {
        let request = visitor.request(Method::GET, "/api/details");
        let answer = request.header(header::ACCEPT, accept).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{accept}");
        let headers = answer.headers().clone();
        let vary = headers.get_all(header::VARY).iter();
        assert!(vary.into_iter().any(|value| value == "Accept"), "{accept}");
        let content_type = headers[header::CONTENT_TYPE].to_str().unwrap();
        let bytes = answer.bytes().await.unwrap();
        let data = match content_type.split_once("; boundary=") {
            Some(("multipart/form-data", boundary)) if is_multipart => {
                assert_eq!(headers[header::CONTENT_LENGTH], bytes.len().to_string());
                with_files(&bytes, boundary).await
            }
            None if !is_multipart => serde_json::from_slice(&bytes).unwrap(),
            _ => panic!("{accept}: {content_type}"),
        };
        assert_eq!(data, expected, "{accept}");
    }
}

/// The data of a form, with its files in base64.
async fn with_files(bytes: &[u8], boundary: &str) -> Value {
    let mut parts = Multipart::with_reader(bytes, boundary);
    let first = parts.next_field().await.unwrap().unwrap();
    assert_eq!(first.name(), Some("verification"));
    let mut data: Value = serde_json::from_slice(&first.bytes().await.unwrap()).unwrap();
    while let Some(part) = parts.next_field().await.unwrap() {
        let place = format!("/{}", part.name().unwrap().replace('.', "/"));
        let file = data.pointer_mut(&place).expect("a file in the data");
        let media_type = part.content_type().map(|it| json!(it.as_ref()));
        assert_eq!(Some(&file["contentType"]), media_type.as_ref(), "{place}");
        assert_eq!(file["content"], "", "{place}");
        file["content"] = BASE64_STANDARD.encode(part.bytes().await.unwrap()).into();
    }
    data
}
