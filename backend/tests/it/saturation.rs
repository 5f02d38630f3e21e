//! More at a time than there is room for, and clients that do not wait for what they asked.

use std::time::{Duration, Instant};

use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use socket2::SockRef;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use webkyc_backend::{Limits, authenteq};
use webkyc_test_kit::{
    fault_proxy::{Fault, FaultProxy, Phase},
    raw_server::{RawServer, complete},
};

use crate::{
    fault_matrix::impatient,
    harness::{OTHER_STATE, STATE, TestApp, Visitor, eventually},
    stand_in::{SIZE, StandIn},
};

async fn free(app: &TestApp, of: &str) -> f64 {
    app.metric(&format!("webkyc_free{{of=\"{of}\"}}")).await
}

async fn signed_in(app: &TestApp) -> Visitor<'_> {
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    visitor.exchange("code", STATE).await.assert_ok();
    visitor.get("/api/details").await.assert_ok();
    visitor
}

const MEBIBYTE: usize = 1 << 20;

/// So many bytes of a picture in base64: the signature, a header that says one pixel, and then nothing
/// that matters.
fn picture(bytes: usize) -> String {
    let mut image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0".to_vec();
    image.resize(bytes, 7);
    BASE64_STANDARD.encode(image)
}

#[tokio::test(flavor = "multi_thread")]
async fn fe_12_forty_details_at_once_are_each_whole_or_turned_away() {
    let image = picture(6 * MEBIBYTE);
    let body = json!({"token": "ey", "details": {"surname": "A", "faceImage": image}});
    let large = complete("application/json", &body.to_string());
    let small = complete("application/json", "{\"token\":\"ey\"}");
    let server = RawServer::answering(move |line| {
        if line.starts_with("POST") {
            small.clone()
        } else {
            large.clone()
        }
    })
    .await;
    let mut limits = Limits::default();
    // Room for two answers, and nobody waits for it.
    limits.authenteq.buffered = 20 * MEBIBYTE;
    limits.authenteq.wait = Duration::ZERO;
    let app = TestApp::start_limited(&server.url(), |_| {}, limits).await;
    let before = free(&app, "details_bytes").await;
    let mut visitors = Vec::new();
    for n in 0..40 {
        let mut visitor = app.visitor();
        visitor.from = Some(format!("198.51.100.{n}"));
        visitor.begin(STATE).await;
        visitor.exchange("code", STATE).await.assert_ok();
        visitors.push(visitor);
    }

    let answers = visitors.iter().map(async |visitor| {
        let response = visitor.request(Method::GET, "/api/details").send().await;
        let response = response.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        if status == 200 {
            // Not with assert_eq, which would print it.
            assert!(body["documents"][0]["faceImage"]["content"] == image.as_str());
        } else {
            assert_eq!((status, &body["code"]), (503, &json!("OVERLOADED")));
            assert_eq!(headers["retry-after"], "1");
            assert_eq!(body["retryable"], true);
        }
        status
    });
    let answers = join_all(answers).await;
    let whole = answers.iter().filter(|status| **status == 200).count();
    assert!((1..40).contains(&whole), "{whole} of 40");
    eventually("bytes come back", async || {
        free(&app, "details_bytes").await == before
    })
    .await;
    let details = visitors[0].get("/api/details").await;
    assert_eq!(details.status, 200, "there is room again");
}

#[tokio::test]
async fn fe_13_an_answer_takes_the_memory_that_it_needs_and_no_more() {
    let spaced = |content: String| format!("{} {}", &content[..8], &content[8..]);
    for (content, is_announced, enough, too_little) in [
        // It is held once.
        (picture(3 * MEBIBYTE), true, 5 * MEBIBYTE, 3 * MEBIBYTE),
        // What is not right as it stands is copied.
        (spaced(picture(MEBIBYTE)), true, 5 * MEBIBYTE, 3 * MEBIBYTE),
        // Nobody knows how much comes.
        (picture(100), false, MEBIBYTE / 4, MEBIBYTE / 32),
        (picture(3 * MEBIBYTE), false, 13 * MEBIBYTE, 5 * MEBIBYTE),
    ] {
        let body = json!({"details": {"surname": "A", "faceImage": content}}).to_string();
        let token = complete("application/json", "{\"token\":\"ey\"}");
        let details = if is_announced {
            complete("application/json", &body)
        } else {
            let head =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
            [head, &body].concat().into_bytes()
        };
        let server = RawServer::answering(move |line| {
            if line.starts_with("POST") {
                token.clone()
            } else {
                details.clone()
            }
        })
        .await;
        for buffered in [enough, too_little] {
            let mut limits = Limits::default();
            limits.authenteq.buffered = buffered;
            limits.authenteq.wait = Duration::ZERO;
            let app = TestApp::start_limited(&server.url(), |_| {}, limits).await;
            let mut visitor = app.visitor();
            visitor.begin(STATE).await;
            visitor.exchange("code", STATE).await.assert_ok();
            let details = visitor.get("/api/details").await;
            let what = format!("{} in {buffered}", content.len());
            if buffered == enough {
                let details = details.assert_ok();
                let read = &details["documents"][0]["faceImage"]["content"];
                // Not with assert_eq, which would print it.
                assert!(read == content.replace(' ', "").as_str(), "{what}");
            } else {
                assert_eq!(details.status, 503, "{what}");
            }
            eventually("bytes come back", async || {
                free(&app, "details_bytes").await == buffered as f64
            })
            .await;
        }
    }
}

/// Sends the request on a socket of its own.
async fn ask(visitor: &Visitor<'_>, path: &str) -> TcpStream {
    let address = visitor.app.address.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    let cookies: Vec<_> = visitor.cookies.iter().collect();
    let cookies: Vec<_> = cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: kyc.example\r\nX-WebKYC: 1\r\nCookie: {}\r\n\r\n",
        cookies.join("; ")
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    socket
}

#[tokio::test]
async fn fe_14_a_client_that_hangs_up_frees_its_place_and_memory() {
    let stand_in = StandIn::start().await;
    let proxy = FaultProxy::start(stand_in.address).await;
    // Nothing else than the client ends these calls within the test.
    let mut limits = impatient();
    let deadlines = authenteq::Limits::default().export;
    limits.authenteq.details = deadlines;
    limits.authenteq.export = deadlines;
    limits.authenteq.idle = Duration::from_secs(60);
    let app = TestApp::start_limited(&proxy.url(), |_| {}, limits).await;
    let visitor = signed_in(&app).await;
    let kinds = ["details_calls", "export_calls", "details_bytes"];
    let room = async || join_all(kinds.map(|of| free(&app, of))).await;
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

#[tokio::test]
async fn fe_14_an_exchange_goes_on_when_its_client_hangs_up() {
    let stand_in = StandIn::start().await;
    let proxy = FaultProxy::start(stand_in.address).await;
    let app = TestApp::start_limited(&proxy.url(), |_| {}, impatient()).await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    proxy.arm(Some((Fault::Latency, Phase::Headers))).await;
    let request = visitor.request(Method::POST, "/api/exchange");
    let request = request.json(&json!({"code": "code", "state": STATE}));
    let asking = tokio::spawn(request.send());
    eventually("sent", async || stand_in.token_calls("code") == 1).await;
    asking.abort();
    // The code is spent, and what it brought is still to be had.
    visitor.exchange("code", STATE).await.assert_ok();
    assert_eq!(stand_in.token_calls("code"), 1);
}

#[tokio::test]
async fn fe_15_exports_that_take_all_their_places_take_none_of_a_sign_ups() {
    let stand_in = StandIn::start().await;
    let proxy = FaultProxy::start(stand_in.address).await;
    let mut limits = impatient();
    limits.authenteq.calls = 2;
    limits.authenteq.waiting_calls = 1;
    limits.authenteq.wait = Duration::from_millis(200);
    limits.authenteq.export = authenteq::Limits::default().export;
    limits.authenteq.idle = Duration::from_secs(60);
    let app = TestApp::start_limited(&proxy.url(), |_| {}, limits).await;
    let mut visitor = signed_in(&app).await;

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
    assert_eq!(free(&app, "export_calls").await, 0.0);
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
        free(&app, "export_calls").await == 2.0
    })
    .await;
    let request = visitor.request(Method::GET, "/api/export/pdf");
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn fe_03_an_honest_reader_who_is_slow_gets_the_whole_export() {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.resize(24 << 20, b'x');
    pdf.extend_from_slice(b"\n%%EOF\n");
    let answer = complete("application/pdf", &String::from_utf8(pdf.clone()).unwrap());
    let server = RawServer::answering(move |_| answer.clone()).await;
    let mut limits = Limits::default();
    // What counts is how long Authenteq takes, and that is ready at once.
    limits.authenteq.export.total = Duration::from_secs(2);
    let app = TestApp::start_limited(&server.url(), |_| {}, limits).await;
    let path = format!("/export/pdf?verificationId={}", crate::stand_in::ID);
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
    let limits = Limits {
        requests: 1,
        ..Limits::default()
    };
    let app = TestApp::start_limited("http://127.0.0.1:9", |_| {}, limits).await;
    let address = app.address.strip_prefix("http://").unwrap();
    let mut half = TcpStream::connect(address).await.unwrap();
    let head = "POST /api/begin HTTP/1.1\r\nHost: kyc.example\r\nX-WebKYC: 1\r\n\
        Origin: https://kyc.example\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    half.write_all(head.as_bytes()).await.unwrap();
    // It is under way, as far as the metrics know, and others are served.
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
