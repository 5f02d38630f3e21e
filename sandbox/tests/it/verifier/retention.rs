//! The fields that were read are handed to the client and are in no other place.

use std::time::Duration;

use webkyc_sandbox::{Effect, Endpoint, Fault, Times};

use super::*;
use crate::webhook::{Receiver, notified};

#[tokio::test]
async fn sbx_14_what_was_read_is_shown_to_the_client_alone() {
    let verifier = Played::start().await;
    verifier.answer("documents", 200, passport());
    let mut receiver = Receiver::answering(&[]).await;
    let stack = stack_for(&verifier.address, notified(&receiver)).await;
    let sign_up = at_the_document(&stack).await;
    show(&sign_up, FRONT).await;
    complete(&sign_up).await;
    let left = location(&sign_up.press("verification", "").await);
    let token = token(&stack, &left).await;
    let details = stack.details(&token).await.text().await.unwrap();
    assert!(details.contains(SURNAME));
    let list: Value = stack
        .get("/_sandbox/api/verifications?secrets=shown")
        .await
        .json()
        .await
        .unwrap();
    let id = list[0]["id"].as_str().unwrap();
    assert_eq!(list[0]["scenario"], "read");
    for format in ["json", "multipart"] {
        let path = format!("/export/verification-result-as-{format}?verificationId={id}");
        let request = stack
            .http
            .get(stack.at(&path))
            .basic_auth(CLIENT_ID, Some(SECRET));
        let export = request.send().await.unwrap().text().await.unwrap();
        assert!(export.contains(SURNAME), "{format}");
    }
    let message = receiver.messages(1).await.remove(0);
    assert!(String::from_utf8_lossy(&message.body).contains(SURNAME));
    let deliveries = stack.tries(1).await;
    assert_eq!(deliveries[0].verification_id, id);
    let attempt = list[0]["attemptId"].as_str().unwrap();
    for path in [
        "/_sandbox/api/verifications?secrets=shown".to_owned(),
        format!("/_sandbox/api/verifications/{id}?secrets=shown"),
        "/_sandbox/api/requests".to_owned(),
        "/_sandbox/api/attempts".to_owned(),
        format!("/_sandbox/api/attempts/{attempt}?secrets=shown"),
        "/_sandbox/api/deliveries".to_owned(),
        "/_sandbox/".to_owned(),
        "/_sandbox/verifications".to_owned(),
        format!("/_sandbox/verifications/{id}?secrets=shown"),
        format!("/_sandbox/attempts/{attempt}?secrets=shown"),
    ] {
        let answer = stack.get(&path).await;
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let text = answer.text().await.unwrap();
        // Nor is it called the test person who was preselected.
        for absent in [
            SURNAME,
            "Elvira",
            "ELVIRA",
            "L898902C3",
            "1974-08-12",
            "Schmidt",
        ] {
            assert!(!text.contains(absent), "{path} has {absent}");
        }
    }
    let list = stack.get("/_sandbox/verifications").await;
    assert!(list.text().await.unwrap().contains("own document"));
}

#[tokio::test]
async fn sbx_14_faults_touch_nothing_that_was_read() {
    let stack = stack_answering(200, passport()).await;
    let sign_up = SignUp::of_web_kyc(&stack, "&state=s").await;
    let controls = stack.sandbox.client(CLIENT_ID).unwrap();
    for (at, effect) in [
        (Endpoint::Return, Effect::StateChanged),
        (Endpoint::Details, Effect::ServerError),
    ] {
        let times = Times::Once;
        controls.inject(Fault { at, effect, times }).unwrap();
    }
    // Of this scenario the visitor comes back without a code.
    sign_up.go_through("no-code", &["introduction"]).await;
    pass(&sign_up).await;
    sign_up.go_through("no-code", &["liveness"]).await;
    show(&sign_up, FRONT).await;
    complete(&sign_up).await;
    let left = location(&sign_up.press("verification", "").await);
    assert_eq!(parameter(&left, "state").as_deref(), Some("s"));
    let details = stack.details(&token(&stack, &left).await).await;
    assert!(details.text().await.unwrap().contains(SURNAME));
}

#[tokio::test]
async fn sbx_13_what_was_erased_is_found_by_no_code_no_token_and_no_export() {
    let (stack, _verifier) = stack_played().await;
    let mut left = Vec::new();
    for _ in 0..2 {
        let sign_up = at_the_document(&stack).await;
        show(&sign_up, FRONT).await;
        complete(&sign_up).await;
        left.push(location(&sign_up.press("verification", "").await));
    }
    let token = token(&stack, &left[0]).await;
    let unspent = Stack::token_form(&parameter(&left[1], "code").unwrap());
    let id = stack.sandbox.verifications()[0].id.clone();
    let export = async |status: u16| {
        let path = format!("/export/verification-result-as-json?verificationId={id}");
        let request = stack.http.get(stack.at(&path));
        let request = request.basic_auth(CLIENT_ID, Some(SECRET));
        text(request.send().await.unwrap(), status).await
    };
    assert!(export(200).await.contains(SURNAME));
    let details = text(stack.details(&token).await, 200).await;
    assert!(details.contains(SURNAME));

    stack.sandbox.erase_own();
    assert!(export(404).await.contains("VERIFICATION_NOT_FOUND"));
    let details = text(stack.details(&token).await, 401).await;
    assert!(details.contains("TOKEN_INVALID") && !details.contains(SURNAME));
    let refused = stack.exchange(&unspent).await;
    assert_eq!(refused.status().as_u16(), 400);
}

#[tokio::test]
async fn sbx_13_a_moved_clock_touches_nothing_that_was_read() {
    const HOURS: Duration = Duration::from_secs(2 * 3600);
    let stack = stack_answering(200, passport()).await;
    let controls = stack.sandbox.client(CLIENT_ID).unwrap();
    let sign_up = at_the_document(&stack).await;
    // Longer than a sign-up, a code and a token last.
    controls.advance_clock(HOURS);
    show(&sign_up, FRONT).await;
    complete(&sign_up).await;
    let left = location(&sign_up.press("verification", "").await);
    controls.advance_clock(HOURS);
    let token = token(&stack, &left).await;
    controls.advance_clock(HOURS);
    let details = text(stack.details(&token).await, 200).await;
    assert!(details.contains(SURNAME), "{details}");
}
