//! Events that are sent to the site.

use axum::http::header;
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use super::receiver::{Receiver, outcomes};
use crate::harness::{Files, SiteServer, TestApp, WEBHOOK_SECRETS, eventually};

const HOUR: i64 = 3600;

pub(super) async fn cancel(shop: SiteServer<'_>, reference: &str) -> String {
    let (id, _) = shop.create(reference).await;
    let canceled = shop
        .post(&format!("/sign-ups/{id}/cancel"), json!({}))
        .await;
    canceled.assert_ok();
    id
}

/// Moves the clock, and waits until the worker has looked at it.
pub(super) async fn advance(app: &TestApp, seconds: i64) {
    app.advance_clock(seconds);
    let before = app.store_faults.count("lease_delivery");
    let looked = async || app.store_faults.count("lease_delivery") >= before + 2;
    eventually("the worker looked for due deliveries", looked).await;
}

#[tokio::test]
async fn an_event_comes_signed_with_each_secret_and_holds_nothing_but_the_reference() {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    let shop = app.server("shop");
    let id = cancel(shop, "customer 7").await;
    receiver.wait_for_tries(&app, 1).await;
    let (headers, body, bytes) = receiver.message(0);
    let feed = shop.get("/events").await.assert_ok();
    let event = &feed["events"][0];
    assert_eq!(headers["webhook-id"], event["id"].as_str().unwrap());
    assert_eq!(headers[header::CONTENT_TYPE], "application/json");
    let data = json!({
        "id": id, "site": "shop", "reference": "customer 7", "status": "canceled", "livemode": false,
    });
    let expected = json!({
        "type": "sign_up.canceled", "timestamp": event["timestamp"], "data": data,
    });
    assert_eq!(body, expected);
    let signatures = headers["webhook-signature"].to_str().unwrap();
    let timestamp = headers["webhook-timestamp"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let id = headers["webhook-id"].to_str().unwrap();
    let signed = WEBHOOK_SECRETS.map(|secret| {
        let signer = Webhook::new(secret).unwrap();
        signer.sign(id, timestamp, &bytes).unwrap()
    });
    assert_eq!(signatures, signed.join(" "));
    // Another site has no webhook, and its events come by the feed alone.
    cancel(app.server("bank"), "b").await;
    cancel(shop, "c").await;
    receiver.wait_for_tries(&app, 2).await;
}

#[tokio::test]
async fn a_failing_endpoint_is_probed_by_one_event_and_a_success_brings_all() {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    let shop = app.server("shop");
    receiver.answer(500, None);
    let first = cancel(shop, "first").await;
    receiver.wait_for_tries(&app, 1).await;
    let mut all = vec![first.clone()];
    for number in 0..5 {
        all.push(cancel(shop, &format!("later {number}")).await);
    }
    app.advance_clock(6);
    receiver.wait_for_tries(&app, 2).await;
    let (before, _, _) = receiver.message(0);
    let (again, body, _) = receiver.message(1);
    assert_eq!(body["data"]["id"], first);
    assert_eq!(before["webhook-id"], again["webhook-id"]);
    assert_ne!(before["webhook-timestamp"], again["webhook-timestamp"]);
    receiver.answer(200, None);
    app.advance_clock(6 * 60);
    receiver.wait_for_tries(&app, 2 + 6).await;
    let mut delivered: Vec<_> = (2..8)
        .map(|number| {
            receiver.message(number).1["data"]["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(delivered[0], first);
    delivered.sort();
    all.sort();
    assert_eq!(delivered, all);
}

#[tokio::test]
async fn after_the_tenth_try_an_event_is_sent_on_request_only() {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    let shop = app.server("shop");
    receiver.answer(503, None);
    cancel(shop, "a").await;
    receiver.wait_for_tries(&app, 1).await;
    // The delays in hours, each up to a tenth longer.
    for (count, hours) in [
        (2, 1),
        (3, 1),
        (4, 1),
        (5, 2),
        (6, 5),
        (7, 10),
        (8, 14),
        (9, 20),
        (10, 24),
    ] {
        advance(&app, hours * HOUR * 11 / 10 + 1).await;
        receiver.wait_for_tries(&app, count).await;
    }
    // The last try was: nothing more is due.
    advance(&app, 100 * HOUR).await;
    let given_up = app.metric("webkyc_webhooks_total{outcome=\"busy\"}").await;
    assert_eq!(given_up, 10.0);
    receiver.answer(200, None);
    cancel(shop, "b").await;
    receiver.wait_for_tries(&app, 11).await;
    let (headers, _, _) = receiver.message(0);
    let event = headers["webhook-id"].to_str().unwrap();
    let foreign = app
        .server("bank")
        .post(&format!("/events/{event}/resend"), json!({}))
        .await;
    foreign.assert_problem(404, "EVENT_NOT_FOUND");
    let resent = shop
        .post(&format!("/events/{event}/resend"), json!({}))
        .await;
    assert_eq!(resent.status, 202);
    receiver.wait_for_tries(&app, 12).await;
    assert_eq!(receiver.message(11).0["webhook-id"], event);
}

#[tokio::test]
async fn sup_37_what_an_endpoint_misses_in_three_days_comes_when_it_is_back() {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    let shop = app.server("shop");
    receiver.answer(503, None);
    let mut missed = Vec::new();
    let mut tries = 0;
    for hour in (0..72).step_by(6) {
        missed.push(cancel(shop, &format!("hour {hour}")).await);
        advance(&app, 6 * HOUR).await;
        // Tries under way end before the next event.
        let written = async || outcomes(&app) == receiver.count();
        eventually("the outcomes are written down", written).await;
        tries = receiver.count();
    }
    assert!((6..12).contains(&tries), "{tries} tries");
    receiver.answer(204, None);
    advance(&app, 24 * HOUR * 11 / 10).await;
    receiver.wait_for_tries(&app, tries + missed.len()).await;
    let mut came: Vec<_> = (tries..receiver.count())
        .map(|number| receiver.message(number).1["data"]["id"].clone())
        .collect();
    came.sort_by_key(Value::to_string);
    missed.sort();
    assert_eq!(came, missed);
}

#[tokio::test]
async fn an_event_that_its_site_refuses_holds_no_other_up() {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    let shop = app.server("shop");
    receiver.answer(400, None);
    let refused = cancel(shop, "refused").await;
    receiver.wait_for_tries(&app, 1).await;
    receiver.answer(200, None);
    let other = cancel(shop, "other").await;
    receiver.wait_for_tries(&app, 2).await;
    assert_eq!(receiver.message(1).1["data"]["id"], other);
    advance(&app, 6).await;
    receiver.wait_for_tries(&app, 3).await;
    assert_eq!(receiver.message(2).1["data"]["id"], refused);
}

#[tokio::test]
async fn sup_43_a_refusal_shows_that_an_endpoint_is_back_and_brings_all() {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    let shop = app.server("shop");
    receiver.answer(500, None);
    let refused = cancel(shop, "refused").await;
    receiver.wait_for_tries(&app, 1).await;
    let waiting = [cancel(shop, "b").await, cancel(shop, "c").await];
    receiver.answer(400, None);
    advance(&app, 6).await;
    receiver.wait_for_tries(&app, 4).await;
    let came = [1, 2, 3].map(|number| receiver.message(number).1["data"]["id"].clone());
    assert_eq!(came[0], refused);
    assert!(
        waiting.iter().all(|id| came.contains(&json!(id))),
        "{came:?}"
    );
}

#[tokio::test]
async fn sup_43_an_event_that_was_refused_does_not_keep_a_failing_endpoint_waiting() {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    let shop = app.server("shop");
    receiver.answer(400, None);
    cancel(shop, "refused").await;
    receiver.wait_for_tries(&app, 1).await;
    for (count, minutes) in [(2, 1), (3, 6), (4, 34)] {
        advance(&app, minutes * 60).await;
        receiver.wait_for_tries(&app, count).await;
    }
    // Its next try is two hours away. Another event meets an update of the site, of a moment.
    receiver.answer(503, None);
    let other = cancel(shop, "other").await;
    receiver.wait_for_tries(&app, 5).await;
    receiver.answer(200, None);
    advance(&app, 6).await;
    receiver.wait_for_tries(&app, 7).await;
    let came = [5, 6].map(|number| receiver.message(number).1["data"]["id"].clone());
    assert!(came.contains(&json!(other)), "{came:?}");
}

#[tokio::test]
async fn retry_after_is_honoured_and_a_redirect_is_not_followed() {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    let shop = app.server("shop");
    receiver.answer(429, Some("7200"));
    cancel(shop, "a").await;
    receiver.wait_for_tries(&app, 1).await;
    receiver.answer(307, Some(receiver.url()));
    advance(&app, 2 * HOUR - 1).await;
    receiver.wait_for_tries(&app, 1).await;
    advance(&app, 2).await;
    receiver.wait_for_tries(&app, 2).await;
    let redirected = app
        .metric("webkyc_webhooks_total{outcome=\"redirect\"}")
        .await;
    assert_eq!(redirected, 1.0);
    assert_eq!(receiver.count(), 2);
}

#[tokio::test]
async fn a_redaction_waits_for_what_came_before_it_and_takes_the_reference_away() {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    let shop = app.server("shop");
    receiver.answer(500, None);
    let id = cancel(shop, "canary-reference").await;
    receiver.wait_for_tries(&app, 1).await;
    shop.post(&format!("/sign-ups/{id}/redact"), json!({}))
        .await
        .assert_ok();
    receiver.answer(200, None);
    app.advance_clock(6);
    receiver.wait_for_tries(&app, 3).await;
    let kinds = [1, 2].map(|number| receiver.message(number).1["type"].clone());
    assert_eq!(kinds, ["sign_up.canceled", "sign_up.redacted"]);
    for number in [1, 2] {
        let (_, body, _) = receiver.message(number);
        assert_eq!(body["data"].get("reference"), None);
        assert_eq!(body["data"]["status"], "canceled");
    }
}
