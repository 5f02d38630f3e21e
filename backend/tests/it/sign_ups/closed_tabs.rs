//! The visitor's tab closes, at each step of the way back.

use rstest::rstest;
use serde_json::json;
use webkyc_test_kit::trap_proxy::{Byte, Moment, Side, TrapProxy};

use crate::harness::{Files, Flow, STATE, TestApp, sandbox};

const HOUR: i64 = 3600;

/// A visitor whose connection is cut at this byte of the exchange.
async fn close_at(app: &TestApp, handle: &str, side: Side, byte: Byte) {
    let proxy = TrapProxy::bind().await;
    proxy.pass_to(&app.address);
    let call = "POST /api/exchange";
    proxy.arm(Moment { call, side, byte }, || {});
    let front = TestApp::at(proxy.url(), app.operator_address.clone());
    let mut visitor = front.visitor();
    let code = visitor.identify_for(handle, STATE, "anna").await;
    let exchange = json!({"code": code, "state": STATE});
    let (answer, ()) = tokio::join!(visitor.try_post("/api/exchange", &exchange), proxy.struck());
    // The last byte of the answer arrives.
    let is_whole = (side, byte) == (Side::Answer, Byte::Last);
    assert_eq!(answer.is_some(), is_whole, "{side:?} {byte:?}");
}

#[rstest]
#[tokio::test]
async fn sup_22_once_the_exchange_was_sent_the_site_learns_without_the_tab(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let mut verified = Vec::new();
    for (side, byte) in [
        (Side::Request, Byte::Last),
        (Side::Answer, Byte::First),
        (Side::Answer, Byte::Middle),
        // Closed before the page asks for the details.
        (Side::Answer, Byte::Last),
    ] {
        let (id, handle) = shop.create("a").await;
        close_at(&app, &handle, side, byte).await;
        let seen = shop.sign_up_once(&id, "verified").await;
        assert_eq!(seen["claims"]["age_over_18"]["value"], true);
        verified.push(("sign_up.verified".to_owned(), id));
        assert_eq!(shop.events().await, verified, "{side:?} {byte:?}");
    }
}

#[rstest]
#[tokio::test]
async fn sup_23_a_tab_closed_before_leaves_a_sign_up_that_expires_in_time(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    // Closed on the first page.
    let (opened, handle) = shop.create("a").await;
    app.visitor().open(&handle).await.assert_ok();
    // Closed at the identity server.
    let (begun, handle) = shop.create("b").await;
    let mut visitor = app.visitor();
    visitor.open(&handle).await.assert_ok();
    let begin = json!({"state": STATE, "signUp": handle});
    visitor.post("/api/begin", begin).await.assert_ok();
    // Closed on the way back.
    let (back, handle) = shop.create("c").await;
    app.visitor().identify_for(&handle, STATE, "anna").await;
    // Closed within the exchange.
    let (cut, handle) = shop.create("d").await;
    close_at(&app, &handle, Side::Request, Byte::First).await;

    app.advance_clock(HOUR - 10);
    for id in [&begun, &back, &cut] {
        assert_eq!(shop.sign_up(id).await["status"], "started");
    }
    app.advance_clock(20);
    for id in [&begun, &back, &cut] {
        shop.sign_up_once(id, "expired").await;
    }
    assert_eq!(shop.sign_up(&opened).await["status"], "created");
    app.advance_clock(24 * HOUR);
    shop.sign_up_once(&opened, "expired").await;
    let events = shop.events().await;
    assert_eq!(events.len(), 4);
    assert!(events.iter().all(|(kind, _)| kind == "sign_up.expired"));
    let calls = sandbox.requests();
    assert!(calls.iter().all(|call| call.path != flow.exchange_path()));
}
