//! Answers to the token call.

use rstest::rstest;
use serde_json::json;
use webkyc_backend::config::SiteSettings;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

use super::{TOKEN, answers, json_answer, raw, signed_in};
use crate::harness::{Flow, SESSION, SESSION_REST, STATE, TestApp};

#[tokio::test]
async fn oa_19_an_odd_token_answer_sets_nothing() {
    let large = "x".repeat(20 << 10);
    let table = [
        (json_answer(json!({})), "UPSTREAM_BAD_TOKEN"),
        (
            json_answer(json!({"access_token": "a"})),
            "UPSTREAM_BAD_TOKEN",
        ),
        (json_answer(json!({"token": ""})), "UPSTREAM_BAD_TOKEN"),
        (json_answer(json!({"token": 7})), "UPSTREAM_BAD_TOKEN"),
        (json_answer(json!({"token": "a\nb"})), "UPSTREAM_BAD_TOKEN"),
        (
            json_answer(json!({"token": "x".repeat(5121)})),
            "UPSTREAM_TOKEN_TOO_LARGE",
        ),
        (json_answer(json!({"token": large})), "UPSTREAM_TOO_LARGE"),
        (
            raw(200, "{\"token\":\"a\"}", "text/html"),
            "UPSTREAM_BAD_TYPE",
        ),
        (raw(200, "<html>", "application/json"), "UPSTREAM_BAD_TOKEN"),
    ];
    for (answer, code) in table {
        let server = MockServer::start().await;
        answers(&server, "POST", TOKEN, answer).await;
        let app = TestApp::start(&server.uri()).await;
        let mut visitor = app.visitor();
        visitor.begin(STATE).await;
        let answer = visitor.exchange("code", STATE).await;
        answer.assert_problem(502, code);
        assert_eq!(answer.body["retryable"], false);
        assert!(
            visitor.open_cookies() == 0,
            "the flow is over: the code may be spent"
        );
    }
}

#[tokio::test]
async fn ses_06_a_long_token_takes_two_cookies_and_comes_back_whole() {
    for length in [1, 2_000, 2_500, 3_000, 4_000, 4_900, 5_120] {
        let server = MockServer::start().await;
        let token = "t".repeat(length);
        answers(&server, "POST", TOKEN, json_answer(json!({"token": token}))).await;
        answers(
            &server,
            "GET",
            Flow::WebKyc.details_path(),
            json_answer(json!({"details": {"surname": "A"}})),
        )
        .await;
        // With the longest values for everything else in the cookie.
        let (site, key) = ("s".repeat(32), "k".repeat(32));
        let app = TestApp::start_with(&server.uri(), |settings| {
            let returns = [(key.clone(), "https://shop.example/".to_owned())].into();
            let name = "Shop".to_owned();
            settings.sites = [(
                site.clone(),
                SiteSettings {
                    name,
                    returns,
                    ..SiteSettings::default()
                },
            )]
            .into();
        })
        .await;
        let mut visitor = app.visitor();
        let body = json!({"state": STATE, "site": site, "return": key});
        visitor.post("/api/begin", body).await.assert_ok();
        let answer = visitor.exchange("code", STATE).await;
        assert_eq!(answer.status, 200, "{length}: {}", answer.body);
        for line in answer.set_cookies() {
            assert!(line.len() < 3_800, "{}", line.len());
        }
        visitor.get("/api/details").await.assert_ok();
        let asked = server.received_requests().await.unwrap();
        let bearer = asked.last().unwrap().headers["authorization"]
            .to_str()
            .unwrap();
        assert_eq!(bearer, format!("Bearer {token}"));
    }
}

#[tokio::test]
async fn ses_07_a_part_of_an_earlier_session_is_cleared() {
    let server = MockServer::start().await;
    let long =
        Mock::given(path(TOKEN)).respond_with(json_answer(json!({"token": "t".repeat(4_000)})));
    long.up_to_n_times(1).mount(&server).await;
    answers(
        &server,
        "POST",
        TOKEN,
        json_answer(json!({"token": "short"})),
    )
    .await;
    let app = TestApp::start(&server.uri()).await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    visitor.exchange("one", STATE).await.assert_ok();
    assert_eq!(visitor.cookies.len(), 2);
    let stale = visitor.cookies.clone();
    visitor.begin(STATE).await;
    app.advance_clock(61);
    visitor.exchange("two", STATE).await.assert_ok();
    assert_eq!(visitor.open_cookies(), 1);
    visitor.get("/api/session").await.assert_ok();
    // One half of the earlier session is ignored, and the other half opens nothing with it.
    let half = stale[SESSION_REST].clone();
    visitor.cookies.insert(SESSION_REST.into(), half);
    visitor.get("/api/session").await.assert_ok();
    let short = visitor.cookies[SESSION].clone();
    let half = stale[SESSION].clone();
    visitor.cookies.insert(SESSION.into(), half);
    visitor.cookies.insert(SESSION_REST.into(), short);
    visitor
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_INVALID");
}

#[rstest]
#[tokio::test]
async fn oa_18_when_nothing_was_sent_the_visitor_may_try_again(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    let busy = Mock::given(path(flow.exchange_path()))
        .respond_with(ResponseTemplate::new(429).insert_header("retry-after", "900"));
    busy.up_to_n_times(1).mount(&server).await;
    flow.lets_sign_up(&server).await;
    let app = flow.start(&server.uri()).await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    let answer = visitor.exchange("code", STATE).await;
    answer.assert_problem(503, "UPSTREAM_BUSY");
    assert_eq!(answer.body["retryable"], true);
    assert_eq!(answer.headers["retry-after"], "60");
    visitor.exchange("code", STATE).await.assert_ok();

    if flow == Flow::WebIdv {
        // Where nothing answers, no sign-up begins.
        return;
    }
    let offline = TestApp::start("http://127.0.0.1:9").await;
    let mut visitor = offline.visitor();
    visitor.begin(STATE).await;
    let answer = visitor.exchange("code", STATE).await;
    answer.assert_problem(502, "UPSTREAM_CONNECT");
    assert_eq!(answer.body["retryable"], true);
    assert_eq!(visitor.open_cookies(), 1);
}

#[rstest]
#[tokio::test]
async fn oa_17_an_exchange_that_failed_is_not_repeated(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    for status in [500, 502, 503, 504] {
        let server = MockServer::start().await;
        let trace = raw(status, "Trace of Anna", "text/html");
        flow.lets_begin(&server).await;
        answers(&server, flow.exchange_method(), flow.exchange_path(), trace).await;
        let app = flow.start(&server.uri()).await;
        let mut visitor = app.visitor();
        visitor.begin(STATE).await;
        let answer = visitor.exchange("code", STATE).await;
        answer.assert_problem(502, "UPSTREAM_FAILED");
        assert_eq!(answer.body["retryable"], false);
        assert!(!answer.body.to_string().contains("Anna"));
        // The same answer, from memory.
        let again = visitor.exchange("code", STATE).await;
        again.assert_problem(502, "UPSTREAM_FAILED");
        let other = visitor.exchange("another", STATE).await;
        other.assert_problem(400, "STATE_INVALID");
        let calls = server.received_requests().await.unwrap().len();
        assert_eq!(calls, flow.calls_to_sign_up());
    }
}

#[rstest]
#[tokio::test]
async fn up_10_refused_credentials_are_our_fault_and_not_the_visitors(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    for (status, code) in [
        (401, "API_KEYS_BAD"),
        (401, "BAD_API_KEYS"),
        (401, "API_KEYS_MISSING"),
        (403, "ACCOUNT_DEACTIVATED"),
    ] {
        let server = MockServer::start().await;
        let body = json!({"errorCode": code, "errorMessage": "Anna's account"});
        let answer = ResponseTemplate::new(status).set_body_json(body);
        let refused = Mock::given(path(flow.exchange_path())).respond_with(answer);
        refused.up_to_n_times(1).mount(&server).await;
        flow.lets_sign_up(&server).await;
        let app = flow.start(&server.uri()).await;
        let mut visitor = app.visitor();
        visitor.begin(STATE).await;
        let answer = visitor.exchange("code", STATE).await;
        answer.assert_problem(502, "UPSTREAM_AUTH");
        assert!(!answer.body.to_string().contains("Anna"));
        // Once the credentials are right, the visitor presses "try again".
        let is_unspent = status == 401;
        assert_eq!(answer.body["retryable"], is_unspent);
        let again = visitor.exchange("code", STATE).await;
        if is_unspent {
            again.assert_ok();
        } else {
            // The same answer, from memory.
            again.assert_problem(502, "UPSTREAM_AUTH");
            let other = visitor.exchange("another", STATE).await;
            other.assert_problem(400, "STATE_INVALID");
        }
    }
}

#[tokio::test]
async fn the_token_call_is_the_guides_multipart_form() {
    let server = MockServer::start().await;
    let app = TestApp::start(&server.uri()).await;
    signed_in(Flow::WebKyc, &server, &app).await;
    let asked = server.received_requests().await.unwrap();
    let request = &asked[0];
    let media_type = request.headers["content-type"].to_str().unwrap();
    assert!(media_type.starts_with("multipart/form-data; boundary="));
    let body = String::from_utf8(request.body.clone()).unwrap();
    for (name, value) in [
        ("grantType", "authorization_code"),
        ("code", "code"),
        ("redirectUri", crate::harness::REDIRECT_URI),
        ("clientId", crate::harness::CLIENT_ID),
        ("clientSecret", crate::harness::CLIENT_SECRET),
    ] {
        let part = format!("name=\"{name}\"\r\n\r\n{value}\r\n");
        assert!(body.contains(&part), "{part}");
    }
    for name in ["cookie", "authorization", "referer"] {
        assert!(!request.headers.contains_key(name));
    }
}
