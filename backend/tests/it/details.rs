//! `GET /api/details`: the session's verification, fetched anew each time.

use rstest::rstest;

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
