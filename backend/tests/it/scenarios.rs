//! The sandbox's people and failures, as one of our pages sees them.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use webkyc_backend::{Limits, authenteq::Deadlines};
use webkyc_sandbox::Sandbox;

use crate::harness::{Flow, STATE, TestApp, sandbox};

async fn start(flow: Flow) -> (Sandbox, TestApp) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    (sandbox, app)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn documents_of_every_kind_arrive_whole(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let (_sandbox, app) = start(flow).await;
    for (scenario, documents, surname) in [
        ("passport", 1, true),
        ("one-name", 1, false),
        ("diacritics", 1, true),
        ("arabic", 1, true),
        ("licence", 1, true),
        ("two-documents", 2, true),
        ("three-documents", 3, true),
        ("proof-of-address", 1, true),
        ("complete", 3, true),
        ("large-images", 1, true),
        ("script-in-names", 1, true),
    ] {
        let details = app.signed_up_as(scenario).await.get("/api/details").await;
        let details = details.assert_ok();
        let found = details["documents"].as_array().unwrap();
        assert_eq!(found.len(), documents, "{scenario}");
        assert_eq!(found[0]["surname"].is_string(), surname, "{scenario}");
        let front = &found[0]["croppedFrontImage"];
        assert_eq!(front["contentType"], "image/jpeg", "{scenario}");
        assert!(
            front["content"].as_str().unwrap().len() > 10_000,
            "{scenario}"
        );
        if matches!(scenario, "proof-of-address" | "complete") {
            let proof = &details["addressProofDocument"];
            assert_eq!(proof["contentType"], "application/pdf");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_exchange_says_whose_fault_it_is(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    for (scenario, status, code) in [
        ("token-500", 502, "UPSTREAM_FAILED"),
        ("code-refused", 400, "CODE_REJECTED"),
        ("account-deactivated", 502, "UPSTREAM_AUTH"),
    ] {
        let (_sandbox, app) = start(flow).await;
        let mut visitor = app.visitor();
        let authorization_code = visitor.identify(STATE, scenario).await;
        let answer = visitor.exchange(&authorization_code, STATE).await;
        answer.assert_problem(status, code);
        assert_eq!(answer.body["retryable"], false, "{scenario}");
    }
}

#[rstest]
#[tokio::test]
async fn up_02_an_exchange_that_takes_twenty_seconds_is_not_waited_for(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let mut limits = Limits::default();
    let deadlines = Deadlines {
        head: Duration::from_millis(500),
        total: Duration::from_millis(500),
    };
    limits.authenteq.token = deadlines;
    limits.authenteq.result = deadlines;
    let app = flow.start_limited(sandbox.url(), |_| {}, limits).await;
    let mut visitor = app.visitor();
    let code = visitor.identify(STATE, "slow-token").await;
    let answer = visitor.exchange(&code, STATE).await;
    answer.assert_problem(504, "UPSTREAM_TIMEOUT");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn spoilt_details_are_reported_and_spoilt_images_replaced(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (_sandbox, app) = start(flow).await;
    // With Web IDV these two concern calls that are not made, or are not read to their end.
    let spoilt = [
        ("details-expired", 401, "SESSION_EXPIRED"),
        ("truncated-details", 502, "UPSTREAM_FAILED"),
    ];
    for (scenario, status, code) in spoilt {
        if flow == Flow::WebIdv {
            let details = app.signed_up_as(scenario).await.get("/api/details").await;
            details.assert_ok();
            continue;
        }
        let answer = app.signed_up_as(scenario).await.get("/api/details").await;
        answer.assert_problem(status, code);
    }
    let details = app
        .signed_up_as("lying-image")
        .await
        .get("/api/details")
        .await;
    let document = &details.assert_ok()["documents"][0];
    assert_eq!(document["croppedFrontImage"]["contentType"], "unknown");
    assert_eq!(document["croppedFrontImage"]["content"], "");
    assert_eq!(document["croppedBackImage"]["contentType"], "image/jpeg");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn spoilt_exports_never_end_well(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let (_sandbox, app) = start(flow).await;
    let mut visitor = app.signed_up_as("false-pdf").await;
    visitor.get("/api/details").await.assert_ok();
    let refused = visitor.get("/api/export/pdf").await;
    refused.assert_problem(502, "UPSTREAM_BAD_BODY");

    let mut visitor = app.signed_up_as("endless-multipart").await;
    visitor.get("/api/details").await.assert_ok();
    let request = visitor.request(Method::GET, "/api/export/multipart");
    let broken = match request.send().await {
        Ok(response) => response.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(broken, "a file without its end");
}
