//! The recorded outcomes of tries, without secrets.

use serde_json::Value;
use webkyc_sandbox::{Client, DeliveryOutcome};

use super::{Receiver, outcomes};
use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack};

#[tokio::test]
async fn tries_are_listed_alike_over_http_and_without_anything_secret() {
    let mut receiver = Receiver::answering(&[]).await;
    let url = format!("{}?key=hush", receiver.url);
    let client = Client::new(CLIENT_ID, SECRET, REDIRECT_URI)
        .and_then(|client| client.notifying(&url))
        .unwrap();
    let stack = Stack::of(vec![client]).await;
    stack.approve("john").await;
    stack.tries(1).await;
    let text = stack.get("/_sandbox/api/deliveries").await.text();
    let text = text.await.unwrap();
    let listed: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        listed,
        serde_json::to_value(stack.sandbox.deliveries()).unwrap()
    );
    assert_eq!(listed[0]["url"], receiver.url);
    let message = receiver.messages(1).await.remove(0);
    for secret in [SECRET, "hush", "DOE", message.header("x-signature")] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn a_receiver_without_tls_is_a_failure_with_a_reason() {
    let receiver = Receiver::answering(&[]).await;
    let url = receiver.url.replace("http://", "https://");
    let client = Client::new(CLIENT_ID, SECRET, REDIRECT_URI)
        .and_then(|client| client.notifying(&url))
        .unwrap();
    let stack = Stack::of(vec![client]).await;
    stack.approve("anna").await;
    let [(1, DeliveryOutcome::Failure(reason))] = &outcomes(&stack.tries(1).await)[..] else {
        panic!("{:?}", stack.sandbox.deliveries());
    };
    assert!(reason.contains("InvalidContentType"), "{reason}");
    assert!(!reason.contains("hook"), "{reason}");
}

#[test]
fn only_an_absolute_http_address_without_credentials_is_a_webhook() {
    for wrong in [
        "",
        "/hook",
        "ftp://host/hook",
        "http://me:hush@host/hook",
        "http://host/hook#part",
    ] {
        let refused = Client::demo().notifying(wrong).unwrap_err().to_string();
        assert!(refused.contains("the webhook URL"), "{refused}");
        assert!(!refused.contains("hush"), "{refused}");
    }
    assert!(Client::demo().notifying("https://host/hook?a=1").is_ok());
}
