//! More requests than the limits allow, and clients that disconnect.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use socket2::SockRef;
use tokio::{io::AsyncReadExt, net::TcpStream};
use webkyc_backend::{
    Limits,
    authenteq::{self, Deadlines},
};
use webkyc_test_kit::{
    fault_proxy::{Fault, FaultProxy, Phase},
    raw_server::{RawServer, complete},
    wire,
};

use crate::{
    fault_matrix::impatient,
    harness::{Flow, OTHER_STATE, STATE, TestApp, Visitor, eventually},
    stub::{SIZE, Stub},
};

/// A visitor who has signed up and read the details, as required by exports.
async fn with_details(app: &TestApp) -> Visitor<'_> {
    let mut visitor = app.signed_up().await;
    visitor.get("/api/details").await.assert_ok();
    visitor
}

/// Sends the request on a separate socket.
async fn ask(visitor: &Visitor<'_>, path: &str) -> TcpStream {
    let cookies: Vec<_> = visitor.cookies.iter().collect();
    let cookies: Vec<_> = cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: kyc.example\r\nX-WebKYC: 1\r\nCookie: {}\r\n\r\n",
        cookies.join("; ")
    );
    wire::send(&visitor.app.address, request).await
}

#[rstest]
#[tokio::test]
async fn fe_14_a_client_that_hangs_up_frees_its_place_and_memory(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let stub = Stub::start().await;
    let proxy = FaultProxy::start(stub.address).await;
    // Only the client ends these calls within the test.
    let mut limits = impatient();
    let deadlines = authenteq::CallLimits::default().export;
    limits.authenteq.details = deadlines;
    limits.authenteq.export = deadlines;
    limits.authenteq.idle = Duration::from_secs(60);
    let app = flow.start_limited(&proxy.url(), |_| {}, limits).await;
    let visitor = with_details(&app).await;
    let kinds = ["details_calls", "export_calls", "details_bytes"];
    let room = async || join_all(kinds.map(|of| app.free(of))).await;
    let before = room().await;

    for (path, phase) in [
        ("/api/details", Phase::Headers),
        ("/api/details", Phase::MidBody),
        ("/api/export/pdf", Phase::Headers),
        ("/api/export/pdf", Phase::MidBody),
        ("/api/export/multipart", Phase::MidBody),
    ] {
        for is_reset in [false, true] {
            proxy.arm(Some((Fault::Silence, phase))).await;
            let forwarded = proxy.forwarded();
            let mut socket = ask(&visitor, path).await;
            let what = format!("{path} {phase:?}");
            eventually(&what, async || {
                proxy.forwarded() > forwarded && room().await != before
            })
            .await;
            if path != "/api/details" && phase == Phase::MidBody {
                // In the middle of the file, too.
                let mut some = vec![0; SIZE / 10];
                socket.read_exact(&mut some).await.unwrap();
            }
            if is_reset {
                SockRef::from(&socket)
                    .set_linger(Some(Duration::ZERO))
                    .unwrap();
            }
            drop(socket);
            let started = Instant::now();
            eventually(&what, async || room().await == before && proxy.open() == 0).await;
            assert!(started.elapsed() < Duration::from_secs(1), "{what}");
            proxy.arm(None).await;
        }
    }
    visitor.clone().get("/api/details").await.assert_ok();
}

#[rstest]
#[tokio::test]
async fn fe_14_an_exchange_goes_on_when_its_client_hangs_up(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let stub = Stub::start().await;
    let proxy = FaultProxy::start(stub.address).await;
    let app = flow.start_limited(&proxy.url(), |_| {}, impatient()).await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    proxy.arm(Some((Fault::Latency, Phase::Headers))).await;
    let request = visitor.request(Method::POST, "/api/exchange");
    let request = request.json(&json!({"code": "code", "state": STATE}));
    let asking = tokio::spawn(request.send());
    eventually("sent", async || stub.times_spent("code") == 1).await;
    asking.abort();
    // The code is spent, and its outcome is still available.
    visitor.exchange("code", STATE).await.assert_ok();
    assert_eq!(stub.times_spent("code"), 1);
}

#[rstest]
#[tokio::test]
async fn fe_15_exports_that_take_all_their_places_take_none_of_a_sign_ups(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let stub = Stub::start().await;
    let proxy = FaultProxy::start(stub.address).await;
    let mut limits = impatient();
    limits.authenteq.calls = 2;
    limits.authenteq.waiting_calls = 1;
    limits.authenteq.wait = Duration::from_millis(200);
    limits.authenteq.export = authenteq::CallLimits::default().export;
    limits.authenteq.idle = Duration::from_secs(60);
    let app = flow.start_limited(&proxy.url(), |_| {}, limits).await;
    let mut visitor = with_details(&app).await;

    proxy.arm(Some((Fault::Silence, Phase::MidBody))).await;
    let mut slow = Vec::new();
    for (path, from) in [
        ("/api/export/pdf", "192.0.2.1"),
        ("/api/export/json", "192.0.2.2"),
    ] {
        visitor.from = Some(from.into());
        let mut response = visitor.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(response.chunk().await.unwrap().is_some());
        slow.push(response);
    }
    proxy.arm(None).await;
    assert_eq!(app.free("export_calls").await, 0.0);
    let answer = visitor.get("/api/export/pdf").await;
    answer.assert_problem(503, "OVERLOADED");
    assert_eq!(answer.headers["retry-after"], "1");

    visitor.get("/api/session").await.assert_ok();
    visitor.get("/api/details").await.assert_ok();
    visitor.begin(OTHER_STATE).await;
    visitor.exchange("other", OTHER_STATE).await.assert_ok();
    visitor.get("/api/details").await.assert_ok();

    drop(slow);
    eventually("places come back", async || {
        app.free("export_calls").await == 2.0
    })
    .await;
    let request = visitor.request(Method::GET, "/api/export/pdf");
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn fe_03_an_honest_reader_who_is_slow_gets_the_whole_export(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.resize(24 << 20, b'x');
    pdf.extend_from_slice(b"\n%%EOF\n");
    let answer = complete("application/pdf", &String::from_utf8(pdf.clone()).unwrap());
    let server = RawServer::answering(move |_| answer.clone()).await;
    let mut limits = Limits::default();
    // Only Authenteq's time counts, and this one answers at once.
    limits.authenteq.export.total = Duration::from_secs(2);
    let app = flow.start_limited(&server.url(), |_| {}, limits).await;
    let path = format!("/export/pdf?verificationId={}", crate::stub::ID);
    let began = Instant::now();
    let mut response = app.operator(&path).send().await.unwrap();
    let mut read = response.chunk().await.unwrap().unwrap().to_vec();
    eventually("the time that Authenteq has is over", async || {
        began.elapsed() > Duration::from_secs(3)
    })
    .await;
    while let Some(piece) = response.chunk().await.unwrap() {
        read.extend_from_slice(&piece);
    }
    assert!(read == pdf, "{} bytes of {}", read.len(), pdf.len());
}

#[tokio::test]
async fn fe_02_half_a_body_takes_no_place_from_others() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let head = "POST /api/begin HTTP/1.1\r\nHost: kyc.example\r\nX-WebKYC: 1\r\n\
        Origin: https://kyc.example\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    let _half = wire::send(&app.address, head).await;
    // The metrics show it as under way, and other requests are served.
    eventually("begun", async || {
        app.metric("webkyc_requests_in_flight").await >= 2.0
    })
    .await;
    app.visitor().get("/api/config").await.assert_ok();
    assert_eq!(
        app.bare(Method::GET, "/").send().await.unwrap().status(),
        200
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn fe_31_far_more_requests_than_places_are_all_served_in_turn(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let stub = Stub::start().await;
    let mut limits = impatient();
    limits.authenteq.calls = 4;
    // However slow this machine is.
    limits.authenteq.wait = Duration::from_secs(120);
    limits.authenteq.details = Deadlines {
        head: Duration::from_secs(120),
        total: Duration::from_secs(120),
    };
    let app = flow.start_limited(&stub.url(), |_| {}, limits).await;
    let mut visitors = Vec::new();
    for n in 0..200 {
        visitors.push(app.signed_up_from(format!("192.0.2.{n}")).await);
    }
    let asked = visitors.iter().flat_map(|visitor| [visitor; 4]);
    let answers = join_all(asked.map(async |visitor| {
        let request = visitor.request(Method::GET, "/api/details");
        request.send().await.unwrap().status()
    }));
    for status in answers.await {
        assert_eq!(status, 200);
    }
}

#[tokio::test]
async fn fe_05_beyond_the_connections_a_probe_is_answered_and_anything_else_refused_at_once() {
    let app = TestApp::start_full("http://127.0.0.1:9", |_| {}, 2).await;
    let page = "GET / HTTP/1.1\r\nHost: kyc.example\r\n\r\n";
    let mut inside = Vec::new();
    for _ in 0..2 {
        let mut socket = wire::send(&app.address, page).await;
        assert!(socket.read_u8().await.is_ok());
        inside.push(socket);
    }
    let refused = wire::ask(&app.address, page).await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.json()["code"], "OVERLOADED");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("connection"), Some("close"));
    assert_eq!(refused.header("cache-control"), Some("no-store"));
    for path in ["/healthz", "/readyz"] {
        let probe = format!("GET {path} HTTP/1.1\r\nHost: 10.0.0.7\r\n\r\n");
        let answer = wire::ask(&app.address, &probe).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("connection"), Some("close"));
    }
    let refusals = "webkyc_problems_total{code=\"OVERLOADED\"}";
    assert_eq!(app.metric(refusals).await, 1.0);
    drop(inside.pop());
    eventually("there is room again", async || {
        app.bare(Method::GET, "/").send().await.unwrap().status() == 200
    })
    .await;
}
