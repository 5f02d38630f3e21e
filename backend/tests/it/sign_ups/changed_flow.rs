//! `WEBKYC_FLOW` changes while stored sign-ups are under way.

use rstest::rstest;
use serde_json::json;
use webkyc_test_kit::trap_proxy::{Byte, Moment, Side, TrapProxy};

use crate::{
    harness::{CLAIMS, Files, Flow, OTHER_STATE, STATE, eventually, sandbox},
    program::{Running, with_store},
};

/// A program with a store in `files`. Visitors go to `identity`.
fn start(flow: Flow, authenteq: &str, identity: &str, files: &Files) -> Running {
    let (mut command, assets) = with_store(authenteq, files, &CLAIMS);
    command.env("WEBKYC_IDENTITY_URL", identity);
    flow.configure(&mut command);
    Running::of(command, assets)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sup_40_a_stored_sign_up_that_was_begun_at_one_api_is_begun_again_at_the_other(
    #[values(Flow::WebKyc, Flow::WebIdv)] before: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let after = before.other();
    let start = |flow| start(flow, sandbox.url(), sandbox.url(), &files);
    let old = start(before);
    let (id, handle) = old.app.server("shop").create("a").await;
    let mut visitor = old.app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    let cookies = visitor.cookies.clone();
    old.program.stop();

    let new = start(after);
    let shop = new.app.server("shop");
    let mut visitor = new.app.visitor();
    visitor.cookies = cookies;
    let refused = visitor.exchange(&code, STATE).await;
    refused.assert_problem(400, "STATE_INVALID");
    assert_eq!(shop.sign_up(&id).await["status"], "started");
    let code = visitor.identify_for(&handle, OTHER_STATE, "anna").await;
    visitor.exchange(&code, OTHER_STATE).await.assert_ok();
    shop.sign_up_once(&id, "verified").await;
    assert_eq!(shop.events().await.len(), 1);
    assert_eq!([before, after].map(|flow| flow.exchanges(&sandbox)), [0, 1]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sup_40_what_one_api_gave_for_a_stored_sign_up_is_not_sent_to_the_other(
    #[values(Flow::WebKyc, Flow::WebIdv)] before: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let authenteq = TrapProxy::bind().await;
    authenteq.pass_to(sandbox.url());
    let Running {
        mut program, app, ..
    } = start(before, &authenteq.url(), sandbox.url(), &files);
    // It has stored what the exchange brought, and dies.
    let moment = Moment {
        call: before.details_request(),
        side: Side::Request,
        byte: Byte::First,
    };
    authenteq.arm(moment, program.killer());
    let (id, handle) = app.server("shop").create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    let exchange = json!({"code": code, "state": STATE});
    tokio::join!(
        visitor.try_post("/api/exchange", &exchange),
        authenteq.struck()
    );
    program.wait();

    files.end_leases();
    let calls = sandbox.requests().len();
    let new = start(before.other(), sandbox.url(), sandbox.url(), &files);
    let shop = new.app.server("shop");
    let is_seen = async || shop.sign_up(&id).await["lastReason"] == "DATA_EXPIRED";
    eventually("the worker has seen it", is_seen).await;
    assert_eq!(shop.sign_up(&id).await["status"], "returned");
    assert_eq!(sandbox.requests().len(), calls);
    new.program.stop();

    // A process of the first API can still take it up.
    let old = before.take_over(sandbox.url(), &files).await;
    old.advance_clock(31);
    old.server("shop").sign_up_once(&id, "verified").await;
}
