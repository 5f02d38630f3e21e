//! The call that takes a code: the result is megabytes, and only its id is read.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use webkyc_backend::Limits;
use webkyc_test_kit::raw_server::{RawServer, complete, read_request};

use crate::{
    harness::{Answer, Flow, STATE, TestApp},
    stub::ID,
};

const RESULT: &str = "/web-idv/verification-result";

/// The exchange with an Authenteq that answers the call with these bytes.
async fn exchange(result: Vec<u8>, limits: Limits) -> (Answer, usize) {
    let answer = move |line: &str| {
        if line.contains(RESULT) {
            result.clone()
        } else {
            Flow::WebIdv.scripted(line).unwrap()
        }
    };
    let server = RawServer::answering(answer).await;
    let app = Flow::WebIdv.start_scripted(&server.url(), limits).await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    let answer = visitor.exchange("code", STATE).await;
    (answer, visitor.open_cookies())
}

#[tokio::test]
async fn oa_19_an_odd_result_sets_nothing() {
    let (upper, other) = (ID.to_uppercase(), "00000000-0000-4000-8000-000000000000");
    let json = |body: Value| complete("application/json", &body.to_string());
    let raw = |body: &str| complete("application/json", body);
    let large = format!("{{\"x\":\"{}\",\"id\":\"{ID}\"}}", "a".repeat(1 << 20));
    let table = [
        (json(json!({})), 502, "UPSTREAM_BAD_BODY"),
        (json(json!({"id": 7})), 502, "UPSTREAM_BAD_BODY"),
        (json(json!({"id": ""})), 502, "UPSTREAM_BAD_BODY"),
        (json(json!({"id": upper})), 502, "UPSTREAM_BAD_BODY"),
        (json(json!({"id": "../details"})), 502, "UPSTREAM_BAD_BODY"),
        (json(json!({"id": [ID]})), 502, "UPSTREAM_BAD_BODY"),
        (json(json!([{"id": ID}])), 502, "UPSTREAM_BAD_BODY"),
        (
            json(json!({"verification": {"id": ID}})),
            502,
            "UPSTREAM_BAD_BODY",
        ),
        (json(json!({"token": "ey"})), 502, "UPSTREAM_BAD_BODY"),
        (
            raw(&format!("{{\"a\":\"\\\"id\\\":\\\"{ID}\\\"\"}}")),
            502,
            "UPSTREAM_BAD_BODY",
        ),
        (raw("<html>"), 502, "UPSTREAM_BAD_BODY"),
        (raw(""), 502, "UPSTREAM_BAD_BODY"),
        (raw(&large), 502, "UPSTREAM_TOO_LARGE"),
        (
            complete("text/html", &format!("{{\"id\":\"{ID}\"}}")),
            502,
            "UPSTREAM_BAD_TYPE",
        ),
        // UP-20: an error under a 200, before anything else.
        (
            raw(&format!(
                "{{\"errorCode\":\"INVALID_REQUEST_PARAMETER\",\"id\":\"{other}\"}}"
            )),
            400,
            "CODE_REJECTED",
        ),
        (
            json(json!({"errorCode": "API_KEYS_BAD"})),
            502,
            "UPSTREAM_AUTH",
        ),
    ];
    for (n, (result, status, code)) in table.into_iter().enumerate() {
        let mut limits = Limits::default();
        limits.authenteq.export_body = 1 << 20;
        let (answer, cookies) = exchange(result, limits).await;
        assert_eq!(answer.body["code"], code, "case {n}");
        answer.assert_problem(status, code);
        assert_eq!(answer.body["retryable"], false, "case {n}");
        assert_eq!(
            cookies, 0,
            "case {n}: the flow is over: the code may be spent"
        );
    }
}

#[tokio::test]
async fn the_id_is_found_wherever_it_is() {
    let image = "a".repeat(3 << 20);
    let face = json!({"contentType": "image/jpeg", "content": image}).to_string();
    for result in [
        format!("{{\"id\":\"{ID}\"}}"),
        format!("\n{{ \"status\" : \"PASSED\" , \"id\" : \"{ID}\" }}"),
        format!(
            "{{\"livenessFaceImage\":{face},\"documentData\":{{\"id\":\"x\"}},\"id\":\"{ID}\"}}"
        ),
        format!("{{\"a\":\"\\ud800\",\"b\":1e999,\"errorCode\":null,\"id\":\"{ID}\"}}"),
        // The first one counts.
        format!("{{\"id\":\"{ID}\",\"id\":\"x\"}}"),
    ] {
        let chunked = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{result}\r\n0\r\n\r\n",
            result.len(),
        );
        for answer in [complete("application/json", &result), chunked.into_bytes()] {
            let (answer, cookies) = exchange(answer, Limits::default()).await;
            answer.assert_ok();
            assert_eq!(cookies, 1);
        }
    }
}

/// Sends the head and the beginning of a result, and then what `rest` says; notes when the other
/// side hangs up.
async fn unending(rest: &'static str) -> (RawServer, tokio::sync::mpsc::Receiver<usize>) {
    let (hung_up, was_hung_up) = tokio::sync::mpsc::channel(1);
    let server = RawServer::start(move |_, mut stream| {
        let hung_up = hung_up.clone();
        Box::pin(async move {
            let Some(line) = read_request(&mut stream).await else {
                return;
            };
            if !line.contains(RESULT) {
                let answer = Flow::WebIdv.scripted(&line).unwrap();
                return stream.write_all(&answer).await.unwrap();
            }
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 30000000\r\n\r\n";
            stream.write_all(head.as_bytes()).await.unwrap();
            let start = format!("{{\"id\":\"{ID}\",\"livenessFaceImage\":{{\"content\":\"");
            stream.write_all(start.as_bytes()).await.unwrap();
            let mut sent = start.len();
            while !rest.is_empty() && stream.write_all(rest.as_bytes()).await.is_ok() {
                sent += rest.len();
            }
            let _ = stream.read(&mut [0]).await;
            let _ = hung_up.send(sent).await;
        })
    })
    .await;
    (server, was_hung_up)
}

#[tokio::test]
async fn up_16_a_result_is_read_up_to_its_id_and_no_further() {
    for rest in ["", "abcdefghijklmnopqrstuvwxyz012345"] {
        let (server, mut hung_up) = unending(rest).await;
        let app: TestApp = Flow::WebIdv
            .start_scripted(&server.url(), Limits::default())
            .await;
        let mut visitor = app.visitor();
        visitor.begin(STATE).await;
        let began = Instant::now();
        visitor.exchange("code", STATE).await.assert_ok();
        assert!(began.elapsed() < Duration::from_secs(5), "{rest}");
        let sent = hung_up.recv().await.unwrap();
        // Sockets may buffer some of it.
        assert!(sent < 20_000_000, "{sent}");
        let calls = "webkyc_authenteq_calls_total{call=\"verification_result\",outcome=\"ok\"}";
        assert_eq!(app.metric(calls).await, 1.0);
    }
}
