//! `POST /v2/web-kyc/token`.

use reqwest::multipart::Form;
use serde_json::Value;

use crate::harness::{Stack, assert_refused};

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
