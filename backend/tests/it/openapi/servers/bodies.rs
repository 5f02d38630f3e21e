//! Bodies that the second listener refuses.

use std::time::Duration;

use reqwest::{Method, header};
use serde_json::json;
use webkyc_backend::Limits;

use super::{CLAIM, CREATE, NO_SERVER, TRIGGER, example, request};
use crate::{
    harness::{Answer, Files, OPERATOR_KEY, TestApp, configure_store},
    openapi::contract::Contract,
};

/// Bodies that are too large, too slow, broken off or of another kind.
pub(super) async fn failures(contract: &Contract) {
    let files = Files::new();
    let limits = Limits {
        body_timeout: Duration::from_millis(50),
        ..Limits::default()
    };
    let app = TestApp::start_limited(NO_SERVER, |s| configure_store(s, &files), limits).await;
    for route in contract.routes() {
        if route.method != Method::POST {
            continue;
        }
        let (path, name) = (example(&route), route.to_string());
        let ours = || request(&app, Method::POST, &path).bearer_auth(OPERATOR_KEY);
        let large = Answer::read(ours().json(&json!({"x": "x".repeat(9_000)}))).await;
        large.assert_problem(413, "PAYLOAD_TOO_LARGE");
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {OPERATOR_KEY}\r\n\
             Content-Type: application/json\r\n"
        );
        let slow = format!("{head}Content-Length: 100\r\n\r\n{{");
        let slow = Answer::ask(&app.operator_address, &slow).await;
        slow.assert_problem(408, "REQUEST_TIMEOUT");
        let broken = format!("{head}Transfer-Encoding: chunked\r\n\r\nno length\r\n");
        let broken = Answer::ask(&app.operator_address, &broken).await;
        broken.assert_problem(400, "BAD_REQUEST");
        let mut answers = vec![large, slow, broken];
        if [CREATE, CLAIM, TRIGGER].contains(&name.as_str()) {
            let text = ours().header(header::CONTENT_TYPE, "text/plain").body("x");
            let text = Answer::read(text).await;
            text.assert_problem(415, "UNSUPPORTED_MEDIA_TYPE");
            answers.push(text);
        }
        for answer in answers {
            contract.check(&name, &answer);
        }
    }
}
