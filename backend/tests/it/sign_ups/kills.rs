//! The program is killed (SIGKILL) at moments between begin and event, by a proxy that sees the
//! moment's byte pass. Another takes over its database; the visitor and the site try again, and
//! time goes by.

use std::time::Duration;

use reqwest::{Method, Url};
use serde_json::{Value, json};
use tokio::time::timeout;
use webkyc_sandbox::Sandbox;
use webkyc_test_kit::trap_proxy::{
    Byte::{First, Last, Middle},
    Moment,
    Side::{Answer as Answered, Request as Asked},
    TrapProxy,
};

use crate::{
    harness::{Answer, CLAIMS, Files, OTHER_STATE, STATE, TestApp, Visitor, sandbox},
    program::{Running, with_store},
};

/// Where a proxy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// The listener for browsers.
    Browsers,
    /// The listener for the servers of sites.
    Servers,
    /// Authenteq.
    Authenteq,
}

/// How much the program had written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// No code was sent.
    Nothing,
    /// The fence, and no token: the outcome is unknown.
    Fence,
    /// The token.
    Token,
    /// One of these: the last byte and the kill race.
    Any,
}

type Point = (Before, Moment, Written);

const fn at(
    before: Before,
    call: &'static str,
    side: webkyc_test_kit::trap_proxy::Side,
    byte: webkyc_test_kit::trap_proxy::Byte,
    written: Written,
) -> Point {
    (before, Moment { call, side, byte }, written)
}

const BEGIN: &str = "POST /api/begin";
const EXCHANGE: &str = "POST /api/exchange";
const TOKEN: &str = "POST /v2/web-kyc/token";
const DETAILS: &str = "GET /v2/web-kyc/details";
const LOOK: &str = "GET /sign-ups/su_";
const CLAIM: &str = "POST /sign-ups/su_";
const EVENTS: &str = "GET /events";

const POINTS: [Point; 16] = [
    at(Before::Browsers, BEGIN, Asked, Last, Written::Nothing),
    at(Before::Browsers, BEGIN, Answered, First, Written::Nothing),
    at(Before::Browsers, EXCHANGE, Asked, First, Written::Nothing),
    at(Before::Browsers, EXCHANGE, Asked, Last, Written::Any),
    at(Before::Authenteq, TOKEN, Asked, First, Written::Fence),
    at(Before::Authenteq, TOKEN, Asked, Last, Written::Fence),
    at(Before::Authenteq, TOKEN, Answered, First, Written::Fence),
    at(Before::Authenteq, TOKEN, Answered, Middle, Written::Fence),
    at(Before::Authenteq, TOKEN, Answered, Last, Written::Any),
    at(Before::Authenteq, DETAILS, Asked, First, Written::Token),
    at(Before::Authenteq, DETAILS, Answered, First, Written::Token),
    at(Before::Authenteq, DETAILS, Answered, Middle, Written::Token),
    at(Before::Authenteq, DETAILS, Answered, Last, Written::Token),
    at(Before::Browsers, EXCHANGE, Answered, First, Written::Token),
    at(Before::Servers, LOOK, Asked, Last, Written::Token),
    at(Before::Servers, EVENTS, Answered, First, Written::Token),
];

/// The moments that only a site which claims its sign-ups has.
const CLAIMING: [Point; 3] = [
    at(Before::Servers, CLAIM, Asked, First, Written::Token),
    at(Before::Servers, CLAIM, Asked, Last, Written::Token),
    at(Before::Servers, CLAIM, Answered, First, Written::Token),
];

/// What the visitor and the site have in their hands when the program is gone.
#[derive(Default)]
struct Left {
    cookies: std::collections::BTreeMap<String, String>,
    code: Option<String>,
    session: Option<Value>,
    /// The ids of the events that the site has read.
    events: Vec<Value>,
}

/// A visitor and a site, until the program is killed.
async fn go(app: &TestApp, site: &'static str, id: &str, handle: &str) -> Left {
    let mut left = Left::default();
    let mut visitor = app.visitor();
    visitor.open(handle).await.assert_ok();
    go_on(&mut visitor, &mut left, handle).await;
    left.cookies = visitor.cookies.clone();
    let Some(session) = &left.session else {
        return left;
    };
    let server = app.server(site);
    let read = async |path: &str| Answer::try_read(server.request(Method::GET, path)).await;
    if let Some(code) = return_code(session) {
        let claim = server.request(Method::POST, &format!("/sign-ups/{id}/claim"));
        if Answer::try_read(claim.json(&json!({"code": code})))
            .await
            .is_err()
        {
            return left;
        }
    }
    if read(&format!("/sign-ups/{id}?wait=20")).await.is_ok()
        && let Ok(events) = read("/events?wait=20").await
    {
        left.events = ids(&events.body);
    }
    left
}

async fn go_on(visitor: &mut Visitor<'_>, left: &mut Left, handle: &str) {
    let begin = json!({"state": STATE, "signUp": handle});
    let Some(begun) = visitor.try_post("/api/begin", &begin).await else {
        return;
    };
    let url: Url = begun.body["authorizeUrl"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let code = visitor.come_back(url, "anna").await["code"].clone();
    let exchange = json!({"code": code, "state": STATE});
    left.code = Some(code);
    if let Some(answer) = visitor.try_post("/api/exchange", &exchange).await {
        left.session = Some(answer.assert_ok());
    }
}

/// The code for the site in the address that the visitor goes back to.
fn return_code(session: &Value) -> Option<String> {
    let url: Url = session["returnUrl"].as_str().unwrap().parse().unwrap();
    let mut pairs = url.query_pairs().into_owned();
    pairs.find_map(|(name, value)| (name == "sign_up_code").then_some(value))
}

fn ids(page: &Value) -> Vec<Value> {
    let events = page["events"].as_array().unwrap().iter();
    events.map(|event| event["id"].clone()).collect()
}

/// The page tries again. Returns its session, if there is one now.
async fn try_again(app: &TestApp, left: &Left, handle: &str) -> Option<Value> {
    if left.session.is_some() {
        return left.session.clone();
    }
    let mut visitor = app.visitor();
    visitor.cookies = left.cookies.clone();
    let Some(code) = &left.code else {
        let code = visitor.identify_for(handle, OTHER_STATE, "anna").await;
        return Some(visitor.exchange(&code, OTHER_STATE).await.assert_ok());
    };
    let answer = visitor.exchange(code, STATE).await;
    if answer.status == 200 {
        return Some(answer.body);
    }
    answer.assert_problem(409, "SIGN_UP_ENDED");
    let begin = json!({"state": OTHER_STATE, "signUp": handle});
    let answer = visitor.post("/api/begin", begin).await;
    answer.assert_problem(409, "SIGN_UP_ENDED");
    None
}

async fn is_token_stored(files: &Files, id: &str) -> bool {
    let stored = format!("SELECT id FROM sign_ups WHERE id = '{id}' AND exchanged_at IS NOT NULL");
    !files.query(&stored).await.is_empty()
}

fn token_calls(sandbox: &Sandbox) -> usize {
    let calls = sandbox.requests().into_iter();
    calls.filter(|call| call.path.ends_with("/token")).count()
}

async fn kill(sandbox: &Sandbox, site: &'static str, (before, moment, written): Point) {
    let what = format!("{site}: {moment:?}");
    let files = Files::new();
    let calls_before = token_calls(sandbox);
    let browsers = TrapProxy::bind().await;
    let servers = TrapProxy::bind().await;
    let authenteq = TrapProxy::bind().await;
    authenteq.pass_to(sandbox.url());
    let (mut command, assets) = with_store(sandbox.url(), &files, &CLAIMS);
    command.env("WEBKYC_API_URL", authenteq.url());
    let Running {
        mut program, app, ..
    } = Running::of(command, assets);
    browsers.pass_to(&app.address);
    servers.pass_to(&app.operator_address);
    let proxy = match before {
        Before::Browsers => &browsers,
        Before::Servers => &servers,
        Before::Authenteq => &authenteq,
    };
    proxy.arm(moment, program.killer());
    let app = TestApp::at(browsers.url(), servers.url());
    let (id, handle) = app.server(site).create("customer").await;
    let (left, ()) = tokio::join!(go(&app, site, &id, &handle), proxy.struck());
    program.wait();

    let is_stored = is_token_stored(&files, &id).await;
    match written {
        Written::Token => assert!(is_stored, "{what}"),
        Written::Nothing | Written::Fence => assert!(!is_stored, "{what}"),
        Written::Any => {}
    }
    let app = TestApp::take_over(sandbox.url(), &files).await;
    let server = app.server(site);
    let session = try_again(&app, &left, &handle).await;
    match written {
        Written::Nothing => assert!(session.is_some(), "{what}"),
        Written::Fence => assert!(session.is_none(), "{what}"),
        Written::Token | Written::Any => {}
    }
    let is_exchanged = is_stored || session.is_some();
    let code = session.as_ref().and_then(return_code);
    if let Some(code) = &code {
        let path = format!("/sign-ups/{id}/claim");
        let claimed = server.post(&path, json!({"code": code})).await;
        // It may have been taken before the kill.
        assert!([200, 409].contains(&claimed.status.as_u16()), "{what}");
    }
    let is_released = site == "shop" || code.is_some();
    let (status, reason) = if is_exchanged && is_released {
        ("verified", None)
    } else {
        // Not before its time.
        assert_eq!(server.sign_up(&id).await["status"], "returned", "{what}");
        let reason = if is_exchanged {
            app.advance_clock(601);
            "NOT_CLAIMED"
        } else {
            app.advance_clock(61);
            "OUTCOME_UNKNOWN"
        };
        ("failed", Some(reason))
    };
    let ended = server.sign_up_once(&id, status).await;
    assert_eq!(ended["lastReason"].as_str(), reason, "{what}");
    assert_eq!(
        ended.get("claims").is_some(),
        status == "verified",
        "{what}"
    );

    let page = server.get("/events").await.assert_ok();
    let events = vec![(format!("sign_up.{status}"), id.clone())];
    assert_eq!(server.events().await, events, "{what}");
    assert!(left.events.iter().all(|id| *id == page["events"][0]["id"]));
    // Whatever the clean-up does later: another sign-up shows that it has run.
    let body = json!({"reference": "other", "expiresIn": 300});
    let (other, _) = server.create_with(body).await;
    app.advance_clock(7200);
    server.sign_up_once(&other, "expired").await;
    let later = server.get("/events").await.assert_ok();
    assert_eq!(later["events"][0], page["events"][0], "{what}");
    assert_eq!(later["events"].as_array().unwrap().len(), 2, "{what}");
    assert_eq!(server.sign_up(&id).await, ended, "{what}");
    let calls = token_calls(sandbox) - calls_before;
    // Of a request whose sender was killed Authenteq may have read nothing.
    let expected = match (is_exchanged, moment.call, moment.side, moment.byte) {
        (true, ..) | (false, TOKEN, Answered, _) => 1..=1,
        (false, TOKEN, Asked, First) => 0..=0,
        _ => 0..=1,
    };
    assert!(expected.contains(&calls), "{what}: {calls} token calls");
}

async fn kill_at(site: &'static str, points: &[Point]) {
    let sandbox = sandbox().await;
    // The sandbox draws the person's documents.
    let files = Files::new();
    let app = TestApp::start_with_store(sandbox.url(), &files).await;
    let mut visitor = app.signed_up_as("anna").await;
    visitor.get("/api/details").await.assert_ok();
    for point in points {
        let killed = timeout(Duration::from_secs(120), kill(&sandbox, site, *point)).await;
        assert!(killed.is_ok(), "{site}: {point:?} takes too long");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_20_a_kill_at_any_moment_leaves_one_result_one_event_and_one_token_call() {
    kill_at("shop", &POINTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_21_the_same_holds_where_the_site_claims_its_sign_ups() {
    kill_at("bank", &POINTS).await;
    kill_at("bank", &CLAIMING).await;
}
