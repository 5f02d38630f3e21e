//! Eight faults in four phases of eight calls: each ends in time, gives its own error, and leaves
//! nothing behind.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use reqwest::{Method, RequestBuilder};
use rstest::rstest;
use serde_json::{Value, json};
use webkyc_backend::{
    Limits,
    authenteq::{self, Call, Deadlines, Format},
};
use webkyc_test_kit::fault_proxy::{Fault, FaultProxy, Phase};

use crate::{
    harness::{Flow, OTHER_STATE, STATE, TestApp, Visitor, eventually},
    stub::{Stub, exported},
};

const EXPORTS: [Call; 3] = [
    Call::Export(Format::Json),
    Call::Export(Format::Multipart),
    Call::Export(Format::Pdf),
];

/// The calls of a sign-up, in the order in which a page causes them.
fn calls(flow: Flow) -> Vec<Call> {
    let calls: &[Call] = match flow {
        Flow::WebKyc => &[Call::Token, Call::Details],
        Flow::WebIdv => &[Call::VerificationUrl, Call::Result, Call::DetailsExport],
    };
    [calls, &EXPORTS].concat()
}

/// Until the head of an answer, between two pieces of it, and for the whole of it.
const HEAD: Duration = Duration::from_millis(800);
const IDLE: Duration = Duration::from_millis(500);
const TOTAL: Duration = Duration::from_millis(2_500);
/// The extra time of a test on a busy machine.
const SLACK: Duration = Duration::from_millis(800);

/// As in production, but shorter, and without the breaker, so that each cell gets its own fault.
pub(crate) fn impatient() -> Limits {
    let deadlines = Deadlines {
        head: HEAD,
        total: TOTAL,
    };
    let authenteq = authenteq::CallLimits {
        token: deadlines,
        result: deadlines,
        verification_url: deadlines,
        details: deadlines,
        export: deadlines,
        idle: IDLE,
        token_body: 1 << 20,
        failures: usize::MAX,
        ..authenteq::CallLimits::default()
    };
    Limits {
        authenteq,
        ..Limits::default()
    }
}

/// The outcome in a browser.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Whole,
    Problem(u16, &'static str),
    /// The transfer broke off, visibly.
    Aborted,
}

/// The right outcome of a cell.
fn expected(call: Call, fault: Fault, phase: Phase) -> Outcome {
    // A call that may be repeated is repeated if no answer had begun, and is then refused.
    let is_refused =
        phase == Phase::Connecting || (phase == Phase::Headers && call.is_repeatable());
    let problem = match fault {
        Fault::Latency | Fault::Slicer => return Outcome::Whole,
        Fault::Silence | Fault::Bandwidth => Outcome::Problem(504, "UPSTREAM_TIMEOUT"),
        Fault::Down if is_refused => Outcome::Problem(502, "UPSTREAM_CONNECT"),
        Fault::Down | Fault::SlowClose | Fault::Reset | Fault::Cut => {
            Outcome::Problem(502, "UPSTREAM_FAILED")
        }
    };
    match (call, phase) {
        // The browser already has its beginning.
        (Call::Export(_), Phase::MidBody) => Outcome::Aborted,
        _ => problem,
    }
}

/// As in production where it is not time that ends a call: a busy machine is slow, too.
fn limits(fault: Fault) -> Limits {
    let mut limits = impatient();
    if !matches!(fault, Fault::Silence | Fault::Bandwidth) {
        let usual = authenteq::CallLimits::default();
        limits.authenteq.token = usual.token;
        limits.authenteq.result = usual.result;
        limits.authenteq.verification_url = usual.verification_url;
        limits.authenteq.details = usual.details;
        limits.authenteq.export = usual.export;
        limits.authenteq.idle = usual.idle;
    }
    limits
}

/// How long that takes at most.
fn limit(fault: Fault, phase: Phase) -> Duration {
    let is_head = matches!(phase, Phase::Connecting | Phase::Headers);
    match fault {
        Fault::Silence | Fault::Bandwidth if is_head => HEAD,
        Fault::Silence => IDLE,
        Fault::Latency | Fault::Slicer => authenteq::CallLimits::default().token.total,
        _ => TOTAL,
    }
}

fn request(visitor: &Visitor<'_>, call: Call) -> RequestBuilder {
    match call {
        Call::VerificationUrl => visitor
            .request(Method::POST, "/api/begin")
            .json(&json!({"state": STATE})),
        Call::Token | Call::Result => visitor
            .request(Method::POST, "/api/exchange")
            .json(&json!({"code": "code", "state": OTHER_STATE})),
        Call::Details | Call::DetailsExport => visitor.request(Method::GET, "/api/details"),
        Call::Export(format) => {
            visitor.request(Method::GET, &format!("/api/export/{}", format.name()))
        }
    }
}

async fn outcome(request: RequestBuilder, call: Call) -> Outcome {
    let Ok(response) = request.send().await else {
        return Outcome::Aborted;
    };
    let (status, length) = (response.status(), response.content_length());
    let Ok(body) = response.bytes().await else {
        return Outcome::Aborted;
    };
    if !status.is_success() {
        let problem: Value = serde_json::from_slice(&body).unwrap();
        let code = problem["code"].as_str().unwrap().to_owned();
        return Outcome::Problem(status.as_u16(), code.leak());
    }
    match call {
        Call::VerificationUrl => assert!(json_of(&body)["authorizeUrl"].is_string()),
        Call::Token | Call::Result => assert!(json_of(&body)["sessionId"].is_string()),
        Call::Details | Call::DetailsExport => {
            assert_eq!(json_of(&body)["documents"][0]["surname"], "A")
        }
        // A file that ends well is the file.
        Call::Export(format) => {
            assert!(body == exported(format), "{format:?}: another file");
            assert_eq!(length.is_some(), format != Format::Multipart);
        }
    }
    Outcome::Whole
}

fn json_of(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

async fn room(app: &TestApp) -> Vec<f64> {
    let mut room = Vec::new();
    for of in [
        "verification_url_calls",
        "token_calls",
        "details_calls",
        "export_calls",
        "details_bytes",
    ] {
        room.push(app.metric(&format!("webkyc_free{{of=\"{of}\"}}")).await);
    }
    room
}

/// The calls of a flow under one fault in one phase.
async fn cells(flow: Flow, fault: Fault, phase: Phase) {
    let stub = Stub::start().await;
    let proxy = FaultProxy::start(stub.address).await;
    let app = flow
        .start_limited(&proxy.url(), |_| {}, limits(fault))
        .await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    visitor.exchange("first", STATE).await.assert_ok();
    visitor.get("/api/details").await.assert_ok();
    visitor.begin(OTHER_STATE).await;
    let before = room(&app).await;
    assert!(before.iter().all(|free| *free > 0.0));

    for call in calls(flow) {
        let cell = format!("{} {fault:?} {phase:?}", call.name());
        let (connections, forwarded) = (proxy.connections(), proxy.forwarded());
        proxy.arm(Some((fault, phase))).await;
        let started = Instant::now();
        let outcome = outcome(request(&visitor, call), call).await;
        let elapsed = started.elapsed();
        assert_eq!(outcome, expected(call, fault, phase), "{cell}");
        let limit = limit(fault, phase) + SLACK;
        assert!(elapsed < limit, "{cell} took {elapsed:?}");

        if call.spends_code() {
            let is_down = fault == Fault::Down && phase == Phase::Connecting;
            let connected = usize::from(!is_down);
            assert_eq!(proxy.connections() - connections, connected, "{cell}");
            let sent = proxy.forwarded() - forwarded;
            assert_eq!(stub.times_spent("code"), sent, "{cell}");
        } else {
            assert!(proxy.connections() - connections <= 2, "{cell}");
        }
        eventually(&cell, async || {
            room(&app).await == before && proxy.open() == 0
        })
        .await;
        proxy.arm(None).await;
    }
}

/// All cells of these faults, a few at a time.
async fn survives(flow: Flow, faults: &[Fault]) {
    let cells = faults
        .iter()
        .flat_map(|fault| Phase::ALL.map(|phase| Box::pin(cells(flow, *fault, phase))));
    stream::iter(cells)
        .buffer_unordered(4)
        .collect::<Vec<()>>()
        .await;
}

#[rstest]
#[tokio::test]
async fn up_01_an_authenteq_that_is_down_or_goes_down_is_said_so(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    survives(flow, &[Fault::Down]).await;
}

#[rstest]
#[tokio::test]
async fn up_02_up_03_silence_before_or_in_an_answer_ends_at_the_limit(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    survives(flow, &[Fault::Silence]).await;
}

#[rstest]
#[tokio::test]
async fn up_04_a_trickle_ends_at_the_limit_though_it_never_stops(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    survives(flow, &[Fault::Bandwidth]).await;
}

#[rstest]
#[tokio::test]
async fn up_05_a_reset_is_a_failure_in_every_phase(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    survives(flow, &[Fault::Reset]).await;
}

#[rstest]
#[tokio::test]
async fn up_14_an_answer_that_ends_early_is_never_taken_for_a_whole_one(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    survives(flow, &[Fault::Cut, Fault::SlowClose]).await;
}

#[rstest]
#[tokio::test]
async fn late_and_sliced_answers_are_whole_in_the_end(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    survives(flow, &[Fault::Latency, Fault::Slicer]).await;
}
