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

use rstest::rstest;
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use crate::{
    harness::{Flow, STATE, TestApp, Visitor},
    stub::ID,
};

const TOKEN: &str = "/v2/web-kyc/token";
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
async fn signed_in<'a>(flow: Flow, server: &MockServer, app: &'a TestApp) -> Visitor<'a> {
    flow.lets_sign_up(server).await;
    app.signed_up().await
}

/// The same visitor, after fetching details with an id, as required by exports. Afterwards the
/// server answers nothing.
async fn ready_to_export<'a>(flow: Flow, server: &MockServer, app: &'a TestApp) -> Visitor<'a> {
    let mut visitor = signed_in(flow, server, app).await;
    let details = json_answer(json!({"id": ID, "details": {"surname": "A"}}));
    answers(server, "GET", flow.details_path(), details).await;
    visitor.get("/api/details").await.assert_ok();
    server.reset().await;
    visitor
}

#[rstest]
#[tokio::test]
async fn red_04_a_redirect_is_not_followed(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let (server, elsewhere) = (MockServer::start().await, MockServer::start().await);
    for status in [301, 302, 303, 307, 308] {
        server.reset().await;
        let away = ResponseTemplate::new(status).insert_header("location", elsewhere.uri());
        let app = flow.start(&server.uri()).await;
        let mut visitor = signed_in(flow, &server, &app).await;
        answers(&server, "GET", flow.details_path(), away.clone()).await;
        visitor
            .get("/api/details")
            .await
            .assert_problem(502, "UPSTREAM_REDIRECT");
        server.reset().await;
        let mut visitor = ready_to_export(flow, &server, &app).await;
        for (at, path) in EXPORTS {
            answers(&server, "GET", at, away.clone()).await;
            let answer = visitor.get(path).await;
            answer.assert_problem(502, "UPSTREAM_REDIRECT");
        }
        server.reset().await;
        flow.lets_begin(&server).await;
        answers(
            &server,
            flow.exchange_method(),
            flow.exchange_path(),
            away.clone(),
        )
        .await;
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
