//! An Authenteq that misbehaves.

mod breaker;
mod details;
mod environment;
mod exchange;
mod exports;
mod malformed_answers;
mod statuses;
mod tls;
mod truncated_exports;

use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use crate::{
    harness::{STATE, TestApp, Visitor},
    stub::ID,
};

const TOKEN: &str = "/v2/web-kyc/token";
const DETAILS: &str = "/v2/web-kyc/details";
const EXPORTS: [(&str, &str); 3] = [
    ("/export/verification-result-as-json", "/api/export/json"),
    (
        "/export/verification-result-as-multipart",
        "/api/export/multipart",
    ),
    ("/export/verification-result-as-pdf", "/api/export/pdf"),
];

async fn answers(server: &MockServer, verb: &str, at: &str, answer: ResponseTemplate) {
    let mock = Mock::given(method(verb)).and(path(at)).respond_with(answer);
    mock.mount(server).await;
}

fn json_answer(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn raw(status: u16, body: &str, media_type: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.to_owned(), media_type)
}

/// A visitor who has signed up.
async fn signed_in<'a>(server: &MockServer, app: &'a TestApp) -> Visitor<'a> {
    answers(
        server,
        "POST",
        TOKEN,
        json_answer(json!({"token": "ey.a.b"})),
    )
    .await;
    app.signed_up().await
}

/// The same visitor, after fetching details with an id, as required by exports. Afterwards the
/// server answers nothing.
async fn ready_to_export<'a>(server: &MockServer, app: &'a TestApp) -> Visitor<'a> {
    let mut visitor = signed_in(server, app).await;
    let details = json_answer(json!({"id": ID, "details": {"surname": "A"}}));
    answers(server, "GET", DETAILS, details).await;
    visitor.get("/api/details").await.assert_ok();
    server.reset().await;
    visitor
}

#[tokio::test]
async fn red_04_a_redirect_is_not_followed() {
    let (server, elsewhere) = (MockServer::start().await, MockServer::start().await);
    for status in [301, 302, 303, 307, 308] {
        server.reset().await;
        let away = ResponseTemplate::new(status).insert_header("location", elsewhere.uri());
        let app = TestApp::start(&server.uri()).await;
        let mut visitor = signed_in(&server, &app).await;
        answers(&server, "GET", DETAILS, away.clone()).await;
        visitor
            .get("/api/details")
            .await
            .assert_problem(502, "UPSTREAM_REDIRECT");
        server.reset().await;
        let mut visitor = ready_to_export(&server, &app).await;
        for (at, path) in EXPORTS {
            answers(&server, "GET", at, away.clone()).await;
            let answer = visitor.get(path).await;
            answer.assert_problem(502, "UPSTREAM_REDIRECT");
        }
        server.reset().await;
        answers(&server, "POST", TOKEN, away).await;
        let mut visitor = app.visitor();
        visitor.begin(STATE).await;
        app.advance_clock(61);
        visitor
            .exchange("code", STATE)
            .await
            .assert_problem(502, "UPSTREAM_REDIRECT");
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}
