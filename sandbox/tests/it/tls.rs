//! Clients that have Authenteq's own addresses compiled in.

mod client;
mod program;
mod tunnel;

use std::{path::Path, time::Duration};

use reqwest::{Certificate, Proxy, redirect::Policy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use webkyc_sandbox::{Client, Config};
use webkyc_test_kit::{http, wire};

use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack};

/// A sandbox that keeps its authority in this folder.
async fn start(folder: &Path) -> Stack {
    Stack::with(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: Some(folder.to_owned()),
        clients: vec![Client::new(CLIENT_ID, SECRET, REDIRECT_URI).unwrap()],
        ..Config::default()
    })
    .await
}

/// A client that trusts the authority in this folder, and no other, and asks this proxy for
/// everything that is https.
fn client_through(proxy: &str, folder: &Path) -> reqwest::Client {
    let authority = std::fs::read(folder.join("ca.pem")).unwrap();
    reqwest::Client::builder()
        .proxy(Proxy::https(proxy).unwrap())
        .tls_certs_only([Certificate::from_pem(&authority).unwrap()])
        .redirect(Policy::none())
        .build()
        .unwrap()
}

#[tokio::test]
async fn the_port_speaks_tls_and_plain_http_alike() {
    let folder = tempfile::tempdir().unwrap();
    let stack = start(folder.path()).await;
    let port = stack.sandbox.local_addr().port();
    let authority = std::fs::read(folder.path().join("ca.pem")).unwrap();
    let trusting = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([Certificate::from_pem(&authority).unwrap()])
        .resolve("identity.authenteq.com", stack.sandbox.local_addr())
        .build()
        .unwrap();
    for (client, address) in [
        (&stack.http, "http://127.0.0.1"),
        (&trusting, "https://127.0.0.1"),
        (&trusting, "https://localhost"),
        // As a line in /etc/hosts has it.
        (&trusting, "https://identity.authenteq.com"),
    ] {
        let health = format!("{address}:{port}/_sandbox/api/health");
        let answer = client.get(&health).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{health}");
    }
    // Silent clients and clients with other protocols do not delay the others.
    let _silent = wire::connect(stack.sandbox.url()).await;
    let mut wrong = wire::send(stack.sandbox.url(), "\x16\x03\x01 is no greeting").await;
    let mut received = Vec::new();
    wrong.read_to_end(&mut received).await.unwrap();
    assert!(!received.starts_with(b"HTTP"), "{received:?}");
    assert_eq!(stack.get("/_sandbox/api/health").await.status(), 200);
}

#[tokio::test]
async fn a_connection_goes_on_after_another_has_failed() {
    let folder = tempfile::tempdir().unwrap();
    let stack = start(folder.path()).await;
    // Both are there, and neither has said anything; no other connection comes.
    let mut patient = wire::connect(stack.sandbox.url()).await;
    let mut wrong = wire::connect(stack.sandbox.url()).await;
    // A greeting without content.
    wrong
        .write_all(b"\x16\x03\x01\0\x04\x01\0\0\0")
        .await
        .unwrap();
    let mut end = Vec::new();
    wrong.read_to_end(&mut end).await.unwrap();
    let request =
        "GET /_sandbox/api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    patient.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = patient.read_to_end(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(30), read).await;
    read.expect("is not forgotten").unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{answer:?}");
}

#[tokio::test]
async fn sbx_08_a_client_that_does_not_trust_the_authority_sends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let stack = start(folder.path()).await;
    let proxied = reqwest::Client::builder().proxy(Proxy::https(stack.sandbox.url()).unwrap());
    let unaware = proxied.build().unwrap();
    let refused = unaware
        .get("https://api.authenteq.com/v2/web-kyc/details")
        .bearer_auth("token")
        .send()
        .await;
    assert!(refused.unwrap_err().is_connect());
    let elsewhere = http::client().get(format!("https://{}/", stack.sandbox.local_addr()));
    assert!(elsewhere.send().await.is_err());
    assert!(stack.sandbox.requests().is_empty());
}
