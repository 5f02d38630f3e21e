//! The browser's part of sign-ups that a site's server created.

use serde_json::json;

use super::contract::Contract;
use crate::harness::{Answer, Files, OTHER_STATE, STATE, TestApp, Visitor};

const OPEN: &str = "POST /api/sign-up";
const BEGIN: &str = "POST /api/begin";
const EXCHANGE: &str = "POST /api/exchange";
const REPORT: &str = "POST /api/report";

/// A visitor who opens a sign-up, begins it, and reports a failure.
pub(super) async fn successes(contract: &Contract, app: &TestApp) {
    let (_, handle) = app.server("shop").create("a").await;
    let mut visitor = app.visitor();
    contract.check(OPEN, &visitor.open(&handle).await);
    contract.check(BEGIN, &begin(&mut visitor, STATE, &handle).await);
    contract.check(REPORT, &report(&mut visitor, STATE).await);
}

async fn begin(visitor: &mut Visitor<'_>, state: &str, handle: &str) -> Answer {
    let body = json!({"state": state, "signUp": handle});
    visitor.post("/api/begin", body).await
}

async fn report(visitor: &mut Visitor<'_>, state: &str) -> Answer {
    let body = json!({"state": state, "reason": "NO_CODE"});
    visitor.post("/api/report", body).await
}

/// Each refusal, with the store of this Authenteq's backend.
pub(super) async fn failures(contract: &Contract, authenteq: &str) {
    let without = TestApp::start("http://127.0.0.1:9").await;
    let answer = without.visitor().open(STATE).await;
    answer.assert_problem(404, "NOT_FOUND");
    contract.check(OPEN, &answer);

    let files = Files::new();
    let app = TestApp::start_with_store(authenteq, &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let (_, other_handle) = shop.create("b").await;
    let (mut owner, mut other) = (app.visitor(), app.visitor());
    let code = owner.identify_for(&handle, STATE, "anna").await;
    let second = owner.identify_for(&handle, OTHER_STATE, "anna").await;
    other.open(&other_handle).await.assert_ok();

    for (status, code, handle) in [
        (404, "SIGN_UP_NOT_FOUND", STATE),
        (409, "SIGN_UP_TAKEN", &handle),
    ] {
        let opened = other.open(handle).await;
        let begun = begin(&mut other, STATE, handle).await;
        for (route, answer) in [(OPEN, opened), (BEGIN, begun)] {
            answer.assert_problem(status, code);
            contract.check(route, &answer);
        }
    }
    let unknown = report(&mut other, STATE).await;
    unknown.assert_problem(400, "STATE_INVALID");
    contract.check(REPORT, &unknown);

    app.store_faults.fail(&["*"]);
    let answers = [
        (OPEN, owner.open(&handle).await),
        (BEGIN, begin(&mut owner, STATE, &handle).await),
        (EXCHANGE, owner.exchange(&code, STATE).await),
        (REPORT, report(&mut owner, STATE).await),
    ];
    app.store_faults.fail(&[]);
    for (route, answer) in answers {
        answer.assert_problem(503, "STORE_UNAVAILABLE");
        contract.check(route, &answer);
    }

    owner.exchange_patiently(&code, STATE).await.assert_ok();
    shop.sign_up_once(&id, "verified").await;
    let answers = [
        (EXCHANGE, owner.exchange(&second, OTHER_STATE).await),
        (BEGIN, begin(&mut owner, STATE, &handle).await),
    ];
    for (route, answer) in answers {
        answer.assert_problem(409, "SIGN_UP_ENDED");
        contract.check(route, &answer);
    }

    for (route, from) in [(OPEN, "203.0.113.1"), (REPORT, "203.0.113.2")] {
        let mut visitor = app.visitor_from(from);
        let mut ask = async || match route {
            OPEN => visitor.open(OTHER_STATE).await,
            _ => report(&mut visitor, STATE).await,
        };
        for _ in 0..120 {
            assert_ne!(ask().await.status, 429, "{route}");
        }
        // The allowance grows by two a second.
        let limited = loop {
            let answer = ask().await;
            if answer.status == 429 {
                break answer;
            }
        };
        contract.check(route, &limited);
    }
}
