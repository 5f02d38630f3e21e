//! Answers that are malformed as HTTP or as bytes.

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
use webkyc_test_kit::raw_server::{RawServer, complete, read_request};

use crate::{
    fault_matrix::impatient,
    harness::{Answer, Flow, OTHER_STATE, eventually},
    stub::ID,
};

/// Answers the calls of a sign-up correctly, and every other call with these bytes.
async fn saying(flow: Flow, bytes: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> RawServer {
    RawServer::answering(move |line| flow.scripted(line).unwrap_or_else(|| bytes(line))).await
}

fn body() -> String {
    format!("{{\"id\":\"{ID}\",\"details\":{{\"surname\":\"A\"}}}}")
}

#[rstest]
#[tokio::test]
async fn up_14_details_that_end_at_any_byte_but_the_last_are_refused(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let plain = complete("application/json", &body());
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        body().len(),
        body()
    );
    for whole in [plain, chunked.into_bytes()] {
        let (length, cut) = (whole.len(), Arc::<AtomicUsize>::default());
        let place = cut.clone();
        let server = saying(flow, move |_| {
            whole[..place.load(Ordering::SeqCst)].to_vec()
        })
        .await;
        let mut limits = Limits::default();
        // The breaker must stay closed, so that each cut is tested.
        limits.authenteq.failures = usize::MAX;
        let app = flow.start_scripted(&server.url(), limits).await;
        let mut visitor = app.signed_up().await;
        for at in 1..length {
            cut.store(at, Ordering::SeqCst);
            // One address may fetch details only a limited number of times a minute.
            let client = format!("198.51.100.{}", at % 250);
            let request = visitor.request(reqwest::Method::GET, "/api/details");
            let request = request.header("x-forwarded-for", client);
            let answer = visitor.send(request).await;
            assert_eq!(answer.status, 502, "{at} of {length}: {}", answer.body);
            answer.assert_problem(502, "UPSTREAM_FAILED");
        }
        cut.store(length, Ordering::SeqCst);
        visitor.get("/api/details").await.assert_ok();
    }
}

#[rstest]
#[tokio::test]
async fn up_05_a_reset_after_the_last_byte_takes_nothing_away(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = RawServer::start(move |_, mut stream| {
        Box::pin(async move {
            let Some(line) = read_request(&mut stream).await else {
                return;
            };
            let answer = flow.scripted(&line);
            let answer = answer.unwrap_or_else(|| complete("application/json", &body()));
            stream.write_all(&answer).await.unwrap();
            let socket = socket2::SockRef::from(&stream);
            socket.set_linger(Some(Duration::ZERO)).unwrap();
        })
    })
    .await;
    let app = flow.start_scripted(&server.url(), Limits::default()).await;
    let mut visitor = app.signed_up().await;
    for _ in 0..10 {
        visitor.get("/api/details").await.assert_ok();
    }
    assert_eq!(server.connections(), flow.calls_to_sign_up() + 10);
}

#[rstest]
#[tokio::test]
async fn up_15_bytes_after_an_answer_are_no_part_of_it_and_of_no_other(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let evil = complete("application/json", "{\"details\":{\"surname\":\"EVIL\"}}");
    for more in [b"}".to_vec(), b"\r\n\r\nEVIL".to_vec(), evil] {
        let server = saying(flow, move |_| {
            let answer = complete("application/json", &body());
            let answer = String::from_utf8(answer).unwrap();
            let mut answer = answer.replace("Connection: close\r\n", "").into_bytes();
            answer.extend_from_slice(&more);
            answer
        })
        .await;
        let app = flow.start_scripted(&server.url(), Limits::default()).await;
        let mut visitor = app.signed_up().await;
        for calls in 1..=3 {
            let details = visitor.get("/api/details").await.assert_ok();
            assert_eq!(details["documents"][0]["surname"], "A");
            let connections = flow.calls_to_sign_up() + calls;
            assert_eq!(server.connections(), connections, "used again");
        }
    }
}

/// At most a mebibyte of any bytes.
fn a_mebibyte() -> Limits {
    Limits {
        authenteq: authenteq::CallLimits {
            details_body: 1 << 20,
            export_body: 1 << 20,
            ..authenteq::CallLimits::default()
        },
        ..Limits::default()
    }
}

#[rstest]
#[tokio::test]
async fn up_16_a_body_without_end_is_read_up_to_the_limit_and_no_further(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sent = Arc::<AtomicUsize>::default();
    let (count, exchanges) = (sent.clone(), Arc::<AtomicUsize>::default());
    let server = RawServer::start(move |_, mut stream| {
        let (sent, exchanges) = (count.clone(), exchanges.clone());
        Box::pin(async move {
            let Some(line) = read_request(&mut stream).await else {
                return;
            };
            let is_exchange = line.contains(flow.exchange_path());
            let is_later = is_exchange && exchanges.fetch_add(1, Ordering::SeqCst) > 0;
            if let Some(answer) = flow.scripted(&line).filter(|_| !is_later) {
                return stream.write_all(&answer).await.unwrap();
            }
            let status = if line.contains("as-pdf") { "400 Bad Request" } else { "200 OK" };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
            while stream.write_all(chunk.as_bytes()).await.is_ok() {
                sent.fetch_add(chunk.len(), Ordering::SeqCst);
            }
        })
    })
    .await;
    let app = flow.start_scripted(&server.url(), a_mebibyte()).await;
    let free = app.metric("webkyc_free{of=\"details_bytes\"}").await;
    let mut visitor = app.signed_up().await;
    // Sockets may buffer more than the limit.
    let is_little = || sent.swap(0, Ordering::SeqCst) < 9 << 20;

    let answer = visitor.get("/api/details").await;
    answer.assert_problem(502, "UPSTREAM_TOO_LARGE");
    assert!(is_little());
    eventually("free", async || {
        app.metric("webkyc_free{of=\"details_bytes\"}").await == free
    })
    .await;
    visitor.begin(OTHER_STATE).await;
    let answer = visitor.exchange("other", OTHER_STATE).await;
    answer.assert_problem(502, "UPSTREAM_TOO_LARGE");
    assert!(is_little());
    // The body of an error answer has no end either; its status alone decides.
    let export = app.operator(&format!("/export/pdf?verificationId={ID}"));
    let answer = Answer::read(export).await;
    answer.assert_problem(502, "UPSTREAM_CONFIG");
    assert!(is_little());
}

#[rstest]
#[tokio::test]
async fn up_16_a_gibibyte_that_is_announced_is_not_waited_for(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let announced = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n{\"details\":{},\"x\":\"";
    let server = saying(flow, move |_| announced.into()).await;
    let app = flow.start_scripted(&server.url(), Limits::default()).await;
    let free = app.metric("webkyc_free{of=\"details_bytes\"}").await;
    let mut visitor = app.signed_up().await;
    let answer = visitor.get("/api/details").await;
    answer.assert_problem(502, "UPSTREAM_TOO_LARGE");
    let path = format!("/export/json?verificationId={ID}");
    let answer = Answer::read(app.operator(&path)).await;
    answer.assert_problem(502, "UPSTREAM_TOO_LARGE");
    eventually("free", async || {
        app.metric("webkyc_free{of=\"details_bytes\"}").await == free
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn up_18_headers_without_measure_are_refused(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let good = String::from_utf8(complete("application/json", &body())).unwrap();
    let after_status = "HTTP/1.1 200 OK\r\n".len();
    let with = |headers: String| {
        let mut answer = good.clone();
        answer.insert_str(after_status, &headers);
        answer
    };
    let many: String = (0..200).map(|n| format!("X-{n}: y\r\n")).collect();
    let large = format!("X-Large: {}\r\n", "y".repeat(1 << 20));
    let folded = "X-Folded: a\r\n b\r\n".to_owned();
    for answer in [with(many), with(large), with(folded)] {
        let server = saying(flow, move |_| answer.clone().into()).await;
        let app = flow.start_scripted(&server.url(), Limits::default()).await;
        let mut visitor = app.signed_up().await;
        let answer = visitor.get("/api/details").await;
        answer.assert_problem(502, "UPSTREAM_FAILED");
    }
}

#[rstest]
#[tokio::test]
async fn up_18_preliminary_answers_without_end_are_no_answer(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = RawServer::start(move |_, mut stream| {
        Box::pin(async move {
            let Some(line) = read_request(&mut stream).await else {
                return;
            };
            if let Some(answer) = flow.scripted(&line) {
                return stream.write_all(&answer).await.unwrap();
            }
            let preliminary = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(100);
            while stream.write_all(preliminary.as_bytes()).await.is_ok() {}
        })
    })
    .await;
    let app = flow.start_scripted(&server.url(), impatient()).await;
    let mut visitor = app.signed_up().await;
    let started = Instant::now();
    let answer = visitor.get("/api/details").await;
    answer.assert_problem(504, "UPSTREAM_TIMEOUT");
    assert!(started.elapsed() < Duration::from_secs(5));
}
