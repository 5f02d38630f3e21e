//! The environment of the program: proxies and names.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use rstest::rstest;
use serde_json::json;
use wiremock::MockServer;

use super::{answers, json_answer, signed_in};
use crate::{
    harness::{Flow, STATE},
    program::Running,
};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn up_26_a_proxy_in_the_environment_gets_not_even_a_connection(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let proxy = format!("http://{}", trap.local_addr().unwrap());
    let program = Running::start(&server.uri(), |command| {
        flow.configure(command);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            command.env(name, &proxy);
            command.env(name.to_lowercase(), &proxy);
        }
    });
    let mut visitor = signed_in(flow, &server, &program.app).await;
    let details = json_answer(json!({"details": {"surname": "A"}}));
    answers(&server, "GET", flow.details_path(), details).await;
    visitor.get("/api/details").await.assert_ok();
    assert_eq!(
        server.received_requests().await.unwrap().len(),
        flow.calls_to_sign_up() + 1
    );
    assert!(trap.accept().is_err(), "a connection came");
}

#[rstest]
#[tokio::test]
async fn up_24_a_name_without_an_address_is_said_so_and_costs_no_code(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let started = Instant::now();
    let app = flow.start("https://authenteq.invalid").await;
    let mut visitor = app.visitor();
    if flow == Flow::WebIdv {
        let answer = visitor.post("/api/begin", json!({"state": STATE})).await;
        answer.assert_problem(502, "UPSTREAM_DNS");
        assert_eq!(answer.body["retryable"], true);
        return;
    }
    visitor.begin(STATE).await;
    for _ in 0..2 {
        let answer = visitor.exchange("code", STATE).await;
        answer.assert_problem(502, "UPSTREAM_DNS");
        assert_eq!(answer.body["retryable"], true);
        assert_eq!(visitor.cookies.len(), 1, "the flow goes on");
    }
    assert!(started.elapsed() < Duration::from_secs(6));
}
