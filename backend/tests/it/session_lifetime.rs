//! A session at another replica, under another clock, and in calls to Authenteq.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::{
    harness::{Flow, SESSION, STATE, TestApp, sandbox},
    program::{COOKIE_KEY, Running},
    stub::ID,
};

/// An Authenteq with one answer to everything: an address, a token, and one person's details.
async fn authenteq() -> MockServer {
    let server = MockServer::start().await;
    let url = format!("{}/verify?token=a", server.uri());
    let answer = json!({"verificationUrl": url, "token": "ey.a.b", "id": ID,
        "documentData": {"surname": "A"}});
    let answer = ResponseTemplate::new(200).set_body_json(answer);
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

async fn replica(flow: Flow, server: &MockServer) -> TestApp {
    flow.start_with(&server.uri(), |s| s.cookie_keys = Some(COOKIE_KEY.into()))
        .await
}

#[rstest]
#[tokio::test]
async fn ses_10_a_copied_cookie_is_refused_where_its_session_ended_and_ends_everywhere_by_itself(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = authenteq().await;
    let (one, other) = (replica(flow, &server).await, replica(flow, &server).await);
    let mut visitor = one.signed_up().await;
    let mut copy = visitor.clone();
    let mut elsewhere = other.visitor();
    elsewhere.cookies = visitor.cookies.clone();
    visitor.post("/api/logout", json!({})).await.assert_ok();
    for path in ["/api/session", "/api/details", "/api/export/json"] {
        let answer = copy.clone().get(path).await;
        answer.assert_problem(401, "SESSION_INVALID");
    }
    // Nor does asking for the outcome of the exchange bring it back.
    let answer = copy.exchange("code", STATE).await;
    answer.assert_problem(400, "STATE_INVALID");
    // ARCHITECTURE.md, "What remains": another replica accepts the copy until the data ends.
    elsewhere.get("/api/session").await.assert_ok();
    other.advance_clock(870);
    let answer = elsewhere.get("/api/session").await;
    answer.assert_problem(401, "SESSION_EXPIRED");
}

#[rstest]
#[tokio::test]
async fn ses_13_authenteq_gets_no_header_of_the_browser(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = authenteq().await;
    let app = replica(flow, &server).await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    visitor.cookies.insert("other".into(), "canary".into());
    let said = [
        ("user-agent", "canary"),
        ("accept-language", "canary"),
        ("referer", "https://kyc.example/results?canary"),
        ("authorization", "Bearer canary"),
        ("x-forwarded-for", "198.51.100.77"),
        ("x-canary", "canary"),
        ("traceparent", "canary"),
    ];
    let body = json!({"code": "code", "state": STATE});
    let exchange = visitor.request(Method::POST, "/api/exchange").json(&body);
    let requests = [
        exchange,
        visitor.request(Method::GET, "/api/details"),
        visitor.request(Method::GET, "/api/export/json"),
    ];
    for mut request in requests.map(|request| request.build().unwrap()) {
        // With the cookies of the answer before.
        let cookies = visitor
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        request
            .headers_mut()
            .insert("cookie", cookies.parse().unwrap());
        for (name, value) in said {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let request = reqwest::RequestBuilder::from_parts(app.http.clone(), request);
        visitor.send(request).await.assert_ok();
    }
    let asked = server.received_requests().await.unwrap();
    assert_eq!(asked.len(), flow.calls_to_sign_up() + 2);
    for request in asked {
        let sent = format!(
            "{} {:?} {}",
            request.url,
            request.headers,
            String::from_utf8_lossy(&request.body)
        );
        for canary in ["canary", SESSION, "198.51.100.77", "kyc.example/results?"] {
            assert!(!sent.contains(canary), "{canary} in {sent}");
        }
        let mut names: Vec<_> = request.headers.keys().map(|name| name.as_str()).collect();
        names.retain(|name| !["content-type", "content-length", "authorization"].contains(name));
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
    }
}

#[rstest]
#[tokio::test]
async fn ops_05_a_clock_that_jumps_ends_sessions_early_at_worst(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = authenteq().await;
    let app = replica(flow, &server).await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    let begun = visitor.clone();
    visitor.exchange("code", STATE).await.assert_ok();
    for seconds in [-1, -3_600, -86_400 * 365 * 80] {
        app.advance_clock(seconds);
        let session = visitor.get("/api/session").await.assert_ok();
        assert_eq!(session["expiresAt"], 1_900_000_870);
        visitor.get("/api/details").await.assert_ok();
        visitor.exchange("code", STATE).await.assert_ok();
        app.visitor().begin(STATE).await;
        app.advance_clock(-seconds);
    }
    for seconds in [871, 86_400 * 365 * 80] {
        app.advance_clock(seconds);
        let answer = visitor.clone().get("/api/session").await;
        answer.assert_problem(401, "SESSION_EXPIRED");
        let answer = begun.clone().exchange("code", STATE).await;
        answer.assert_problem(400, "STATE_INVALID");
        app.advance_clock(-seconds);
    }
    visitor.get("/api/session").await.assert_ok();
    assert_eq!(app.metric("webkyc_panics_total").await, 0.0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ops_03_when_a_replica_dies_its_sessions_go_on_at_the_others(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let start = || Running::start(sandbox.url(), |command| flow.configure(command));
    let (mut one, other) = (start(), start());
    let mut visitors = Vec::new();
    for person in ["anna", "john", "anna"] {
        let mut visitor = one.app.visitor();
        let code = visitor.identify(STATE, person).await;
        visitor.exchange(&code, STATE).await.assert_ok();
        visitors.push(visitor.cookies);
    }
    // Drawn in advance, because drawing takes longer than Authenteq may take to answer.
    assert!(!sandbox.verifications().is_empty());
    let begun = {
        let mut visitor = one.app.visitor();
        let code = visitor.identify(STATE, "john").await;
        (visitor.cookies, code)
    };
    one.program.kill();
    for cookies in visitors {
        let mut visitor = other.app.visitor();
        visitor.cookies = cookies;
        visitor.get("/api/session").await.assert_ok();
        visitor.get("/api/details").await.assert_ok();
    }
    let mut visitor = other.app.visitor();
    visitor.cookies = begun.0;
    visitor.exchange(&begun.1, STATE).await.assert_ok();
}
