//! Web IDV: the address for the visitor, the result, and what a code is good for.

mod begin;
mod result;
#[cfg(feature = "store")]
mod sign_ups;

use rstest::rstest;
use serde_json::{Value, json};
use webkyc_backend::Limits;
use webkyc_sandbox::Sandbox;
use webkyc_test_kit::raw_server::{RawServer, complete};

use crate::{
    harness::{Flow, OTHER_STATE, STATE, TestApp, sandbox},
    stub::ID,
};

async fn start(sandbox: &Sandbox) -> TestApp {
    Flow::WebIdv.start(sandbox.url()).await
}

#[tokio::test]
async fn oa_11_a_stolen_code_is_of_no_use_in_a_flow_of_the_thiefs_own() {
    let sandbox = sandbox().await;
    let app = start(&sandbox).await;
    // The whole return is stolen, and so is the state, which a page may choose.
    for state in [OTHER_STATE, STATE] {
        let mut victim = app.visitor();
        let code = victim.identify(STATE, "anna").await;
        let mut thief = app.visitor();
        thief.begin(state).await;
        let answer = thief.exchange(&code, state).await;
        answer.assert_problem(400, "CODE_REJECTED");
        assert_eq!(answer.body["retryable"], false);
        assert_eq!(thief.open_cookies(), 0);
        let refused = sandbox.requests().pop().unwrap();
        assert_eq!(refused.path, "/web-idv/verification-result");
        assert_eq!(refused.status, Some(400));
    }
    assert_eq!(Flow::WebIdv.exchanges(&sandbox), 2);
}

/// The risk that remains with Web KYC, so that the documentation does not promise too much.
#[tokio::test]
async fn with_web_kyc_a_stolen_code_is_not_noticed() {
    let sandbox = sandbox().await;
    let app = Flow::WebKyc.start(sandbox.url()).await;
    let code = app.visitor().identify(STATE, "anna").await;
    let mut thief = app.visitor();
    thief.begin(OTHER_STATE).await;
    thief.exchange(&code, OTHER_STATE).await.assert_ok();
}

#[rstest]
#[tokio::test]
async fn a_return_without_a_code_is_an_outcome_and_the_visitor_may_begin_again(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
    #[values("cancelled", "liveness-failed")] scenario: &str,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.visitor();
    let url = visitor.begin(STATE).await;
    let returned = visitor.come_back(url, scenario).await;
    assert_eq!(returned["state"], STATE);
    assert!(!returned.contains_key("code"));
    let report = json!({"state": STATE, "reason": "NO_CODE"});
    visitor.post("/api/report", report).await.assert_ok();
    let code = visitor.identify(OTHER_STATE, "anna").await;
    visitor.exchange(&code, OTHER_STATE).await.assert_ok();
    assert_eq!(flow.exchanges(&sandbox), 1);
}

#[tokio::test]
async fn an_export_needs_no_details_and_is_that_of_the_session() {
    let sandbox = sandbox().await;
    let app = start(&sandbox).await;
    let mut visitor = app.signed_up_as("anna").await;
    for (state, surname) in [(STATE, "SCHMIDT"), (OTHER_STATE, "DOE")] {
        if state == OTHER_STATE {
            let code = visitor.identify(state, "john").await;
            visitor.exchange(&code, state).await.assert_ok();
        }
        let export = visitor.get("/api/export/json").await.assert_ok();
        assert_eq!(export["documentData"]["surname"], surname);
        visitor.get("/api/details").await.assert_ok();
        assert_eq!(visitor.cookies.len(), 1, "the session holds the id");
    }
}

#[tokio::test]
async fn acc_01_an_export_of_another_verification_is_not_taken_for_the_sessions() {
    let other = "00000000-0000-4000-8000-000000000000";
    for (id, code) in [
        (json!(ID), None),
        (Value::Null, None),
        (json!(other), Some("UPSTREAM_BAD_BODY")),
    ] {
        let details = json!({"id": id, "documentData": {"surname": "A"}});
        let details = complete("application/json", &details.to_string());
        let answer = move |line: &str| {
            Flow::WebIdv
                .scripted(line)
                .unwrap_or_else(|| details.clone())
        };
        let server = RawServer::answering(answer).await;
        let url = server.url();
        let app = Flow::WebIdv.start_scripted(&url, Limits::default()).await;
        let answer = app.signed_up().await.get("/api/details").await;
        match code {
            None => drop(answer.assert_ok()),
            Some(code) => answer.assert_problem(502, code),
        }
    }
}

#[tokio::test]
async fn up_11_details_that_the_export_does_not_have_are_not_found_and_the_session_goes_on() {
    let body = json!({"errorCode": "VERIFICATION_NOT_FOUND"}).to_string();
    // UP-20: under a 200 as well.
    let found = complete("application/json", &body);
    let not_found = String::from_utf8(found.clone()).unwrap();
    let not_found = not_found.replace("200 OK", "404 Not Found").into_bytes();
    for answer in [not_found, found] {
        let answer = move |line: &str| {
            Flow::WebIdv
                .scripted(line)
                .unwrap_or_else(|| answer.clone())
        };
        let server = RawServer::answering(answer).await;
        let url = server.url();
        let app = Flow::WebIdv.start_scripted(&url, Limits::default()).await;
        let mut visitor = app.signed_up().await;
        let answer = visitor.get("/api/details").await;
        answer.assert_problem(404, "VERIFICATION_NOT_FOUND");
        visitor.get("/api/session").await.assert_ok();
    }
}

#[tokio::test]
async fn the_metrics_name_the_calls_of_web_idv() {
    let sandbox = sandbox().await;
    let app = start(&sandbox).await;
    let mut visitor = app.signed_up_as("john").await;
    visitor.get("/api/details").await.assert_ok();
    for call in ["verification_url", "verification_result", "details_export"] {
        let name = format!("webkyc_authenteq_calls_total{{call=\"{call}\",outcome=\"ok\"}}");
        assert_eq!(app.metric(&name).await, 1.0, "{name}");
    }
    assert_eq!(app.free("verification_url_calls").await, 64.0);
}
