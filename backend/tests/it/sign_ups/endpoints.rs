//! Endpoints of sites that are missing, away, silent or busy.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::net::TcpListener;

use super::{
    receiver::Receiver,
    webhooks::{advance, cancel},
};
use crate::harness::{Answer, Files, OPERATOR_KEY, TestApp, eventually};

const HOUR: i64 = 3600;

/// Waits until so many deliveries had this outcome.
async fn wait_for(app: &TestApp, outcome: &str, count: f64) {
    let metric = format!("webkyc_webhooks_total{{outcome=\"{outcome}\"}}");
    eventually(outcome, async || app.metric(&metric).await == count).await;
}

#[tokio::test]
async fn nothing_is_sent_again_to_a_site_without_a_webhook() {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    let (shop, bank) = (app.server("shop"), app.server("bank"));
    cancel(bank, "a").await;
    let events = bank.get("/events").await.assert_ok();
    let event = events["events"][0]["id"].as_str().unwrap();
    let resend = format!("/events/{event}/resend");
    let by_operator = app.http.post(format!("{}{resend}", app.operator_address));
    let by_operator = by_operator.bearer_auth(OPERATOR_KEY).json(&json!({}));
    let own = bank.post(&resend, json!({})).await;
    own.assert_problem(409, "NO_WEBHOOK");
    let by_operator = Answer::read(by_operator).await;
    by_operator.assert_problem(409, "NO_WEBHOOK");
    // To others it does not exist.
    let foreign = shop.post(&resend, json!({})).await;
    foreign.assert_problem(404, "EVENT_NOT_FOUND");
    assert_eq!(receiver.count(), 0);
}

#[tokio::test]
async fn an_endpoint_that_is_away_is_tried_again_after_five_seconds() {
    let files = Files::new();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let url = format!("http://{address}/hooks/webkyc");
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, &url).await;
    cancel(app.server("shop"), "a").await;
    wait_for(&app, "unreachable", 1.0).await;
    advance(&app, 4).await;
    wait_for(&app, "unreachable", 1.0).await;
    advance(&app, 2).await;
    wait_for(&app, "unreachable", 2.0).await;
}

#[tokio::test]
async fn an_endpoint_has_fifteen_seconds_for_its_answer() {
    let files = Files::new();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks/webkyc", silent.local_addr().unwrap());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, &url).await;
    cancel(app.server("shop"), "a").await;
    let _unanswered = silent.accept().await.unwrap();
    let began = Instant::now();
    wait_for(&app, "timeout", 1.0).await;
    let waited = began.elapsed();
    assert!(waited > Duration::from_secs(14), "{waited:?}");
}

#[tokio::test]
async fn retry_after_may_be_a_date() {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    // Two hours after the clock's beginning.
    receiver.answer(503, Some("Sun, 17 Mar 2030 19:46:40 GMT"));
    cancel(app.server("shop"), "a").await;
    wait_for(&app, "busy", 1.0).await;
    receiver.answer(204, None);
    advance(&app, 2 * HOUR - 1).await;
    assert_eq!(receiver.count(), 1);
    advance(&app, 2).await;
    wait_for(&app, "delivered", 1.0).await;
    assert_eq!(receiver.count(), 2);
}
