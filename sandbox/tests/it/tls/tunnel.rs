//! Tunnels by CONNECT.

use tokio::net::TcpListener;
use webkyc_test_kit::wire::{self, Answer};

use super::{client_through, start};
use crate::harness::Stack;

/// Asks for a tunnel; the sandbox closes the connection when it refuses.
async fn connect(stack: &Stack, target: &str, host: &str) -> Answer {
    let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stack.say(request).await
}

#[tokio::test]
async fn sbx_06_a_tunnel_leads_to_authenteqs_names_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let stack = start(folder.path()).await;
    let victim = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let reachable = victim.local_addr().unwrap().to_string();
    for target in [
        reachable.as_str(),
        "evil.example:443",
        "identity.authenteq.com.evil.example:443",
        "notauthenteq.com:443",
        "demo-portal.authenteq.com:443",
        "identity.authenteq.com:22",
        "identity.authenteq.com:80",
        "localhost:443",
        "169.254.169.254:443",
        "[::1]:443",
    ] {
        for host in [target, "identity.authenteq.com:443"] {
            let answer = connect(&stack, target, host).await;
            assert_eq!(answer.status, 403, "{target}");
            let text = answer.text();
            assert!(
                text.contains("is no proxy") && text.contains("api.authenteq.com"),
                "{text}"
            );
        }
    }
    // Neither does an address in the request line.
    let absolute = format!(
        "GET http://{reachable}/ HTTP/1.1\r\nHost: {reachable}\r\nConnection: close\r\n\r\n"
    );
    stack.say(absolute).await;
    for foreign in [
        "http://evil.example/",
        "http://evil.example/v2/web-kyc/details",
    ] {
        let request =
            format!("GET {foreign} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        assert_eq!(stack.say(request).await.status, 421, "{foreign}");
    }
    let accepted = tokio::time::timeout(std::time::Duration::ZERO, victim.accept()).await;
    assert!(accepted.is_err(), "the sandbox made a connection");
}

#[tokio::test]
async fn sbx_06_there_is_no_tunnel_within_a_connection_that_has_ended_one() {
    let folder = tempfile::tempdir().unwrap();
    let stack = start(folder.path()).await;
    let port = stack.sandbox.local_addr().port();
    let health = "https://api.authenteq.com/_sandbox/api/health";
    for (scheme, is_led_on) in [("http", true), ("https", false)] {
        let client = client_through(&format!("{scheme}://127.0.0.1:{port}"), folder.path());
        assert_eq!(
            client.get(health).send().await.is_ok(),
            is_led_on,
            "{scheme}"
        );
    }
}

#[tokio::test]
async fn sbx_06_what_comes_through_a_tunnel_is_asked_for_its_name_again() {
    let folder = tempfile::tempdir().unwrap();
    let stack = start(folder.path()).await;
    let through = super::client_through(stack.sandbox.url(), folder.path());
    let health = "https://identity.authenteq.com/_sandbox/api/health";
    let request = || through.get(health);
    assert_eq!(request().send().await.unwrap().status(), 200);
    let foreign = request()
        .header("host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), 421);
}

#[tokio::test]
async fn an_idle_tunnel_ends_with_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let stack = start(folder.path()).await;
    let request = "CONNECT api.authenteq.com:443 HTTP/1.1\r\nHost: api.authenteq.com:443\r\n\r\n";
    let mut tunnel = wire::send(stack.sandbox.url(), request).await;
    let head = wire::read_head(&mut tunnel).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(!head.to_lowercase().contains("content-length"), "{head}");
    let begun = std::time::Instant::now();
    stack.sandbox.shutdown().await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(2));
}

#[tokio::test]
async fn without_tls_a_tunnel_is_refused_with_the_way_to_it() {
    let stack = Stack::start().await;
    let request = "CONNECT identity.authenteq.com:443 HTTP/1.1\r\n\
                   Host: identity.authenteq.com:443\r\nConnection: close\r\n\r\n";
    let answer = stack.say(request).await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("--tls DIR"), "{}", answer.text());
}
