//! Sign-ups that a site's server creates: the fence stands around the call for the result, and the
//! store keeps the id.

use serde_json::json;
use webkyc_sandbox::{Effect, Endpoint, Fault, Times};
#[cfg(unix)]
use webkyc_test_kit::trap_proxy::{Byte, Moment, Side, TrapProxy};

use crate::{
    harness::{Files, Flow, OTHER_STATE, STATE, TestApp, eventually, sandbox},
    stub::Stub,
};

async fn start(authenteq: &str, files: &Files) -> TestApp {
    Flow::WebIdv.start_with_store(authenteq, files).await
}

#[tokio::test]
async fn a_site_learns_what_it_asked_for_by_the_id_that_the_store_kept() {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = start(sandbox.url(), &files).await;
    for site in ["shop", "bank"] {
        let server = app.server(site);
        let (id, handle) = server.create("a").await;
        let mut visitor = app.visitor();
        let code = visitor.identify_for(&handle, STATE, "anna").await;
        let session = visitor.exchange(&code, STATE).await.assert_ok();
        if let Some(url) = session["returnUrl"].as_str()
            && let Some((_, code)) = url.split_once("sign_up_code=")
        {
            let claim = format!("/sign-ups/{id}/claim");
            server.post(&claim, json!({"code": code})).await.assert_ok();
        }
        let seen = server.sign_up_once(&id, "verified").await;
        assert_eq!(seen["claims"]["age_over_18"]["value"], true);
    }
    assert_eq!(Flow::WebIdv.exchanges(&sandbox), 2);
}

#[tokio::test]
async fn sup_11_an_authenteq_that_cannot_be_reached_leaves_the_sign_up_as_it_is() {
    let files = Files::new();
    let app = start("http://127.0.0.1:9", &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    visitor.open(&handle).await.assert_ok();
    let begin = json!({"state": STATE, "signUp": handle});
    let refused = visitor.post("/api/begin", begin).await;
    refused.assert_problem(502, "UPSTREAM_CONNECT");
    // Not begun: it keeps the time that its site gave it.
    assert_eq!(shop.sign_up(&id).await["status"], "created");
}

#[tokio::test]
async fn sup_12_a_refused_code_ends_the_sign_up_at_once() {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = start(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    // OA-11: a code that is good, in another flow.
    let code = app.visitor().identify(OTHER_STATE, "john").await;
    visitor.identify_for(&handle, STATE, "anna").await;
    let refused = visitor.exchange(&code, STATE).await;
    refused.assert_problem(400, "CODE_REJECTED");
    let failed = shop.sign_up(&id).await;
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["lastReason"], "CODE_REJECTED");
}

#[tokio::test]
async fn sup_14_one_code_is_sent_for_one_sign_up_only() {
    let (stub, files) = (Stub::start().await, Files::new());
    let change = |settings: &mut _| crate::harness::configure_store(settings, &files);
    let limits = crate::fault_matrix::impatient();
    let app = Flow::WebIdv
        .start_limited(&stub.url(), change, limits)
        .await;
    let shop = app.server("shop");
    let mut visitor = app.visitor();
    for (state, expected) in [(STATE, 200), (OTHER_STATE, 400)] {
        let (_, handle) = shop.create("a").await;
        visitor.open(&handle).await.assert_ok();
        let begin = json!({"state": state, "signUp": handle});
        visitor.post("/api/begin", begin).await.assert_ok();
        let answer = visitor.exchange("code", state).await;
        assert_eq!(answer.status, expected, "{}", answer.body);
    }
    assert_eq!(stub.times_spent("code"), 1);
}

#[tokio::test]
async fn sup_15_details_are_asked_for_until_the_time_is_over() {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = start(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let mut visitor = app.visitor();
    // The export does not have the verification yet.
    let client = sandbox.client(crate::harness::CLIENT_ID).unwrap();
    let late = Fault {
        at: Endpoint::ExportJson,
        effect: Effect::Respond {
            status: 404,
            content_type: "application/json".to_owned(),
            body: json!({"errorCode": "VERIFICATION_NOT_FOUND"}).to_string(),
        },
        times: Times::Once,
    };
    client.inject(late).unwrap();
    let (id, handle) = shop.create("a").await;
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    visitor.exchange(&code, STATE).await.assert_ok();
    eventually("it was asked for", async || {
        shop.sign_up(&id).await["lastReason"] == "VERIFICATION_NOT_FOUND"
    })
    .await;
    assert_eq!(shop.sign_up(&id).await["status"], "returned");
    app.advance_clock(31);
    shop.sign_up_once(&id, "verified").await;

    let (id, handle) = shop.create("b").await;
    let code = visitor.identify_for(&handle, OTHER_STATE, "anna").await;
    app.store_faults.fail(&["lease_job"]);
    visitor.exchange(&code, OTHER_STATE).await.assert_ok();
    app.advance_clock(870);
    app.store_faults.fail(&[]);
    let failed = shop.sign_up_once(&id, "failed").await;
    assert_eq!(failed["lastReason"], "DATA_EXPIRED");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn sup_20_a_kill_around_the_call_for_the_result_leaves_one_result_and_no_second_call() {
    use crate::{
        harness::CLAIMS,
        program::{Running, with_store},
    };

    const RESULT: &str = "GET /web-idv/verification-result";
    const DETAILS: &str = "GET /export/verification-result-as-json";
    const EXCHANGE: &str = "POST /api/exchange";
    let sandbox = sandbox().await;
    for (call, side, byte, is_stored) in [
        (RESULT, Side::Request, Byte::First, false),
        (RESULT, Side::Request, Byte::Last, false),
        // The rest of the answer is not read.
        (RESULT, Side::Answer, Byte::First, false),
        (EXCHANGE, Side::Answer, Byte::First, true),
        (DETAILS, Side::Request, Byte::First, true),
        (DETAILS, Side::Answer, Byte::Middle, true),
    ] {
        let what = format!("{call} {side:?} {byte:?}");
        let files = Files::new();
        let (browsers, authenteq) = (TrapProxy::bind().await, TrapProxy::bind().await);
        authenteq.pass_to(sandbox.url());
        let (mut command, assets) = with_store(sandbox.url(), &files, &CLAIMS);
        Flow::WebIdv.configure(&mut command);
        command.env("WEBKYC_EXPORT_URL", authenteq.url());
        let Running {
            mut program, app, ..
        } = Running::of(command, assets);
        browsers.pass_to(&app.address);
        let proxy = if call == EXCHANGE {
            &browsers
        } else {
            &authenteq
        };
        proxy.arm(Moment { call, side, byte }, program.killer());
        let app = TestApp::at(browsers.url(), app.operator_address.clone());
        let (id, handle) = app.server("shop").create("customer").await;
        let mut visitor = app.visitor();
        let code = visitor.identify_for(&handle, STATE, "anna").await;
        let begun = visitor.cookies.clone();
        let calls = Flow::WebIdv.exchanges(&sandbox);
        let exchange = json!({"code": code, "state": STATE});
        tokio::join!(visitor.try_post("/api/exchange", &exchange), proxy.struck());
        program.wait();

        let next = Flow::WebIdv.take_over(sandbox.url(), &files).await;
        let shop = next.server("shop");
        let mut again = next.visitor();
        again.cookies = begun;
        let refused = again.exchange(&code, STATE).await;
        assert!(refused.status.is_client_error(), "{what}: {}", refused.body);
        assert_eq!(refused.body["retryable"], false, "{what}");
        // Past the fence, and past the lease of a worker that was killed.
        next.advance_clock(121);
        let is_over = async || shop.sign_up(&id).await["status"] != "returned";
        eventually(&what, is_over).await;
        let ended = shop.sign_up(&id).await;
        let is_verified = ended["status"] == "verified";
        assert_eq!(is_verified, is_stored, "{what}");
        if !is_verified {
            assert_eq!(ended["lastReason"], "OUTCOME_UNKNOWN", "{what}");
        }
        assert_eq!(shop.events().await.len(), 1, "{what}");
        let calls = Flow::WebIdv.exchanges(&sandbox) - calls;
        assert!(calls <= 1, "{what}: {calls}");
    }
}
