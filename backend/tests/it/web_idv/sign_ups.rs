//! Sign-ups that a site's server creates, where only Web IDV has a call or an answer. All else runs over
//! both flows in `sign_ups/`.

use serde_json::json;
use webkyc_sandbox::{Effect, Endpoint, Fault, Times};

use crate::harness::{CLIENT_ID, Files, Flow, OTHER_STATE, STATE, TestApp, eventually, sandbox};

async fn start(authenteq: &str, files: &Files) -> TestApp {
    Flow::WebIdv.start_with_store(authenteq, files).await
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
async fn sup_15_details_that_the_export_does_not_have_yet_are_asked_for_again() {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = start(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let mut visitor = app.visitor();
    // The export does not have the verification yet.
    let client = sandbox.client(CLIENT_ID).unwrap();
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
}
