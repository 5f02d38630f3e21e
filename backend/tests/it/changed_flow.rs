//! `WEBKYC_FLOW` changes while visitors are on their way: by a restart, or in one replica after the
//! other.

use rstest::rstest;

use crate::{
    harness::{Flow, OTHER_STATE, STATE, sandbox},
    program::Running,
};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn oa_25_a_code_of_one_api_is_not_sent_to_the_other(
    #[values(Flow::WebKyc, Flow::WebIdv)] before: Flow,
) {
    let sandbox = sandbox().await;
    let after = before.other();
    let [old, new] = [before, after]
        .map(|flow| Running::start(sandbox.url(), |command| flow.configure(command)));
    let mut visitor = old.app.visitor();
    let code = visitor.identify(STATE, "anna").await;
    let mut at_new = new.app.visitor();
    at_new.cookies = visitor.cookies.clone();
    let calls = sandbox.requests().len();
    let refused = at_new.exchange(&code, STATE).await;
    refused.assert_problem(400, "STATE_INVALID");
    assert_eq!(refused.body["retryable"], false);
    assert_eq!(sandbox.requests().len(), calls);
    // The visitor begins again there, and a replica that has not changed takes the first code.
    let again = at_new.identify(OTHER_STATE, "anna").await;
    at_new.exchange(&again, OTHER_STATE).await.assert_ok();
    visitor.exchange(&code, STATE).await.assert_ok();
    assert_eq!([before, after].map(|flow| flow.exchanges(&sandbox)), [1, 1]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ses_04_a_session_of_one_api_opens_nothing_at_the_other(
    #[values(Flow::WebKyc, Flow::WebIdv)] before: Flow,
) {
    let sandbox = sandbox().await;
    let [old, new] = [before, before.other()]
        .map(|flow| Running::start(sandbox.url(), |command| flow.configure(command)));
    let mut visitor = old.app.signed_up_as("john").await;
    visitor.get("/api/details").await.assert_ok();
    let calls = sandbox.requests().len();
    for path in ["/api/session", "/api/details", "/api/export/json"] {
        let mut at_new = new.app.visitor();
        at_new.cookies = visitor.cookies.clone();
        let refused = at_new.get(path).await;
        refused.assert_problem(401, "SESSION_INVALID");
        assert!(at_new.cookies.is_empty(), "{path}");
    }
    assert_eq!(sandbox.requests().len(), calls);
    visitor.get("/api/details").await.assert_ok();
}
