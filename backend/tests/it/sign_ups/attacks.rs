//! Visitors and sites that try what they should not.

use rstest::rstest;
use serde_json::json;

use crate::harness::{Files, Flow, OTHER_STATE, STATE, sandbox};

#[rstest]
#[tokio::test]
async fn sup_01_a_handle_that_was_sent_on_opens_and_begins_nothing_in_another_browser(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut owner = app.visitor();
    let code = owner.identify_for(&handle, STATE, "anna").await;
    let mut other = app.visitor();
    other
        .open(&handle)
        .await
        .assert_problem(409, "SIGN_UP_TAKEN");
    // With an owner cookie of its own sign-up.
    let (_, own) = shop.create("b").await;
    other.open(&own).await.assert_ok();
    let begin = json!({"state": OTHER_STATE, "signUp": handle});
    let refused = other.post("/api/begin", begin).await;
    refused.assert_problem(409, "SIGN_UP_TAKEN");
    // With the code and the state, but not the flow's cookie.
    other
        .exchange(&code, STATE)
        .await
        .assert_problem(400, "STATE_INVALID");
    owner.exchange(&code, STATE).await.assert_ok();
    shop.sign_up_once(&id, "verified").await;
}

#[rstest]
#[tokio::test]
async fn sup_02_a_program_that_opens_links_begins_nothing(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut scanner = app.visitor();
    scanner.get("/start").await;
    scanner.open(&handle).await.assert_ok();
    assert_eq!(shop.sign_up(&id).await["status"], "created");
    let mut visitor = app.visitor();
    visitor.open(&handle).await.assert_ok();
    let begin = json!({"state": STATE, "signUp": handle});
    visitor.post("/api/begin", begin).await.assert_ok();
    assert_eq!(shop.sign_up(&id).await["status"], "started");
}

#[rstest]
#[tokio::test]
async fn sup_03_of_two_tabs_the_first_code_wins(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    let first = visitor.identify_for(&handle, STATE, "anna").await;
    let second = visitor.identify_for(&handle, OTHER_STATE, "john").await;
    visitor.exchange(&second, OTHER_STATE).await.assert_ok();
    let late = visitor.exchange(&first, STATE).await;
    late.assert_problem(409, "SIGN_UP_ENDED");
    // Its code was not sent.
    let calls = sandbox.requests();
    let tokens = calls
        .iter()
        .filter(|call| call.path == flow.exchange_path());
    assert_eq!(tokens.count(), 1);
    shop.sign_up_once(&id, "verified").await;
    assert_eq!(shop.events().await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn sup_04_a_lost_reply_of_begin_and_a_reload_during_success_cost_nothing(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    visitor.open(&handle).await.assert_ok();
    // The cookies of this begin never arrive.
    let lost = json!({"state": STATE, "signUp": handle});
    let mut elsewhere = visitor.clone();
    elsewhere.post("/api/begin", lost).await.assert_ok();
    let code = visitor.identify_for(&handle, OTHER_STATE, "anna").await;
    let before = visitor.clone();
    let session = visitor.exchange(&code, OTHER_STATE).await.assert_ok();
    let mut reloaded = before;
    let again = reloaded.exchange(&code, OTHER_STATE).await.assert_ok();
    assert_eq!(again, session);
    shop.sign_up_once(&id, "verified").await;
    assert_eq!(shop.events().await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn sup_05_only_the_browser_of_a_flow_reports_it_and_a_report_ends_nothing(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let bank = app.server("bank");
    let (id, handle) = bank.create("a").await;
    let mut visitor = app.visitor();
    visitor.open(&handle).await.assert_ok();
    let begin = json!({"state": STATE, "signUp": handle});
    visitor.post("/api/begin", begin).await.assert_ok();
    let report = json!({"state": STATE, "reason": "NO_CODE"});
    let refused = app.visitor().post("/api/report", report.clone()).await;
    refused.assert_problem(400, "STATE_INVALID");
    assert_eq!(bank.sign_up(&id).await.get("lastReason"), None);
    let bad = json!({"state": STATE, "reason": "Anna Schmidt"});
    visitor
        .post("/api/report", bad)
        .await
        .assert_problem(400, "BAD_REQUEST");
    let way_back = visitor.post("/api/report", report).await.assert_ok();
    let url = format!("https://bank.example/done?x=1&sign_up={id}");
    assert_eq!(way_back, json!({"returnUrl": url, "returnNow": true}));
    let reported = bank.sign_up(&id).await;
    assert_eq!(
        (reported["status"].as_str(), reported["lastReason"].as_str()),
        (Some("started"), Some("NO_CODE"))
    );
    let counted = app
        .metric("webkyc_flows_failed_total{reason=\"NO_CODE\"}")
        .await;
    assert_eq!(counted, 1.0);
    // The owner begins again.
    let begin = json!({"state": OTHER_STATE, "signUp": handle});
    visitor.post("/api/begin", begin).await.assert_ok();
}

#[rstest]
#[tokio::test]
async fn a_report_counts_and_gives_the_way_back_without_a_store_too(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    let report = json!({"state": STATE, "reason": "PROVIDER_ERROR"});
    assert_eq!(
        visitor.post("/api/report", report).await.assert_ok(),
        json!({})
    );
    let counted = app
        .metric("webkyc_flows_failed_total{reason=\"PROVIDER_ERROR\"}")
        .await;
    assert_eq!(counted, 1.0);
    // A refused code spends the flow; why it failed counts all the same.
    let refused = visitor.exchange("another", STATE).await;
    refused.assert_problem(400, "CODE_REJECTED");
    let report = json!({"state": STATE, "reason": "CODE_REJECTED"});
    visitor.post("/api/report", report).await.assert_ok();
    let counted = app
        .metric("webkyc_flows_failed_total{reason=\"CODE_REJECTED\"}")
        .await;
    assert_eq!(counted, 1.0);
    let again = visitor.exchange("third", STATE).await;
    again.assert_problem(400, "STATE_INVALID");
    let open = json!({"signUp": STATE});
    visitor
        .post("/api/sign-up", open)
        .await
        .assert_problem(404, "NOT_FOUND");
    let begin = json!({"state": OTHER_STATE, "signUp": STATE});
    let refused = visitor.post("/api/begin", begin).await;
    refused.assert_problem(404, "SIGN_UP_NOT_FOUND");
}

#[rstest]
#[tokio::test]
async fn sup_06_a_handle_comes_alone_and_to_the_letter(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let files = Files::new();
    let app = flow.start_with_store("http://127.0.0.1:9", &files).await;
    let (_, handle) = app.server("shop").create("a").await;
    let mut visitor = app.visitor();
    visitor
        .open(OTHER_STATE)
        .await
        .assert_problem(404, "SIGN_UP_NOT_FOUND");
    visitor
        .open("short")
        .await
        .assert_problem(400, "BAD_REQUEST");
    for beside in [json!({"site": "shop"}), json!({"return": "done"})] {
        let mut begin = json!({"state": STATE, "signUp": handle});
        for (name, value) in beside.as_object().unwrap() {
            begin[name] = value.clone();
        }
        let refused = visitor.post("/api/begin", begin).await;
        refused.assert_problem(400, "BAD_REQUEST");
    }
    // No owner cookie yet.
    let begin = json!({"state": STATE, "signUp": handle});
    let refused = visitor.post("/api/begin", begin).await;
    refused.assert_problem(400, "BAD_REQUEST");
}

#[rstest]
#[tokio::test]
async fn sup_19_the_code_of_one_visitor_claims_no_other_sign_up(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let bank = app.server("bank");
    let (customers, customers_code) = bank.come_back(&mut app.visitor(), STATE, "anna").await;
    let (strangers, strangers_code) = bank
        .come_back(&mut app.visitor(), OTHER_STATE, "john")
        .await;
    let refused = bank.claim(&strangers, &customers_code).await;
    refused.assert_problem(409, "SIGN_UP_CODE_INVALID");
    let refused = bank.claim(&customers, &strangers_code).await;
    refused.assert_problem(409, "SIGN_UP_CODE_INVALID");
    for id in [&customers, &strangers] {
        assert_eq!(bank.sign_up(id).await["status"], "returned");
    }
    // It has spent neither.
    bank.claim(&customers, &customers_code).await.assert_ok();
    bank.sign_up_once(&customers, "verified").await;
    assert_eq!(bank.sign_up(&strangers).await["status"], "returned");
}
