//! A verification as a file: for the visitor's own page, for operators, from the command line.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use webkyc_sandbox::Sandbox;
use wiremock::MockServer;

use crate::harness::{Answer, Flow, STATE, TestApp, Visitor, sandbox};

/// A visitor who has signed up and fetched the details, which contain the verification's id.
async fn with_details<'a>(app: &'a TestApp, person: &str) -> Visitor<'a> {
    let mut visitor = app.signed_up_as(person).await;
    visitor.get("/api/details").await.assert_ok();
    visitor
}

fn export_calls(sandbox: &Sandbox) -> usize {
    let requests = sandbox.requests();
    let exports = requests.iter().filter(|r| r.path.starts_with("/export/"));
    exports.count()
}

#[rstest]
#[tokio::test]
async fn a_visitor_takes_the_verification_home_in_three_formats(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let visitor = with_details(&app, "john").await;
    let id = sandbox.verifications()[0].id.clone();
    let get = async |format: &str| {
        let request = visitor.request(Method::GET, &format!("/api/export/{format}"));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{format}");
        let headers = response.headers().clone();
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let file = format!("attachment; filename=\"verification.{format}\"");
        assert_eq!(headers["content-disposition"], file.as_str());
        (headers, response.bytes().await.unwrap())
    };

    let (headers, body) = get("json").await;
    assert_eq!(headers["content-type"], "application/json");
    let result: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(result["id"], id);
    assert_eq!(result["documentData"]["surname"], "DOE");

    let (headers, body) = get("multipart").await;
    let content_type = headers["content-type"].to_str().unwrap();
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=\"")
        .unwrap();
    let boundary = boundary.strip_suffix('"').unwrap();
    assert!(body.starts_with(format!("--{boundary}\r\n").as_bytes()));
    assert!(
        body.trim_ascii_end()
            .ends_with(format!("--{boundary}--").as_bytes())
    );

    let (headers, body) = get("pdf").await;
    assert_eq!(headers["content-type"], "application/pdf");
    assert!(body.starts_with(b"%PDF-"));
    let details = usize::from(flow == Flow::WebIdv);
    assert_eq!(export_calls(&sandbox), 3 + details);
}

#[tokio::test]
async fn acc_02_there_is_no_export_before_the_details_and_none_without_an_id() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut stranger = app.visitor();
    stranger
        .get("/api/export/pdf")
        .await
        .assert_problem(401, "SESSION_INVALID");

    let mut early = app.visitor();
    let code = early.identify(STATE, "john").await;
    early.exchange(&code, STATE).await.assert_ok();
    early
        .get("/api/export/pdf")
        .await
        .assert_problem(409, "EXPORT_NOT_READY");

    // The Web KYC guide's format contains no id of the verification.
    let mut anna = with_details(&app, "anna").await;
    anna.get("/api/export/pdf")
        .await
        .assert_problem(404, "EXPORT_UNAVAILABLE");
    anna.get("/api/export/xml")
        .await
        .assert_problem(404, "NOT_FOUND");
    assert_eq!(export_calls(&sandbox), 0);
}

#[tokio::test]
async fn ses_12_a_session_that_comes_after_exports_nothing_of_the_one_before() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut visitor = with_details(&app, "john").await;
    let johns = visitor.cookies.clone();
    let code = visitor.identify(STATE, "anna").await;
    visitor.exchange(&code, STATE).await.assert_ok();
    visitor
        .get("/api/export/json")
        .await
        .assert_problem(409, "EXPORT_NOT_READY");
    // Nor with the old cookie beside the new session.
    let (name, value) = johns
        .iter()
        .find(|(name, _)| name.ends_with("-export"))
        .unwrap();
    visitor.cookies.insert(name.clone(), value.clone());
    visitor
        .get("/api/export/json")
        .await
        .assert_problem(409, "EXPORT_NOT_READY");
    assert_eq!(export_calls(&sandbox), 0);
}

#[rstest]
#[tokio::test]
async fn an_operator_exports_any_verification_of_the_account(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    with_details(&app, "anna").await;
    let id = sandbox.verifications()[0].id.clone();
    for (format, start) in [("json", "{"), ("multipart", "--"), ("pdf", "%PDF-")] {
        let path = format!("/export/{format}?verificationId={id}");
        let response = app.operator(&path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{format}");
        assert!(
            response
                .bytes()
                .await
                .unwrap()
                .starts_with(start.as_bytes())
        );
    }
    let unknown = "00000000-0000-4000-8000-000000000000";
    let path = format!("/export/pdf?verificationId={unknown}");
    let answer = Answer::read(app.operator(&path)).await;
    answer.assert_problem(404, "VERIFICATION_NOT_FOUND");
}

#[tokio::test]
async fn the_metrics_count_answers_calls_and_free_places() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut visitor = with_details(&app, "john").await;
    visitor.get("/api/export/pdf").await;
    visitor.get("/api/nothing").await;
    visitor.exchange("code", STATE).await;
    for (name, value) in [
        (
            "webkyc_authenteq_calls_total{call=\"token\",outcome=\"ok\"}",
            1.0,
        ),
        (
            "webkyc_authenteq_calls_total{call=\"export_pdf\",outcome=\"ok\"}",
            1.0,
        ),
        (
            "webkyc_answers_total{method=\"GET\",route=\"/api/details\",status=\"200\"}",
            1.0,
        ),
        (
            "webkyc_answers_total{method=\"GET\",route=\"unmatched\",status=\"404\"}",
            1.0,
        ),
        ("webkyc_problems_total{code=\"STATE_INVALID\"}", 1.0),
        ("webkyc_states_refused_total{reason=\"no_flow\"}", 1.0),
        ("webkyc_free{of=\"details_bytes\"}", f64::from(256 << 20)),
        ("webkyc_free{of=\"export_calls\"}", 64.0),
        ("webkyc_panics_total", 0.0),
    ] {
        assert_eq!(app.metric(name).await, value, "{name}");
    }
}

#[rstest]
#[tokio::test]
async fn fe_10_who_asks_too_often_waits_and_others_do_not(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    flow.lets_begin(&server).await;
    let app = flow.start(&server.uri()).await;
    let begin = async |from: &str| {
        let visitor = app.visitor();
        let request = visitor.request(Method::POST, "/api/begin");
        let request = request.header("x-forwarded-for", from);
        Answer::read(request.json(&json!({"state": STATE}))).await
    };
    let mut refused = None;
    // Sixty at once, and one more per second.
    for _ in 0..200 {
        let answer = begin("198.51.100.9").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        answer.assert_ok();
    }
    let refused = refused.unwrap();
    refused.assert_problem(429, "RATE_LIMITED");
    assert_eq!(refused.body["retryable"], true);
    let wait: u32 = refused.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait));
    begin("198.51.100.10").await.assert_ok();
    // The client's own entries are to the left of the proxy's.
    begin("1.2.3.4, 198.51.100.9")
        .await
        .assert_problem(429, "RATE_LIMITED");
}

#[rstest]
#[tokio::test]
async fn oa_04_the_same_exchange_again_keeps_the_verification_and_ends_with_the_session(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.visitor();
    let code = visitor.identify(STATE, "john").await;
    let flow = visitor.cookies.clone();
    visitor.exchange(&code, STATE).await.assert_ok();
    visitor.get("/api/details").await.assert_ok();
    // As if the first reply had not arrived, and the flow's cookie were still there.
    visitor.cookies.extend(flow.clone());
    visitor.exchange(&code, STATE).await.assert_ok();
    visitor.get("/api/export/json").await.assert_ok();
    visitor.post("/api/logout", json!({})).await.assert_ok();
    visitor.cookies.extend(flow);
    let late = visitor.exchange(&code, STATE).await;
    late.assert_problem(400, "STATE_INVALID");
    assert_eq!(visitor.open_cookies(), 0);
}
