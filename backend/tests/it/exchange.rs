//! `POST /api/exchange`: one call per code, for the browser that began the flow.

use futures_util::future::join_all;
use rstest::rstest;

use crate::harness::{Flow, OTHER_STATE, STATE, sandbox};

#[rstest]
#[tokio::test]
async fn oa_01_a_code_without_a_flow_of_this_browser_is_refused(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let code = app.visitor().identify(STATE, "anna").await;
    let mut victim = app.visitor();
    victim
        .exchange(&code, STATE)
        .await
        .assert_problem(400, "STATE_INVALID");
    victim.begin(OTHER_STATE).await;
    victim
        .exchange(&code, STATE)
        .await
        .assert_problem(400, "STATE_INVALID");
    assert_eq!(flow.exchanges(&sandbox), 0);
}

#[rstest]
#[tokio::test]
async fn oa_04_the_same_again_within_a_minute_is_the_same_answer(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.visitor();
    let code = visitor.identify(STATE, "anna").await;
    // As if the reply had been lost: with the cookies from before.
    let before = visitor.clone();
    let first = visitor.exchange(&code, STATE).await.assert_ok();
    assert_eq!(visitor.exchange(&code, STATE).await.assert_ok(), first);
    assert_eq!(
        before.clone().exchange(&code, STATE).await.assert_ok(),
        first
    );
    let answer = before.clone().exchange("another", STATE).await;
    answer.assert_problem(400, "STATE_INVALID");
    let answer = visitor.exchange("another", STATE).await;
    answer.assert_problem(400, "STATE_INVALID");
    assert_eq!(flow.exchanges(&sandbox), 1);

    app.advance_clock(61);
    visitor
        .exchange(&code, STATE)
        .await
        .assert_problem(400, "STATE_INVALID");
    visitor.get("/api/details").await.assert_ok();
    assert_eq!(flow.exchanges(&sandbox), 1);
    // A lost reply can be requested again, but only for a limited time and only with the same code.
    for code in [&code, "another"] {
        before
            .clone()
            .exchange(code, STATE)
            .await
            .assert_problem(400, "STATE_INVALID");
    }
    visitor.get("/api/details").await.assert_ok();
    assert_eq!(flow.exchanges(&sandbox), 1);
}

#[rstest]
#[tokio::test]
async fn oa_04_any_replica_with_the_same_keys_gives_the_same_answer(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let keys = "0123456789abcdef0123456789abcdef0123456789abcdef";
    let start = async || {
        flow.start_with(sandbox.url(), |s| s.cookie_keys = Some(keys.into()))
            .await
    };
    let (one, two) = (start().await, start().await);
    let mut visitor = one.visitor();
    let code = visitor.identify(STATE, "john").await;
    let first = visitor.exchange(&code, STATE).await.assert_ok();
    let mut elsewhere = two.visitor();
    elsewhere.cookies = visitor.cookies.clone();
    assert_eq!(elsewhere.exchange(&code, STATE).await.assert_ok(), first);
    elsewhere.get("/api/details").await.assert_ok();
    assert_eq!(flow.exchanges(&sandbox), 1);
}

#[rstest]
#[tokio::test]
async fn oa_05_four_flows_at_once_finish_in_any_order_and_a_fifth_drops_the_oldest(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.visitor();
    let mut flows = Vec::new();
    for n in 0..5 {
        let state = format!("{n}{}", &STATE[1..]);
        let code = visitor.identify(&state, "anna").await;
        flows.push((code, state));
        app.advance_clock(1);
    }
    assert_eq!(visitor.cookies.len(), 4);
    for at in [3, 1, 4, 2] {
        let (code, state) = &flows[at];
        visitor.exchange(code, state).await.assert_ok();
    }
    let (code, state) = &flows[0];
    visitor
        .exchange(code, state)
        .await
        .assert_problem(400, "STATE_INVALID");
}

#[rstest]
#[tokio::test]
async fn oa_07_a_flow_ends_after_an_hour(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.visitor();
    let code = visitor.identify(STATE, "anna").await;
    app.advance_clock(3600);
    visitor
        .exchange(&code, STATE)
        .await
        .assert_problem(400, "STATE_INVALID");
    assert!(visitor.cookies.is_empty());
    assert_eq!(flow.exchanges(&sandbox), 0);
}

#[rstest]
#[tokio::test]
async fn oa_10_a_spent_code_under_a_flow_of_ones_own_is_rejected(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut victim = app.visitor();
    let code = victim.identify(STATE, "anna").await;
    victim.exchange(&code, STATE).await.assert_ok();
    let mut attacker = app.visitor();
    attacker.begin(OTHER_STATE).await;
    attacker
        .exchange(&code, OTHER_STATE)
        .await
        .assert_problem(400, "CODE_REJECTED");
    if flow == Flow::WebIdv {
        // There is no token to revoke.
        victim.get("/api/details").await.assert_ok();
        return;
    }
    // The sandbox revokes on reuse, as required by RFC 6749 section 4.1.2: the victim starts again.
    victim
        .get("/api/details")
        .await
        .assert_problem(401, "SESSION_EXPIRED");
    victim
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_INVALID");
    assert!(victim.cookies.is_empty());
}

#[rstest]
#[tokio::test]
async fn oa_10_a_thief_with_state_and_code_joins_no_exchange(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut victim = app.visitor();
    let code = victim.identify(STATE, "anna").await;
    victim.exchange(&code, STATE).await.assert_ok();
    let mut attacker = app.visitor();
    attacker.begin(STATE).await;
    attacker
        .exchange(&code, STATE)
        .await
        .assert_problem(400, "CODE_REJECTED");
    assert_eq!(attacker.open_cookies(), 0);
}

#[rstest]
#[tokio::test]
async fn oa_15_a_malformed_code_is_refused(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    let long = "a".repeat(513);
    for code in ["", &long, "a&clientId=b", "a\r\nb", "a b", "ä", "a/b"] {
        visitor
            .exchange(code, STATE)
            .await
            .assert_problem(400, "BAD_REQUEST");
    }
    assert_eq!(flow.exchanges(&sandbox), 0);
}

#[rstest]
#[tokio::test]
async fn oa_16_fifty_exchanges_at_once_are_one_call_and_one_answer(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.visitor();
    let code = visitor.identify(STATE, "anna").await;
    let answers = join_all((0..50).map(|_| {
        let (mut visitor, code) = (visitor.clone(), code.clone());
        async move { visitor.exchange(&code, STATE).await.assert_ok() }
    }))
    .await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(flow.exchanges(&sandbox), 1);
}
