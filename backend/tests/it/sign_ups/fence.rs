//! The fence around the one call that spends a code, with an Authenteq and a store that fail.

use rstest::rstest;
use serde_json::json;
use webkyc_backend::config::settings::Settings;
use webkyc_sandbox::{Effect, Endpoint, Fault, Times};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

use crate::{
    fault_matrix::impatient,
    harness::{Files, Flow, OTHER_STATE, STATE, TestApp, configure_store, eventually, sandbox},
    stub::Stub,
};

#[rstest]
#[tokio::test]
async fn sup_09_without_the_store_no_visitor_leaves_and_no_code_is_spent(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    app.store_faults.fail(&["*"]);
    let creation = shop.post("/sign-ups", json!({"reference": "b"})).await;
    creation.assert_problem(503, "STORE_UNAVAILABLE");
    let begin = json!({"state": OTHER_STATE, "signUp": handle});
    let refused = visitor.post("/api/begin", begin).await;
    refused.assert_problem(503, "STORE_UNAVAILABLE");
    let refused = visitor.exchange(&code, STATE).await;
    assert_eq!(refused.body["retryable"], true);
    refused.assert_problem(503, "STORE_UNAVAILABLE");
    // A sign-up without a handle needs no store.
    visitor.begin(OTHER_STATE).await;
    app.store_faults.fail(&[]);
    visitor.exchange_patiently(&code, STATE).await.assert_ok();
    shop.sign_up_once(&id, "verified").await;
}

#[rstest]
#[tokio::test]
async fn sup_10_a_token_that_cannot_be_stored_at_once_is_stored_later(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    app.store_faults.fail(&["exchanged"]);
    visitor.exchange(&code, STATE).await.assert_ok();
    // Past the fence: this process still has the token, so it is not given up.
    app.advance_clock(flow.fence() + 1);
    let (other, _) = shop
        .create_with(json!({"reference": "b", "expiresIn": 300}))
        .await;
    app.advance_clock(301);
    shop.sign_up_once(&other, "expired").await;
    assert_eq!(shop.sign_up(&id).await["status"], "returned");
    app.store_faults.fail(&[]);
    shop.sign_up_once(&id, "verified").await;
}

#[tokio::test]
async fn sup_11_a_call_that_was_not_sent_leaves_the_sign_up_to_be_begun_again() {
    let files = Files::new();
    // Nothing listens there.
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    visitor.open(&handle).await.assert_ok();
    let begin = json!({"state": STATE, "signUp": handle});
    visitor.post("/api/begin", begin).await.assert_ok();
    let failed = visitor.exchange("code", STATE).await;
    failed.assert_problem(502, "UPSTREAM_CONNECT");
    let open = shop.sign_up(&id).await;
    assert_eq!(open["status"], "started");
    assert_eq!(open["lastReason"], "PROVIDER_DOWN");
    // The same code again, which is unspent, and another flow.
    let failed = visitor.exchange("code", STATE).await;
    failed.assert_problem(502, "UPSTREAM_CONNECT");
    let begin = json!({"state": OTHER_STATE, "signUp": handle});
    visitor.post("/api/begin", begin).await.assert_ok();
}

#[rstest]
#[tokio::test]
async fn sup_11_a_call_with_refused_credentials_leaves_the_code_to_be_sent_with_better_ones(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (server, files) = (MockServer::start().await, Files::new());
    let refused = ResponseTemplate::new(401).set_body_json(json!({"errorCode": "API_KEYS_BAD"}));
    let refused = Mock::given(path(flow.exchange_path())).respond_with(refused);
    refused.up_to_n_times(1).mount(&server).await;
    flow.lets_sign_up(&server).await;
    let app = flow.start_with_store(&server.uri(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    visitor.open(&handle).await.assert_ok();
    let begin = json!({"state": STATE, "signUp": handle});
    visitor.post("/api/begin", begin).await.assert_ok();
    let failed = visitor.exchange("code", STATE).await;
    failed.assert_problem(502, "UPSTREAM_AUTH");
    let open = shop.sign_up(&id).await;
    assert_eq!(open["status"], "started");
    assert_eq!(open["lastReason"], "UPSTREAM_AUTH");
    visitor.exchange_patiently("code", STATE).await.assert_ok();
    assert_eq!(shop.sign_up(&id).await["status"], "returned");
}

#[rstest]
#[tokio::test]
async fn sup_12_a_refused_code_ends_the_sign_up_at_once(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    visitor.identify_for(&handle, STATE, "anna").await;
    visitor
        .exchange("another", STATE)
        .await
        .assert_problem(400, "CODE_REJECTED");
    let failed = shop.sign_up(&id).await;
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["lastReason"], "CODE_REJECTED");
    assert_eq!(shop.events().await, [("sign_up.failed".to_owned(), id)]);
}

#[rstest]
#[tokio::test]
async fn sup_13_an_unknown_outcome_is_final_only_after_the_fence(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    // One whose time is over while the fence stands shows that the worker has looked.
    let body = json!({"reference": "b", "expiresIn": 300});
    let (earlier, _) = shop.create_with(body).await;
    app.advance_clock(290);
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    let client = sandbox.client(crate::harness::CLIENT_ID).unwrap();
    let fault = Fault {
        at: match flow {
            Flow::WebKyc => Endpoint::Token,
            Flow::WebIdv => Endpoint::Result,
        },
        effect: Effect::ServerError,
        times: Times::Once,
    };
    client.inject(fault).unwrap();
    visitor
        .exchange(&code, STATE)
        .await
        .assert_problem(502, "UPSTREAM_FAILED");
    assert_eq!(shop.sign_up(&id).await["status"], "returned");
    let begin = json!({"state": OTHER_STATE, "signUp": handle});
    let refused = visitor.post("/api/begin", begin).await;
    refused.assert_problem(409, "SIGN_UP_ENDED");
    app.advance_clock(flow.fence() - 15);
    shop.sign_up_once(&earlier, "expired").await;
    assert_eq!(shop.sign_up(&id).await["status"], "returned");
    app.advance_clock(15);
    let failed = shop.sign_up_once(&id, "failed").await;
    assert_eq!(failed["lastReason"], "OUTCOME_UNKNOWN");
}

#[rstest]
#[tokio::test]
async fn sup_14_one_code_is_sent_for_one_sign_up_only(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (stub, files) = (Stub::start().await, Files::new());
    let change = |settings: &mut Settings| configure_store(settings, &files);
    let app = flow.start_limited(&stub.url(), change, impatient()).await;
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

#[rstest]
#[tokio::test]
async fn sup_15_details_are_asked_for_until_the_data_ends(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    app.store_faults.fail(&["verified"]);
    visitor.exchange(&code, STATE).await.assert_ok();
    let details = || {
        sandbox
            .requests()
            .iter()
            .filter(|r| r.path == flow.details_path())
            .count()
    };
    eventually("the details were fetched", async || details() > 0).await;
    assert_eq!(shop.sign_up(&id).await["status"], "returned");
    app.store_faults.fail(&[]);
    // The lease of the first try ends.
    app.advance_clock(121);
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

#[rstest]
#[tokio::test]
async fn sup_24_a_refused_code_is_reported_and_takes_the_visitor_back(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let bank = app.server("bank");
    let (id, handle) = bank.create("a").await;
    let mut visitor = app.visitor();
    visitor.identify_for(&handle, STATE, "anna").await;
    let refused = visitor.exchange("another", STATE).await;
    refused.assert_problem(400, "CODE_REJECTED");
    let report = json!({"state": STATE, "reason": "CODE_REJECTED"});
    let way_back = visitor.post("/api/report", report).await.assert_ok();
    let url = format!("https://bank.example/done?x=1&sign_up={id}");
    assert_eq!(way_back, json!({"returnUrl": url, "returnNow": true}));
    // The flow is spent: no other code is sent for it.
    let other = visitor.exchange("third", STATE).await;
    other.assert_problem(400, "STATE_INVALID");
}

#[rstest]
#[tokio::test]
async fn sup_25_a_reload_before_the_visitor_leaves_gives_the_same_code_for_the_site(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let bank = app.server("bank");
    let (_, handle) = bank.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    let session = visitor.exchange(&code, STATE).await.assert_ok();
    let again = visitor.exchange(&code, STATE).await.assert_ok();
    assert_eq!(again, session);
    app.advance_clock(61);
    let late = visitor.exchange(&code, STATE).await;
    late.assert_problem(400, "STATE_INVALID");
}

#[rstest]
#[tokio::test]
async fn sup_26_an_error_while_the_fence_is_raised_leaves_the_code_unspent(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    // The store did it, and its reply was lost; and it goes on failing.
    app.store_faults
        .fail(&["reply of raise_fence", "lower_fence"]);
    for _ in 0..2 {
        let refused = visitor.exchange(&code, STATE).await;
        refused.assert_problem(503, "STORE_UNAVAILABLE");
    }
    assert_eq!(shop.sign_up(&id).await["status"], "returned");
    app.store_faults.fail(&[]);
    shop.sign_up_once(&id, "started").await;
    visitor.exchange_patiently(&code, STATE).await.assert_ok();
    shop.sign_up_once(&id, "verified").await;
    assert_eq!(shop.events().await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn sup_36_neither_a_process_without_a_store_nor_an_older_release_spends_a_code_of_a_sign_up(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    // During a rolling update it answers some requests, with the same cookie keys.
    let cookie_keys = Some(crate::harness::COOKIE_KEYS.into());
    let before = |settings: &mut Settings| settings.cookie_keys = cookie_keys;
    let older = flow.start_with(sandbox.url(), before).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    let mut at_the_older = older.visitor();
    at_the_older.cookies = visitor.cookies.clone();
    let refused = at_the_older.exchange(&code, STATE).await;
    refused.assert_problem(503, "STORE_UNAVAILABLE");
    // A release from before does not know the name of the cookie.
    let is_known = |name: &str| !name.contains("sign-up-flow");
    at_the_older.cookies.retain(|name, _| is_known(name));
    let refused = at_the_older.exchange(&code, STATE).await;
    refused.assert_problem(400, "STATE_INVALID");
    assert_eq!(flow.exchanges(&sandbox), 0);
    visitor.exchange(&code, STATE).await.assert_ok();
    shop.sign_up_once(&id, "verified").await;
    assert_eq!(flow.exchanges(&sandbox), 1);
}
