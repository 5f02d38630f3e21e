//! A code works once, for a while, and for its own client only.

use std::{collections::HashMap, time::Duration};

use serde_json::Value;

use crate::harness::{Stack, assert_refused};

type Form = HashMap<&'static str, String>;

async fn assert_code_refused(stack: &Stack, form: &Form) {
    assert_refused(
        stack.exchange(form).await,
        400,
        "INVALID_REQUEST_PARAMETER",
        "Parameter 'code' is invalid or expired",
    )
    .await;
}

/// A form whose code is spent, and the token that was got for it, which works.
async fn spend(stack: &Stack) -> (Form, String) {
    let form = Stack::token_form(&stack.code("anna").await);
    let answer: Value = stack.exchange(&form).await.json().await.unwrap();
    let token = answer["token"].as_str().unwrap().to_owned();
    assert_eq!(stack.details(&token).await.status().as_u16(), 200);
    (form, token)
}

fn of_the_demo_client(form: &Form) -> Form {
    let mut other = form.clone();
    other.insert("clientId", "com.authenteq.demo".to_owned());
    other.insert("clientSecret", "sandbox-secret".to_owned());
    other
}

async fn assert_revoked(stack: &Stack, token: &str) {
    assert_refused(
        stack.details(token).await,
        401,
        "TOKEN_INVALID",
        "Token is invalid or expired",
    )
    .await;
}

#[tokio::test]
async fn sbx_03_a_code_used_again_at_once_is_refused_and_its_token_revoked() {
    let stack = Stack::start().await;
    let (form, token) = spend(&stack).await;
    let (_, untouched) = spend(&stack).await;
    assert_code_refused(&stack, &form).await;
    assert_revoked(&stack, &token).await;
    assert_eq!(stack.details(&untouched).await.status().as_u16(), 200);
    // A third time finds nothing left to revoke.
    assert_code_refused(&stack, &form).await;
}

#[tokio::test]
async fn sbx_03_a_code_used_again_after_thirty_seconds_is_refused_and_its_token_revoked() {
    let stack = Stack::start().await;
    let (form, token) = spend(&stack).await;
    stack.sandbox.advance_clock(Duration::from_secs(30));
    assert_eq!(stack.details(&token).await.status().as_u16(), 200);
    assert_code_refused(&stack, &form).await;
    assert_revoked(&stack, &token).await;
}

#[tokio::test]
async fn sbx_03_a_code_used_again_after_its_own_end_still_revokes_the_token() {
    let stack = Stack::start().await;
    let (form, token) = spend(&stack).await;
    stack.sandbox.advance_clock(Duration::from_secs(14 * 60));
    assert_code_refused(&stack, &form).await;
    assert_revoked(&stack, &token).await;
}

#[tokio::test]
async fn who_cannot_say_the_secret_revokes_nothing_and_neither_does_another_client() {
    let stack = Stack::start().await;
    let (form, token) = spend(&stack).await;
    let mut stolen = form.clone();
    stolen.insert("clientSecret", "wrong".to_owned());
    assert_eq!(stack.exchange(&stolen).await.status().as_u16(), 401);
    assert_code_refused(&stack, &of_the_demo_client(&form)).await;
    assert_eq!(stack.details(&token).await.status().as_u16(), 200);
}

#[tokio::test]
async fn sbx_03_wrong_credentials_are_refused_and_spend_nothing() {
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
async fn a_form_that_is_not_whole_spends_nothing() {
    let stack = Stack::start().await;
    let right = Stack::token_form(&stack.code("anna").await);
    for name in ["grantType", "redirectUri", "clientId", "clientSecret"] {
        let mut form = right.clone();
        form.remove(name);
        assert_eq!(stack.exchange(&form).await.status().as_u16(), 400, "{name}");
    }
    assert_eq!(stack.exchange(&right).await.status().as_u16(), 200);
}

#[tokio::test]
async fn sbx_03_a_code_of_another_client_is_refused() {
    let stack = Stack::start().await;
    let form = Stack::token_form(&stack.code("anna").await);
    assert_code_refused(&stack, &of_the_demo_client(&form)).await;
}

#[tokio::test]
async fn sbx_03_a_code_is_expired_after_ten_minutes() {
    let stack = Stack::start().await;
    let form = Stack::token_form(&stack.code("anna").await);
    stack.sandbox.advance_clock(Duration::from_secs(590));
    assert_eq!(stack.exchange(&form).await.status().as_u16(), 200);

    let form = Stack::token_form(&stack.code("anna").await);
    stack.sandbox.advance_clock(Duration::from_secs(600));
    assert_code_refused(&stack, &form).await;
}

#[tokio::test]
async fn sbx_03_a_code_that_was_never_issued_is_refused() {
    let stack = Stack::start().await;
    let code = stack.code("anna").await;
    for wrong in [
        code.to_lowercase(),
        code[1..].to_owned(),
        format!("{code} "),
        format!("{code}\n"),
        "0".repeat(32),
    ] {
        assert_code_refused(&stack, &Stack::token_form(&wrong)).await;
    }
    let form = Stack::token_form(&code);
    assert_eq!(stack.exchange(&form).await.status().as_u16(), 200);
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
