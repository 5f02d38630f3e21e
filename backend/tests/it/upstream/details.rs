//! Answers to the details call.

use rstest::rstest;
use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

use super::{answers, json_answer, raw, signed_in};
use crate::{
    harness::{Flow, STATE},
    stub::ID,
};

/// Each of these is rejected with this code, and the session continues.
async fn is_refused(flow: Flow, table: Vec<(ResponseTemplate, &str)>) {
    let server = MockServer::start().await;
    let app = flow.start(&server.uri()).await;
    let mut visitor = signed_in(flow, &server, &app).await;
    for (n, (answer, code)) in table.into_iter().enumerate() {
        server.reset().await;
        answers(&server, "GET", flow.details_path(), answer).await;
        let answer = visitor.get("/api/details").await;
        assert_eq!(answer.body["code"], code, "case {n}");
        answer.assert_problem(502, code);
        assert_eq!(visitor.cookies.len(), 1, "case {n}: the session goes on");
    }
}

#[rstest]
#[tokio::test]
async fn up_12_anything_but_json_cannot_be_read(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
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
        flow,
        bodies
            .map(|body| (answer(body), "UPSTREAM_BAD_BODY"))
            .into(),
    )
    .await;
}

#[rstest]
#[tokio::test]
async fn up_13_only_the_media_type_of_json_is_read(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
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
    is_refused(flow, table).await;

    let server = MockServer::start().await;
    let app = flow.start(&server.uri()).await;
    let mut visitor = signed_in(flow, &server, &app).await;
    for media_type in ["application/json;charset=utf-8", "Application/JSON ; x=y"] {
        server.reset().await;
        answers(
            &server,
            "GET",
            flow.details_path(),
            raw(200, body, media_type),
        )
        .await;
        visitor.get("/api/details").await.assert_ok();
    }
}

#[rstest]
#[tokio::test]
async fn up_16_details_of_too_many_bytes_are_refused(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let limit = match flow {
        Flow::WebKyc => 16 << 20,
        Flow::WebIdv => 32 << 20,
    };
    let large = raw(200, &" ".repeat(limit + 1), "application/json");
    is_refused(flow, vec![(large, "UPSTREAM_TOO_LARGE")]).await;
}

#[rstest]
#[tokio::test]
async fn up_17_compressed_answers_are_not_unpacked(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
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
        flow,
        codings
            .map(|coding| (answer(coding), "UPSTREAM_ENCODING"))
            .into(),
    )
    .await;

    let server = MockServer::start().await;
    let app = flow.start(&server.uri()).await;
    let mut visitor = signed_in(flow, &server, &app).await;
    for plain in ["identity", "Identity", "", "identity, IDENTITY"] {
        answers(&server, "GET", flow.details_path(), answer(plain)).await;
        visitor.get("/api/details").await.assert_ok();
    }
    for request in server.received_requests().await.unwrap() {
        assert_eq!(request.headers["accept-encoding"], "identity");
    }
    server.reset().await;
    flow.lets_begin(&server).await;
    let packed = json_answer(json!({"token": "ey", "id": ID}));
    let packed = packed.insert_header("content-encoding", "gzip");
    answers(
        &server,
        flow.exchange_method(),
        flow.exchange_path(),
        packed,
    )
    .await;
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    let answer = visitor.exchange("packed", STATE).await;
    answer.assert_problem(502, "UPSTREAM_ENCODING");
}

#[rstest]
#[tokio::test]
async fn a_firewall_in_between_costs_no_data(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    for status in [403, 404, 408, 415] {
        let server = MockServer::start().await;
        let app = flow.start(&server.uri()).await;
        let mut visitor = signed_in(flow, &server, &app).await;
        answers(
            &server,
            "GET",
            flow.details_path(),
            raw(status, "<html>", "text/html"),
        )
        .await;
        // An export opens with the credentials, and 403 is about these.
        let code = match (flow, status) {
            (Flow::WebIdv, 403) => "UPSTREAM_AUTH",
            _ => "UPSTREAM_CONFIG",
        };
        let answer = visitor.get("/api/details").await;
        answer.assert_problem(502, code);
        assert_eq!(visitor.cookies.len(), 1, "the session goes on");
    }
}

#[rstest]
#[tokio::test]
async fn acc_07_no_header_of_authenteq_reaches_the_browser(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    let app = flow.start(&server.uri()).await;
    let mut visitor = signed_in(flow, &server, &app).await;
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
    answers(&server, "GET", flow.details_path(), answer).await;
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
