//! The program is killed (SIGKILL) while it sends an event to the site.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use webkyc_test_kit::trap_proxy::{Byte, Moment, Side, TrapProxy};

use super::receiver::Receiver;
use crate::{
    harness::{Answer, CLAIMS, Files, TestApp, eventually, use_webhook},
    program::{NOWHERE, Running, with_store},
};

/// Longer than a delivery is leased for.
const LEASE: i64 = 120;

#[rstest]
#[case::before_it_is_sent(Side::Request, Byte::First, 1..=1)]
// The site may not have read it before the connection broke.
#[case::when_it_is_sent(Side::Request, Byte::Last, 1..=2)]
#[case::while_it_is_answered(Side::Answer, Byte::First, 2..=2)]
// The program may have written down that it was delivered.
#[case::when_it_is_answered(Side::Answer, Byte::Last, 1..=2)]
#[tokio::test(flavor = "multi_thread")]
async fn sup_39_an_event_whose_sender_is_killed_comes_again_under_the_same_id(
    #[case] side: Side,
    #[case] byte: Byte,
    #[case] messages: std::ops::RangeInclusive<usize>,
) {
    let (receiver, files) = (Receiver::start().await, Files::new());
    let proxy = TrapProxy::bind().await;
    proxy.pass_to(receiver.url().strip_suffix("/hooks/webkyc").unwrap());
    let webhook = format!("{}/hooks/webkyc", proxy.url());
    let (command, assets) = with_store(NOWHERE, &files, &CLAIMS);
    use_webhook(&files, &webhook);
    let Running {
        mut program, app, ..
    } = Running::of(command, assets);
    let call = "POST /hooks/webkyc";
    proxy.arm(Moment { call, side, byte }, program.killer());
    let shop = app.server("shop");
    let (id, _) = shop.create("a").await;
    let cancel = shop.request(Method::POST, &format!("/sign-ups/{id}/cancel"));
    // It may be killed before it has answered.
    let (_, ()) = tokio::join!(Answer::try_read(cancel.json(&json!({}))), proxy.struck());
    program.wait();

    let app = TestApp::take_over_with_webhook(NOWHERE, &files, &webhook).await;
    // PostgreSQL's leases have ended already: its clock moved now would end those of this process too.
    if !files.is_on_postgresql() {
        app.advance_clock(LEASE);
    }
    let is_settled = async || {
        let open = files.query("SELECT event FROM deliveries WHERE delivered_at IS NULL");
        open.await.is_empty()
    };
    eventually("it is delivered", is_settled).await;
    let count = receiver.count();
    assert!(messages.contains(&count), "{count} messages");
    let feed = app.server("shop").get("/events").await.assert_ok();
    assert_eq!(feed["events"].as_array().unwrap().len(), 1);
    for number in 0..count {
        let (headers, body, _) = receiver.message(number);
        assert_eq!(
            headers["webhook-id"],
            feed["events"][0]["id"].as_str().unwrap()
        );
        assert_eq!(body["data"]["id"], id);
    }
}
