//! The error for each status of Authenteq.

use rstest::rstest;
use serde_json::json;
use wiremock::{MockServer, ResponseTemplate};

use super::{EXPORTS, answers, raw, ready_to_export, signed_in};
use crate::{
    harness::{Flow, STATE},
    program::Running,
};

const TRACE: &str = "<html><body>java.lang.NullPointerException: Anna Canary</body></html>";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn up_07_a_stack_trace_of_authenteqs_is_neither_shown_nor_logged(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    let program = Running::start(&server.uri(), |command| flow.configure(command));
    let app = &program.app;
    for status in [500, 501, 502, 503, 504] {
        server.reset().await;
        let trace = raw(status, TRACE, "text/html");
        let mut visitor = ready_to_export(flow, &server, app).await;
        answers(&server, "GET", flow.details_path(), trace.clone()).await;
        let mut refusals = vec![visitor.get("/api/details").await];
        for (at, path) in EXPORTS {
            answers(&server, "GET", at, trace.clone()).await;
            refusals.push(visitor.get(path).await);
        }
        for answer in &refusals {
            // A call that may be repeated gets `Retry-After`.
            match status {
                503 => answer.assert_problem(503, "UPSTREAM_BUSY"),
                _ => answer.assert_problem(502, "UPSTREAM_FAILED"),
            }
            assert_eq!(answer.body["retryable"], true);
        }
        flow.lets_begin(&server).await;
        answers(
            &server,
            flow.exchange_method(),
            flow.exchange_path(),
            trace.clone(),
        )
        .await;
        let mut visitor = app.visitor();
        visitor.begin(STATE).await;
        let answer = visitor.exchange("traced", STATE).await;
        answer.assert_problem(502, "UPSTREAM_FAILED");
        refusals.push(answer);
        for answer in refusals {
            assert!(!answer.body.to_string().contains("Canary"));
            let headers = format!("{:?}", answer.headers);
            assert!(!headers.contains("Canary"));
        }
    }
    let log = program.program.stop();
    let named = match flow {
        Flow::WebKyc => "details",
        Flow::WebIdv => "details_export",
    };
    assert!(log.contains(&format!("{named}: status 500")), "{log}");
    for word in ["Canary", "NullPointer", "ey.a.b", "traced"] {
        assert!(!log.contains(word), "{word}");
    }
}

#[rstest]
#[tokio::test]
async fn up_08_for_any_retry_after_the_visitor_waits_a_second_to_a_minute(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let table = [
        (None, "5"),
        (Some("0"), "1"),
        (Some("7"), "7"),
        (Some("1000000000"), "60"),
        (Some("99999999999999999999"), "5"),
        (Some("-1"), "5"),
        (Some("Wed, 21 Oct 2099 07:28:00 GMT"), "5"),
        (Some("soon"), "5"),
        (Some(""), "5"),
    ];
    let server = MockServer::start().await;
    let app = flow.start(&server.uri()).await;
    for (said, retry_after) in table {
        let busy = ResponseTemplate::new(429);
        let busy = match said {
            Some(said) => busy.insert_header("retry-after", said),
            None => busy,
        };
        server.reset().await;
        app.advance_clock(61);
        let mut visitor = ready_to_export(flow, &server, &app).await;
        answers(&server, "GET", flow.details_path(), busy.clone()).await;
        let mut refusals = vec![visitor.get("/api/details").await];
        for (at, path) in EXPORTS {
            answers(&server, "GET", at, busy.clone()).await;
            refusals.push(visitor.get(path).await);
        }
        flow.lets_begin(&server).await;
        answers(&server, flow.exchange_method(), flow.exchange_path(), busy).await;
        let mut visitor = app.visitor();
        visitor.begin(STATE).await;
        refusals.push(visitor.exchange("code", STATE).await);
        for answer in refusals {
            answer.assert_problem(503, "UPSTREAM_BUSY");
            assert_eq!(answer.headers["retry-after"], retry_after, "{said:?}");
            assert_eq!(answer.body["retryable"], true);
        }
    }
}

#[tokio::test]
async fn up_09_details_that_are_gone_end_the_session() {
    let flow = Flow::WebKyc;
    for (status, code) in [
        (401, "TOKEN_EXPIRED"),
        (401, ""),
        (400, "INVALID_REQUEST_PARAMETER"),
        (410, "GONE"),
    ] {
        let server = MockServer::start().await;
        let app = flow.start(&server.uri()).await;
        let mut visitor = signed_in(flow, &server, &app).await;
        let body = json!({"errorCode": code, "errorMessage": "Anna's token"});
        let gone = ResponseTemplate::new(status).set_body_json(body);
        answers(&server, "GET", flow.details_path(), gone).await;
        let answer = visitor.get("/api/details").await;
        answer.assert_problem(401, "SESSION_EXPIRED");
        assert!(!answer.body.to_string().contains("Anna"));
        let answer = visitor.get("/api/details").await;
        answer.assert_problem(401, "SESSION_INVALID");
        assert_eq!(visitor.open_cookies(), 0);
    }
}

#[rstest]
#[tokio::test]
async fn up_11_an_export_of_nothing_is_not_found(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let server = MockServer::start().await;
    let app = flow.start(&server.uri()).await;
    let mut visitor = ready_to_export(flow, &server, &app).await;
    for status in [400, 404] {
        for (at, path) in EXPORTS {
            server.reset().await;
            let body = json!({"errorCode": "VERIFICATION_NOT_FOUND", "errorMessage": "Anna's"});
            let nothing = ResponseTemplate::new(status).set_body_json(body);
            answers(&server, "GET", at, nothing).await;
            let answer = visitor.get(path).await;
            answer.assert_problem(404, "VERIFICATION_NOT_FOUND");
            assert_eq!(answer.body["retryable"], false);
            assert!(!answer.body.to_string().contains("Anna"));
        }
    }
}
