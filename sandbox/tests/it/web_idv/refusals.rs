//! Refusals of the Web IDV calls.

use base64::{Engine, engine::general_purpose::STANDARD};
use webkyc_sandbox::{Client, Config, Sandbox};

use super::RESULT;
use crate::harness::{CLIENT_ID, REDIRECT_URI, Stack, assert_refused};

const NOT_REGISTERED: &str = "Parameter 'redirectUrl' does not match any registered one";

#[tokio::test]
async fn oa_12_a_redirect_url_that_is_not_registered_is_refused_by_both_calls() {
    let stack = Stack::start().await;
    for wrong in [
        "https://evil.example/results",
        "http://localhost:8080/results/",
        "http://localhost:8080@evil.example/results",
        "http://localhost:8080/results?code=planted",
        "http://localhost:8080/results%23fragment",
        "javascript:alert(1)",
    ] {
        for path in ["/web-idv/verification-url", RESULT] {
            assert_refused(
                stack
                    .ask(&format!("{path}?redirectUrl={wrong}&code=c"))
                    .await,
                400,
                "INVALID_REQUEST_PARAMETER",
                NOT_REGISTERED,
            )
            .await;
        }
    }
}

#[tokio::test]
async fn the_result_wants_the_redirect_url_of_the_request() {
    let stack = Stack::start().await;
    let code = stack.web_idv_code().await;
    let other = format!("{REDIRECT_URI}?u_id=8");
    assert_refused(
        stack.result(&other, &code).await,
        400,
        "INVALID_REQUEST_PARAMETER",
        NOT_REGISTERED,
    )
    .await;
}

#[tokio::test]
async fn a_missing_or_repeated_parameter_is_named() {
    let stack = Stack::start().await;
    let given = format!("redirectUrl={REDIRECT_URI}");
    for (path, query, name) in [
        ("/web-idv/verification-url", "", "redirectUrl"),
        ("/web-idv/verification-url", "redirectUrl=", "redirectUrl"),
        (RESULT, "code=c", "redirectUrl"),
        (RESULT, &given, "code"),
    ] {
        assert_refused(
            stack.ask(&format!("{path}?{query}")).await,
            400,
            "MISSING_REQUEST_PARAMETER",
            &format!("Required '{name}' parameter is missing"),
        )
        .await;
    }
    for (query, name) in [
        (format!("{given}&{given}&code=c"), "redirectUrl"),
        (format!("{given}&code=c&code=c"), "code"),
    ] {
        assert_refused(
            stack.ask(&format!("{RESULT}?{query}")).await,
            400,
            "INVALID_REQUEST_PARAMETER",
            &format!("Parameter '{name}' has an invalid value"),
        )
        .await;
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused_in_the_words_of_web_idv() {
    let stack = Stack::start().await;
    for path in ["/web-idv/verification-url", RESULT] {
        let ask = |authorization: Option<String>| {
            let mut request = stack.http.get(stack.at(path));
            if let Some(authorization) = authorization {
                request = request.header("authorization", authorization);
            }
            request.send()
        };
        let wrong = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:wrong")));
        for (authorization, code, message) in [
            (
                None,
                "API_KEYS_MISSING",
                "No API Keys in the Authorization header",
            ),
            (
                Some("Basic x".to_owned()),
                "API_KEYS_INVALID",
                "Invalid API Keys in the Authorization header",
            ),
            (Some(wrong), "BAD_API_KEYS", "Bad API Keys"),
        ] {
            assert_refused(ask(authorization).await.unwrap(), 401, code, message).await;
        }
    }
}

#[tokio::test]
async fn a_deactivated_account_gets_no_address() {
    let client = Client::new("closed", "s", REDIRECT_URI).unwrap();
    let sandbox = Sandbox::start_with(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        clients: vec![client.deactivated()],
        ..Config::default()
    })
    .await
    .unwrap();
    let http = webkyc_test_kit::http::client();
    let address = format!(
        "{}/web-idv/verification-url?redirectUrl={REDIRECT_URI}",
        sandbox.url()
    );
    let request = http.get(address).basic_auth("closed", Some("s"));
    assert_refused(
        request.send().await.unwrap(),
        403,
        "ACCOUNT_DEACTIVATED",
        "Account deactivated. Please contact your Authenteq Sales Representative in order to keep \
         using this service",
    )
    .await;
}
