//! Answers to the details call.

use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

use super::{DETAILS, TOKEN, answers, json_answer, raw, signed_in};
use crate::harness::{STATE, TestApp};

/// Each of these is rejected with this code, and the session continues.
async fn is_refused(table: Vec<(ResponseTemplate, &str)>) {
    let server = MockServer::start().await;
    let app = TestApp::start(&server.uri()).await;
    let mut visitor = signed_in(&server, &app).await;
    for (n, (answer, code)) in table.into_iter().enumerate() {
        server.reset().await;
        answers(&server, "GET", DETAILS, answer).await;
        let answer = visitor.get("/api/details").await;
        assert_eq!(answer.body["code"], code, "case {n}");
        answer.assert_problem(502, code);
        assert_eq!(visitor.cookies.len(), 1, "case {n}: the session goes on");
    }
}

#[tokio::test]
async fn up_12_anything_but_json_cannot_be_read() {
    let utf_16: Vec<u8> = "{\"details\":{}}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let bodies: [&[u8]; 6] = [
        b"",
        b"{\"details\":{},}",
        b"{}",
        b"{\"details\":{\"surname\":NaN}}",
        b"{\"details\":{}}{\"details\":{}}",
        &utf_16,
    ];
    let answer =
        |body: &[u8]| ResponseTemplate::new(200).set_body_raw(body.to_vec(), "application/json");
    is_refused(
        bodies
            .map(|body| (answer(body), "UPSTREAM_BAD_BODY"))
            .into(),
    )
    .await;
}

#[tokio::test]
async fn up_13_only_the_media_type_of_json_is_read() {
    let body = "{\"details\":{\"surname\":\"A\"}}";
    let nameless = ResponseTemplate::new(200)
        .set_body_bytes(body)
        .insert_header("content-type", "");
    let mut table = vec![(nameless, "UPSTREAM_BAD_TYPE")];
    for media_type in [
        "text/html",
        "text/json",
        "application/jsonp",
        "application/xml;application/json",
    ] {
        table.push((raw(200, body, media_type), "UPSTREAM_BAD_TYPE"));
    }
    is_refused(table).await;

    let server = MockServer::start().await;
    let app = TestApp::start(&server.uri()).await;
    let mut visitor = signed_in(&server, &app).await;
    for media_type in ["application/json;charset=utf-8", "Application/JSON ; x=y"] {
        server.reset().await;
        answers(&server, "GET", DETAILS, raw(200, body, media_type)).await;
        visitor.get("/api/details").await.assert_ok();
    }
}

#[tokio::test]
async fn up_16_details_of_more_than_sixteen_mebibytes_are_refused() {
    let large = raw(200, &" ".repeat((16 << 20) + 1), "application/json");
    is_refused(vec![(large, "UPSTREAM_TOO_LARGE")]).await;
}

#[tokio::test]
async fn up_17_compressed_answers_are_not_unpacked() {
    let codings = [
        "gzip",
        "br",
        "zstd",
        "deflate",
        "identity, gzip",
        "GZIP",
        "identity;q=1",
    ];
    let answer =
        |coding| json_answer(json!({"details": {}})).insert_header("content-encoding", coding);
    is_refused(
        codings
            .map(|coding| (answer(coding), "UPSTREAM_ENCODING"))
            .into(),
    )
    .await;

    let server = MockServer::start().await;
    let app = TestApp::start(&server.uri()).await;
    let mut visitor = signed_in(&server, &app).await;
    for plain in ["identity", "Identity", "", "identity, IDENTITY"] {
        answers(&server, "GET", DETAILS, answer(plain)).await;
        visitor.get("/api/details").await.assert_ok();
    }
    for request in server.received_requests().await.unwrap() {
        assert_eq!(request.headers["accept-encoding"], "identity");
    }
    server.reset().await;
    answers(
        &server,
        "POST",
        TOKEN,
        json_answer(json!({"token": "ey"})).insert_header("content-encoding", "gzip"),
    )
    .await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    let answer = visitor.exchange("packed", STATE).await;
    answer.assert_problem(502, "UPSTREAM_ENCODING");
}

#[tokio::test]
async fn a_firewall_in_between_costs_no_data() {
    for status in [403, 404, 408, 415] {
        let server = MockServer::start().await;
        let app = TestApp::start(&server.uri()).await;
        let mut visitor = signed_in(&server, &app).await;
        answers(&server, "GET", DETAILS, raw(status, "<html>", "text/html")).await;
        visitor
            .get("/api/details")
            .await
            .assert_problem(502, "UPSTREAM_CONFIG");
        assert_eq!(visitor.cookies.len(), 1, "the session goes on");
    }
}

#[tokio::test]
async fn acc_07_no_header_of_authenteq_reaches_the_browser() {
    let server = MockServer::start().await;
    let app = TestApp::start(&server.uri()).await;
    let mut visitor = signed_in(&server, &app).await;
    let mut answer = json_answer(json!({"details": {"surname": "A"}}));
    for name in [
        "set-cookie",
        "location",
        "x-evil",
        "server",
        "access-control-allow-origin",
        "etag",
    ] {
        answer = answer.insert_header(name, "evil=1");
    }
    answers(&server, "GET", DETAILS, answer).await;
    // The first answer also sets one of our cookies.
    visitor.get("/api/details").await.assert_ok();
    let answer = visitor.get("/api/details").await;
    let mut names: Vec<_> = answer.headers.keys().map(|n| n.as_str()).collect();
    names.sort_unstable();
    let ours = [
        "cache-control",
        "content-length",
        "content-security-policy",
        "content-type",
        "cross-origin-resource-policy",
        "date",
        "referrer-policy",
        "strict-transport-security",
        "vary",
        "x-content-type-options",
        "x-request-id",
    ];
    assert_eq!(names, ours);
}
