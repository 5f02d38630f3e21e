//! Sessions: which browser has one, and when it ends.

use reqwest::Method;
use rstest::rstest;
use webkyc_backend::config::settings::Settings;

use crate::harness::{Flow, OTHER_STATE, SESSION, STATE, TestApp, Visitor, sandbox};

/// 32 bytes in base64.
const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

#[rstest]
#[tokio::test]
async fn ses_02_an_exchange_replaces_a_session_that_was_there(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let attacker = app.signed_up_as("john").await;
    let mut visitor = app.visitor();
    visitor.cookies = attacker.cookies.clone();
    let planted = visitor.get("/api/session").await.assert_ok();
    let code = visitor.identify(OTHER_STATE, "anna").await;
    let session = visitor.exchange(&code, OTHER_STATE).await.assert_ok();
    assert_ne!(session["sessionId"], planted["sessionId"]);
    let details = visitor.get("/api/details").await.assert_ok();
    assert_eq!(details["documents"][0]["surname"], "SCHMIDT");
}

#[rstest]
#[tokio::test]
async fn pages_learn_whether_verifications_are_of_test_persons(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    for (live, test) in [
        (None, Some(true)),
        (Some("true"), None),
        (Some("false"), Some(true)),
    ] {
        let change = |settings: &mut Settings| settings.live = live.map(Into::into);
        let app = flow.start_with(sandbox.url(), change).await;
        let mut visitor = app.signed_up_as("anna").await;
        for path in ["/api/config", "/api/session"] {
            let answer = visitor.get(path).await.assert_ok();
            let marked = answer.get("test").map(|test| test.as_bool().unwrap());
            assert_eq!(marked, test, "{path} {live:?}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn ses_04_a_flow_is_no_session_and_neither_opens_elsewhere(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let keys = "0123456789abcdef0123456789abcdef0123456789abcdef";
    let app = flow.start_with(sandbox.url(), |s| s.cookie_keys = Some(keys.into()));
    let app = app.await;
    let mut begun = app.visitor();
    begun.begin(STATE).await;
    let sealed = begun.cookies.first_key_value().unwrap().1.clone();
    let mut visitor = app.visitor();
    visitor.cookies.insert(SESSION.into(), sealed);
    visitor
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_INVALID");

    let signed_up = app.signed_up_as("anna").await;
    let other = flow
        .start_with(sandbox.url(), |settings| {
            settings.cookie_keys = Some(keys.into());
            settings.client_id = Some("another.client".into());
        })
        .await;
    let mut visitor = other.visitor();
    visitor.cookies = signed_up.cookies.clone();
    visitor
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_INVALID");
}

#[rstest]
#[tokio::test]
async fn ses_05_a_session_ends_with_the_data(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.signed_up_as("anna").await;
    app.advance_clock(869);
    visitor.get("/api/session").await.assert_ok();
    app.advance_clock(1);
    let asked = sandbox.requests().len();
    visitor
        .get("/api/details")
        .await
        .assert_problem(401, "SESSION_EXPIRED");
    assert_eq!(sandbox.requests().len(), asked);
    assert!(visitor.cookies.is_empty());
}

#[rstest]
#[tokio::test]
async fn ses_09_logout_ends_the_session_and_leaves_other_tabs_alone(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.signed_up_as("anna").await;
    let copied = visitor.clone();
    let answer = visitor.post("/api/logout", serde_json::json!({})).await;
    assert_eq!(answer.status, 204);
    // Another tab of the origin may be in the middle of a sign-up: its storage is not this one's.
    assert!(!answer.headers.contains_key("clear-site-data"));
    assert!(visitor.cookies.is_empty());
    visitor
        .get("/api/details")
        .await
        .assert_problem(401, "SESSION_INVALID");
    // SES-10: nor does a copy of the cookie open anything here.
    for path in ["/api/session", "/api/details"] {
        let answer = copied.clone().get(path).await;
        answer.assert_problem(401, "SESSION_INVALID");
    }
}

#[rstest]
#[tokio::test]
async fn ses_11_an_old_key_opens_and_the_newest_seals(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let (old, new) = (
        "0123456789abcdef0123456789abcdef0123456789abcdef",
        "fedcba9876543210fedcba9876543210fedcba9876543210",
    );
    let start = async |keys: String| {
        flow.start_with(sandbox.url(), |s| s.cookie_keys = Some(keys))
            .await
    };
    let before = start(old.into()).await;
    let cookies = before.signed_up_as("anna").await.cookies;
    for (keys, opens) in [(format!("{new}\n{old}"), true), (new.to_owned(), false)] {
        let app = start(keys).await;
        let mut visitor = app.visitor();
        visitor.cookies = cookies.clone();
        assert_eq!(visitor.get("/api/session").await.status.is_success(), opens);
    }
}

#[rstest]
#[tokio::test]
async fn ses_12_a_page_gets_no_data_of_another_session(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.signed_up_as("anna").await;
    let anna = visitor.get("/api/session").await.assert_ok();
    let anna = anna["sessionId"].as_str().unwrap();
    let code = visitor.identify(OTHER_STATE, "john").await;
    visitor.exchange(&code, OTHER_STATE).await.assert_ok();
    for path in ["/api/details", "/api/session"] {
        let request = visitor.request(reqwest::Method::GET, path);
        let answer = visitor.send(request.header("x-webkyc-session", anna)).await;
        answer.assert_problem(409, "SESSION_CHANGED");
    }
}

#[rstest]
#[tokio::test]
async fn ops_04_a_replica_with_the_same_keys_serves_the_session_even_if_its_clock_is_a_minute_off(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let shared = |settings: &mut Settings| settings.cookie_keys = Some(KEY.into());
    let here = flow.start_with(sandbox.url(), shared).await;
    let mut visitor = here.signed_up_as("john").await;
    visitor.get("/api/details").await.assert_ok();
    let expires_at = visitor.get("/api/session").await.assert_ok()["expiresAt"].clone();
    for skew in [-60, 60] {
        let there = flow.start_with(sandbox.url(), shared).await;
        there.advance_clock(skew);
        let mut visitor = Visitor {
            app: &there,
            ..visitor.clone()
        };
        let session = visitor.get("/api/session").await.assert_ok();
        assert_eq!(session["expiresAt"], expires_at);
        visitor.get("/api/export/json").await.assert_ok();
        // A sign-up begun there, by its clock, ends here.
        let code = visitor.identify(STATE, "anna").await;
        let mut back = Visitor {
            app: &here,
            ..visitor.clone()
        };
        back.exchange(&code, STATE).await.assert_ok();
    }
    let stranger = flow.start(sandbox.url()).await;
    let mut visitor = Visitor {
        app: &stranger,
        ..visitor.clone()
    };
    let answer = visitor.get("/api/session").await;
    answer.assert_problem(401, "SESSION_INVALID");
    let fingerprints = |app: &TestApp| app.config().cookie_keys.get().fingerprints();
    assert_ne!(
        fingerprints(&here),
        fingerprints(&stranger),
        "and one can see why"
    );
}

#[rstest]
#[tokio::test]
async fn ops_05_a_clock_that_jumps_ends_sessions_and_nothing_else(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.signed_up_as("anna").await;
    app.advance_clock(-86_400);
    visitor.get("/api/session").await.assert_ok();
    visitor.get("/api/details").await.assert_ok();
    visitor.begin(OTHER_STATE).await;
    app.advance_clock(2 * 86_400);
    let late = visitor.exchange("code", OTHER_STATE).await;
    late.assert_problem(400, "STATE_INVALID");
    visitor
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_EXPIRED");
    assert_eq!(app.metric("webkyc_panics_total").await, 0.0);
}

#[rstest]
#[tokio::test]
async fn ses_12_a_page_ends_no_other_session_than_its_own(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.signed_up_as("anna").await;
    let request = visitor.request(Method::POST, "/api/logout");
    let other = visitor
        .send(request.header("x-webkyc-session", "another"))
        .await;
    other.assert_problem(409, "SESSION_CHANGED");
    let id = visitor.get("/api/session").await.assert_ok()["sessionId"].clone();
    let request = visitor.request(Method::POST, "/api/logout");
    let own = visitor
        .send(request.header("x-webkyc-session", id.as_str().unwrap()))
        .await;
    assert_eq!(own.status, 204);
    assert!(visitor.cookies.is_empty());
}
