//! The address that the pages tell programs: one that leads here, and never to Authenteq itself.

use std::path::Path;

use serde_json::Value;
use webkyc_sandbox::{Client, Config};

use super::between;
use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack};

/// A sandbox that stands in for Authenteq behind another server, with a call and a verification.
async fn start(tls: Option<&Path>) -> Stack {
    let stack = Stack::with(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: Some("https://identity.authenteq.com".parse().unwrap()),
        tls: tls.map(Path::to_owned),
        clients: vec![Client::new(CLIENT_ID, SECRET, REDIRECT_URI).unwrap()],
        ..Config::default()
    })
    .await;
    let begin = stack.authorize_path("&sandbox_scenario=john");
    for path in ["/v2/web-kyc/details", &begin] {
        let address = format!("http://{}{path}", stack.sandbox.local_addr());
        let call = stack.http.get(address).bearer_auth("t0ken");
        let call = call.header("host", "api.authenteq.com");
        call.send().await.unwrap();
    }
    stack
}

/// The address for programs on pages and in the API.
async fn text_with_addresses(stack: &Stack, host: &str) -> String {
    let attempts = read(stack, host, "/_sandbox/api/attempts").await;
    let attempts: Value = serde_json::from_str(&attempts).unwrap();
    let verification = stack.sandbox.verifications().pop().unwrap().id;
    let mut paths = vec![
        "/_sandbox/programs".to_owned(),
        "/_sandbox/clients/client%21%2BID?secrets=shown".to_owned(),
        format!("/_sandbox/verifications/{verification}?secrets=shown"),
        "/_sandbox/api/openapi.json".to_owned(),
    ];
    for attempt in attempts.as_array().unwrap() {
        let id = attempt["id"].as_str().unwrap();
        paths.push(format!("/_sandbox/attempts/{id}?secrets=shown"));
        paths.push(format!("/_sandbox/api/attempts/{id}?secrets=shown"));
    }
    assert_eq!(paths.len(), 8, "{paths:?}");
    let mut text = String::new();
    for path in paths {
        text += &read(stack, host, &path).await;
    }
    text
}

async fn read(stack: &Stack, host: &str, path: &str) -> String {
    let address = format!("http://{}{path}", stack.sandbox.local_addr());
    let answer = stack.http.get(address).header("host", host).send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn sbx_10_a_call_is_repeated_at_the_address_that_the_dashboard_was_reached_at() {
    let stack = start(None).await;
    let local = format!("http://{}", stack.sandbox.local_addr());
    for (host, address) in [
        ("localhost:8090", "http://localhost:8090"),
        ("sandbox.internal", "http://sandbox.internal"),
        // Pasted elsewhere, it must not send a secret to Authenteq itself.
        ("identity.authenteq.com", local.as_str()),
        ("api.authenteq.com", local.as_str()),
    ] {
        let text = text_with_addresses(&stack, host).await;
        for path in [
            "/v2/web-kyc/details",
            "/authorize?",
            "/export/verification-result-as-pdf",
        ] {
            assert!(
                text.contains(&format!("{address}{path}")),
                "{host} {path}\n{text}"
            );
        }
        assert!(
            text.contains(&format!("id=\"url\">{address}<")),
            "{host}\n{text}"
        );
        assert!(!text.contains("//identity.authenteq.com"), "{host}\n{text}");
        assert!(!text.contains("//api.authenteq.com"), "{host}\n{text}");
    }
    let sign_ups = stack.sandbox.client(CLIENT_ID).unwrap();
    let id = sign_ups.sign_ups().remove(0).id;
    let record = format!("{:?}", sign_ups.sign_up(&id).unwrap());
    assert!(
        record.contains(&local) && !record.contains("//identity."),
        "{record}"
    );
}

#[tokio::test]
async fn behind_another_server_the_public_url_is_shown_to_who_came_by_it() {
    let stack = Stack::with(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: Some("https://sandbox.example".parse().unwrap()),
        ..Config::default()
    })
    .await;
    let page = read(&stack, "sandbox.example", "/_sandbox/programs").await;
    assert_eq!(
        between(&page, "id=\"url\">", "<"),
        Some("https://sandbox.example")
    );
}

#[tokio::test]
async fn who_came_by_tls_is_shown_the_same_port_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let stack = start(Some(folder.path())).await;
    let authority = std::fs::read(folder.path().join("ca.pem")).unwrap();
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([reqwest::Certificate::from_pem(&authority).unwrap()])
        .build()
        .unwrap();
    let port = stack.sandbox.local_addr().port();
    let page = client.get(format!("https://localhost:{port}/_sandbox/programs"));
    let page = page.send().await.unwrap().text().await.unwrap();
    let shown = format!("http://localhost:{port}");
    assert_eq!(between(&page, "id=\"url\">", "<"), Some(shown.as_str()));
    assert!(page.contains(&format!("HTTPS_PROXY={shown}<")), "{page}");
    let without = Stack::start().await.page("/_sandbox/programs").await;
    assert!(!without.contains("HTTPS_PROXY"), "{without}");
}
