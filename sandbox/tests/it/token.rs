//! `POST /v2/web-kyc/token`.

use std::time::Duration;

use reqwest::multipart::Form;
use serde_json::Value;

use crate::harness::{Stack, assert_refused};

const CODE_REFUSED: &str = "Parameter 'code' is invalid or expired";

#[tokio::test]
async fn the_guides_curl_call_gets_a_token() {
    let stack = Stack::start().await;
    for grant_type in ["authorization_code", "authorizationCode"] {
        let mut form = Form::new();
        for (name, value) in Stack::token_form(&stack.code("anna").await) {
            let value = if name == "grantType" {
                grant_type.to_owned()
            } else {
                value
            };
            form = form.text(name, value);
        }
        let request = stack
            .http
            .post(stack.at("/v2/web-kyc/token"))
            .multipart(form);
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["cache-control"], "no-store");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body.as_object().unwrap().len(), 1);
        let token = body["token"].as_str().unwrap();
        assert!(
            token.starts_with("eyJhbGc") && token.bytes().all(|byte| byte.is_ascii_graphic()),
            "{token}"
        );
    }
}

#[tokio::test]
async fn a_urlencoded_call_gets_a_token_too() {
    let stack = Stack::start().await;
    let response = stack
        .exchange(&Stack::token_form(&stack.code("john").await))
        .await;
    assert_eq!(response.status().as_u16(), 200);
}

#[tokio::test]
async fn sbx_03_a_code_is_taken_once_and_its_reuse_revokes_the_token() {
    let stack = Stack::start().await;
    let form = Stack::token_form(&stack.code("anna").await);
    let answer: Value = stack.exchange(&form).await.json().await.unwrap();
    let token = answer["token"].as_str().unwrap();
    assert_eq!(stack.details(token).await.status().as_u16(), 200);
    stack.sandbox.advance_clock(Duration::from_secs(30));
    assert_refused(
        stack.exchange(&form).await,
        400,
        "INVALID_REQUEST_PARAMETER",
        CODE_REFUSED,
    )
    .await;
    assert_eq!(stack.details(token).await.status().as_u16(), 401);
}

#[tokio::test]
async fn oa_16_of_many_calls_with_one_code_one_succeeds() {
    let stack = Stack::start().await;
    let form = Stack::token_form(&stack.code("anna").await);
    let calls = (0..20).map(|_| {
        let request = stack.http.post(stack.at("/v2/web-kyc/token")).form(&form);
        tokio::spawn(async move { request.send().await.unwrap().status().as_u16() })
    });
    let mut taken = 0;
    for call in calls.collect::<Vec<_>>() {
        taken += u32::from(call.await.unwrap() == 200);
    }
    assert_eq!(taken, 1);
}

#[tokio::test]
async fn a_code_lives_ten_minutes() {
    let stack = Stack::start().await;
    let form = Stack::token_form(&stack.code("anna").await);
    stack.sandbox.advance_clock(Duration::from_secs(590));
    assert_eq!(stack.exchange(&form).await.status().as_u16(), 200);

    let form = Stack::token_form(&stack.code("anna").await);
    stack.sandbox.advance_clock(Duration::from_secs(600));
    assert_refused(
        stack.exchange(&form).await,
        400,
        "INVALID_REQUEST_PARAMETER",
        CODE_REFUSED,
    )
    .await;
}

#[tokio::test]
async fn wrong_credentials_are_refused_and_spend_nothing() {
    let stack = Stack::start().await;
    let right = Stack::token_form(&stack.code("anna").await);
    for (name, wrong) in [
        ("clientSecret", "wrong"),
        ("clientSecret", "s,e c&r=e%t"),
        ("clientId", "nobody"),
        ("clientId", "com.authenteq.demo"),
    ] {
        let mut form = right.clone();
        form.insert(name, wrong.to_owned());
        assert_refused(
            stack.exchange(&form).await,
            401,
            "API_KEYS_BAD",
            "Bad API Keys",
        )
        .await;
    }
    assert_eq!(stack.exchange(&right).await.status().as_u16(), 200);
}

#[tokio::test]
async fn another_client_cannot_take_the_code() {
    let stack = Stack::start().await;
    let mut form = Stack::token_form(&stack.code("anna").await);
    form.insert("clientId", "com.authenteq.demo".to_owned());
    form.insert("clientSecret", "sandbox-secret".to_owned());
    assert_refused(
        stack.exchange(&form).await,
        400,
        "INVALID_REQUEST_PARAMETER",
        CODE_REFUSED,
    )
    .await;
}

#[tokio::test]
async fn oa_12_the_redirect_uri_must_be_the_one_of_the_authorize_call() {
    let stack = Stack::start().await;
    for wrong in [
        "http://localhost:8080/results?x=1",
        "http://localhost:8080/results/",
        "https://evil.example/",
    ] {
        let mut form = Stack::token_form(&stack.code("anna").await);
        form.insert("redirectUri", wrong.to_owned());
        assert_refused(
            stack.exchange(&form).await,
            400,
            "INVALID_REQUEST_PARAMETER",
            "Parameter 'redirectUri' does not match the one the code was sent to",
        )
        .await;
    }
}

#[tokio::test]
async fn oa_20_an_unknown_grant_type_is_refused() {
    let stack = Stack::start().await;
    let mut form = Stack::token_form(&stack.code("anna").await);
    for wrong in ["AUTHORIZATION_CODE", "client_credentials", "code"] {
        form.insert("grantType", wrong.to_owned());
        assert_refused(
            stack.exchange(&form).await,
            400,
            "INVALID_REQUEST_PARAMETER",
            "Parameter 'grantType' has an invalid value",
        )
        .await;
    }
}

#[tokio::test]
async fn a_missing_field_is_named() {
    let stack = Stack::start().await;
    let code = stack.code("anna").await;
    for name in [
        "grantType",
        "code",
        "redirectUri",
        "clientId",
        "clientSecret",
    ] {
        let message = format!("Required '{name}' parameter is missing");
        let mut form = Stack::token_form(&code);
        form.insert(name, String::new());
        assert_refused(
            stack.exchange(&form).await,
            400,
            "MISSING_REQUEST_PARAMETER",
            &message,
        )
        .await;
        form.remove(name);
        assert_refused(
            stack.exchange(&form).await,
            400,
            "MISSING_REQUEST_PARAMETER",
            &message,
        )
        .await;
    }
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let stack = Stack::start().await;
    let post = |media_type: &str, body: String| {
        let request = stack.http.post(stack.at("/v2/web-kyc/token"));
        request.header("content-type", media_type).body(body).send()
    };
    let urlencoded = "application/x-www-form-urlencoded";
    assert_eq!(
        post("application/json", "{}".to_owned())
            .await
            .unwrap()
            .status()
            .as_u16(),
        415
    );
    assert_eq!(
        post("multipart/form-data", String::new())
            .await
            .unwrap()
            .status()
            .as_u16(),
        400
    );
    assert_eq!(
        post("multipart/form-data; boundary=x", "--x\r\ncut".to_owned())
            .await
            .unwrap()
            .status()
            .as_u16(),
        400
    );
    assert_eq!(
        post(urlencoded, "a".repeat(65 * 1024))
            .await
            .unwrap()
            .status()
            .as_u16(),
        413
    );
    let twice = "grantType=authorization_code&grantType=authorization_code".to_owned();
    assert_refused(
        post(urlencoded, twice).await.unwrap(),
        400,
        "INVALID_REQUEST_PARAMETER",
        "Parameter 'grantType' has an invalid value",
    )
    .await;
}
