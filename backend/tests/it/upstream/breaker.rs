//! Repeated failures of Authenteq, and stale connections.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rstest::rstest;
use tokio::io::AsyncWriteExt;
use webkyc_backend::{Limits, authenteq};
use webkyc_test_kit::{
    fault_proxy::{Fault, FaultProxy, Phase},
    raw_server::{RawServer, complete, read_request},
};

use crate::{
    harness::{Flow, STATE, eventually},
    stub::Stub,
};

#[rstest]
#[tokio::test]
async fn up_25_an_authenteq_that_fails_again_and_again_is_left_alone_and_tried_later(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let stub = Stub::start().await;
    let proxy = FaultProxy::start(stub.address).await;
    let limits = Limits {
        authenteq: authenteq::CallLimits {
            failures: 4,
            rest: Duration::from_secs(4),
            token_body: 1 << 20,
            ..authenteq::CallLimits::default()
        },
        ..Limits::default()
    };
    let app = flow.start_limited(&proxy.url(), |_| {}, limits).await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    visitor.exchange("first", STATE).await.assert_ok();
    let mut waiting = app.visitor();
    waiting.begin(STATE).await;

    // Resets and refused connections: four in all.
    proxy.arm(Some((Fault::Reset, Phase::Headers))).await;
    for _ in 0..2 {
        let answer = visitor.get("/api/details").await;
        answer.assert_problem(502, "UPSTREAM_FAILED");
    }
    proxy.arm(Some((Fault::Down, Phase::Connecting))).await;
    for _ in 0..2 {
        let answer = visitor.get("/api/details").await;
        answer.assert_problem(502, "UPSTREAM_CONNECT");
    }
    // It is back, but still not called, not even for a token: that call uses the same host.
    proxy.arm(None).await;
    let connections = proxy.connections();
    let started = Instant::now();
    let mut refusals = vec![waiting.exchange("second", STATE).await];
    for _ in 0..20 {
        refusals.push(visitor.get("/api/details").await);
    }
    assert!(started.elapsed() < Duration::from_secs(3), "not fast");
    for answer in refusals {
        answer.assert_problem(503, "UPSTREAM_BUSY");
        let wait: u32 = answer.headers["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=4).contains(&wait));
        assert_eq!(answer.body["retryable"], true);
    }
    assert_eq!(proxy.connections(), connections);
    // None of the four failed calls reached Authenteq, so the visitor's code is unspent.
    eventually("tried again", async || {
        visitor
            .clone()
            .get("/api/details")
            .await
            .status
            .is_success()
    })
    .await;
    waiting.exchange("second", STATE).await.assert_ok();
    assert_eq!(stub.times_spent("second"), 1);
}

#[rstest]
#[tokio::test]
async fn up_06_a_connection_that_was_closed_while_idle_is_replaced_unseen(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let requests = Arc::<AtomicUsize>::default();
    let count = requests.clone();
    // Announces keep-alive, and resets each connection when it is used again.
    let server = RawServer::start(move |_, mut stream| {
        let requests = count.clone();
        Box::pin(async move {
            let Some(line) = read_request(&mut stream).await else {
                return;
            };
            requests.fetch_add(1, Ordering::SeqCst);
            let details = || complete("application/json", "{\"details\":{\"surname\":\"A\"}}");
            let answer = flow.scripted(&line).unwrap_or_else(details);
            let answer = String::from_utf8(answer).unwrap();
            let answer = answer.replace("Connection: close\r\n", "");
            stream.write_all(answer.as_bytes()).await.unwrap();
            // Waits for a byte of the next request, which is lost.
            stream.readable().await.unwrap();
            socket2::SockRef::from(&stream)
                .set_linger(Some(Duration::ZERO))
                .unwrap();
        })
    })
    .await;
    let app = flow.start_scripted(&server.url(), Limits::default()).await;
    for n in 0..5 {
        let mut visitor = app.visitor();
        visitor.begin(STATE).await;
        // It opens a new connection, which cannot be stale.
        let before = requests.load(Ordering::SeqCst);
        let code = format!("code{n}");
        visitor.exchange(&code, STATE).await.assert_ok();
        assert_eq!(requests.load(Ordering::SeqCst), before + 1);
        for _ in 0..2 {
            visitor.get("/api/details").await.assert_ok();
        }
    }
    let calls = 5 * (flow.calls_to_sign_up() + 2);
    assert_eq!(requests.load(Ordering::SeqCst), calls);
    // Every connection served one call, and no caller saw a failure.
    assert_eq!(server.connections(), calls);
}
