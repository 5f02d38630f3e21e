//! The program is killed (SIGKILL) at moments between begin and event, by a proxy that sees the
//! moment's byte pass. Another takes over its database; the visitor and the site try again, and
//! time goes by.

use std::time::Duration;

use reqwest::{Method, Url};
use rstest::rstest;
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
    harness::{Answer, CLAIMS, Files, Flow, OTHER_STATE, STATE, TestApp, Visitor, sandbox},
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
const VERIFICATION_URL: &str = "GET /web-idv/verification-url";
const LOOK: &str = "GET /sign-ups/su_";
const CLAIM: &str = "POST /sign-ups/su_";
const EVENTS: &str = "GET /events";

fn points(flow: Flow) -> Vec<Point> {
    let (spend, details) = (flow.exchange_request(), flow.details_request());
    let mut points = vec![
        at(Before::Browsers, BEGIN, Asked, Last, Written::Nothing),
        at(Before::Browsers, BEGIN, Answered, First, Written::Nothing),
        at(Before::Browsers, EXCHANGE, Asked, First, Written::Nothing),
        at(Before::Browsers, EXCHANGE, Asked, Last, Written::Any),
        at(Before::Authenteq, spend, Asked, First, Written::Fence),
        at(Before::Authenteq, spend, Asked, Last, Written::Fence),
        at(Before::Authenteq, spend, Answered, First, Written::Fence),
        at(Before::Authenteq, details, Asked, First, Written::Token),
        at(Before::Authenteq, details, Answered, First, Written::Token),
        at(Before::Authenteq, details, Answered, Middle, Written::Token),
        at(Before::Authenteq, details, Answered, Last, Written::Token),
        at(Before::Browsers, EXCHANGE, Answered, First, Written::Token),
        at(Before::Servers, LOOK, Asked, Last, Written::Token),
        at(Before::Servers, EVENTS, Answered, First, Written::Token),
    ];
    points.extend(match flow {
        Flow::WebKyc => [
            at(Before::Authenteq, spend, Answered, Middle, Written::Fence),
            at(Before::Authenteq, spend, Answered, Last, Written::Any),
        ],
        // Of the result only the beginning is read.
        Flow::WebIdv => [
            at(
                Before::Authenteq,
                VERIFICATION_URL,
                Asked,
                Last,
                Written::Nothing,
            ),
            at(
                Before::Authenteq,
                VERIFICATION_URL,
                Answered,
                Last,
                Written::Nothing,
            ),
        ],
    });
    points
}

/// The moments that only a site which claims its sign-ups has.
const CLAIMING: [Point; 3] = [
    at(Before::Servers, CLAIM, Asked, First, Written::Token),
    at(Before::Servers, CLAIM, Asked, Last, Written::Token),
    at(Before::Servers, CLAIM, Answered, First, Written::Token),
];

/// The data that the visitor and the site still have when the program is gone.
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

/// Who goes on after the kill.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A program that starts then.
    Successor,
    /// A replica that ran beside the one that was killed.
    Replica,
}

async fn kill(flow: Flow, sandbox: &Sandbox, site: &'static str, point: Point, next: Next) {
    let (before, moment, written) = point;
    let what = format!("{site}: {moment:?}");
    let files = match next {
        Next::Successor => Files::new(),
        Next::Replica => Files::postgres(),
    };
    let calls_before = flow.exchanges(sandbox);
    let browsers = TrapProxy::bind().await;
    let servers = TrapProxy::bind().await;
    let authenteq = TrapProxy::bind().await;
    authenteq.pass_to(sandbox.url());
    let (mut command, assets) = with_store(sandbox.url(), &files, &CLAIMS);
    let url = authenteq.url();
    command.envs([("WEBKYC_API_URL", &url), ("WEBKYC_EXPORT_URL", &url)]);
    flow.configure(&mut command);
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
    let replica = match next {
        Next::Successor => None,
        Next::Replica => Some(flow.take_over(sandbox.url(), &files).await),
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
    let app = match replica {
        None => flow.take_over(sandbox.url(), &files).await,
        Some(replica) => {
            files.end_leases();
            replica.catch_up();
            replica
        }
    };
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
            app.advance_clock(flow.fence() + 1);
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
    let calls = flow.exchanges(sandbox) - calls_before;
    // Of a request whose sender was killed Authenteq may have read nothing.
    let spends = moment.call == flow.exchange_request();
    let expected = match (is_exchanged, spends, moment.side, moment.byte) {
        (true, ..) | (false, true, Answered, _) => 1..=1,
        (false, true, Asked, First) => 0..=0,
        _ => 0..=1,
    };
    assert!(expected.contains(&calls), "{what}: {calls} token calls");
}

async fn kill_at(flow: Flow, site: &'static str, points: &[Point], next: Next) {
    let sandbox = sandbox().await;
    // The sandbox draws the person's documents.
    let files = Files::new();
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let mut visitor = app.signed_up_as("anna").await;
    visitor.get("/api/details").await.assert_ok();
    for point in points {
        let killed = kill(flow, &sandbox, site, *point, next);
        let killed = timeout(Duration::from_secs(120), killed).await;
        assert!(killed.is_ok(), "{site}: {point:?} takes too long");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sup_20_a_kill_at_any_moment_leaves_one_result_one_event_and_one_token_call(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    kill_at(flow, "shop", &points(flow), Next::Successor).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sup_21_the_same_holds_where_the_site_claims_its_sign_ups(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    kill_at(flow, "bank", &points(flow), Next::Successor).await;
    kill_at(flow, "bank", &CLAIMING, Next::Successor).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sup_33_of_two_replicas_the_other_goes_on_and_makes_no_second_token_call(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    // Either may fetch the details, so the proxy before one of them may wait in vain.
    let is_details = |call: &str| call == flow.details_request();
    let points = points(flow).into_iter();
    let points = points.filter(|(_, moment, _)| !is_details(moment.call));
    kill_at(flow, "shop", &points.collect::<Vec<_>>(), Next::Replica).await;
}
