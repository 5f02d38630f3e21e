//! The sandbox's own API, and the same as methods.

mod api;
mod clients;
mod contract;
mod diagnosis;
mod journal;
mod script;

use std::time::Duration;

use serde_json::{Value, json};
use webkyc_sandbox::{Client, Config, Sandbox, StartError};

use crate::harness::{CLIENT_ID, SECRET, Stack};

#[tokio::test]
async fn verifications_are_listed_newest_last_and_alike_over_http() {
    let stack = Stack::start().await;
    for person in ["john", "anna"] {
        stack.approve(person).await;
    }
    let get = async |path: String| -> Value { stack.get(&path).await.json().await.unwrap() };
    let listed = get("/_sandbox/api/verifications?secrets=shown".to_owned()).await;
    for (short, whole) in listed
        .as_array()
        .unwrap()
        .iter()
        .zip(stack.sandbox.verifications())
    {
        let path = format!(
            "/_sandbox/api/verifications/{}?secrets=shown",
            short["id"].as_str().unwrap()
        );
        assert_eq!(get(path).await, serde_json::to_value(&whole).unwrap());
        assert_eq!(short["code"], whole.code);
        assert!(short.get("details").is_none());
    }
    let scenarios: Vec<&Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["scenario"])
        .collect();
    assert_eq!(scenarios, ["john", "anna"]);
}

/// An unspent code buys the data, and lists end in the logs of builds.
#[tokio::test]
async fn sbx_12_no_listing_gives_a_code_or_a_secret_away_unasked() {
    let stack = Stack::start().await;
    let code = stack.code("john").await;
    let id = stack.sandbox.verifications().pop().unwrap().id;
    let client = stack.sandbox.client(CLIENT_ID).unwrap();
    let sign_up = client.sign_ups()[0].id.clone();
    let verification = format!("verifications/{id}");
    let attempt = format!("attempts/{sign_up}");
    for (path, has_codes) in [
        ("verifications", true),
        (&verification, true),
        (&attempt, true),
        ("attempts", false),
        ("requests", false),
        ("deliveries", false),
        ("clients", false),
        ("clients/client!%2BID", false),
    ] {
        let path = format!("/_sandbox/api/{path}");
        let text = stack.get(&path).await.text().await.unwrap();
        assert!(
            !text.contains(&code) && !text.contains(SECRET),
            "{path}: {text}"
        );
        if has_codes {
            assert!(text.contains("••••••••"), "{path}: {text}");
            let shown = stack.get(&format!("{path}?secrets=shown")).await;
            assert!(shown.text().await.unwrap().contains(&code), "{path}");
        }
    }
    for wrong in [
        "verifications?secrets=yes",
        &format!("{verification}?secrets=1"),
    ] {
        let answer = stack.get(&format!("/_sandbox/api/{wrong}")).await;
        assert_eq!(answer.status().as_u16(), 400, "{wrong}");
    }
}

#[tokio::test]
async fn sbx_12_no_listing_gives_away_a_code_that_came_in_the_wrong_place() {
    let stack = Stack::start().await;
    for path in [
        // As clients send the address of their page, and as links are copied out of HTML.
        "/web-idv/verification-result?redirectUrl=http%3A%2F%2Fother.example%2Fback%3Fcode%3DCANARY0",
        "/web-idv/verification-result?redirectUrl=http%3A%2F%2Fother.example%2Fback&amp;code=CANARY0",
        "/web-idv/verification-url?redirectUrl=http%3A%2F%2Fother.example%2Fback%3Fcode%3DCANARY0",
    ] {
        assert_eq!(stack.ask(path).await.status().as_u16(), 400, "{path}");
        for list in ["api/requests", "api/attempts", "requests", ""] {
            let text = stack.get(&format!("/_sandbox/{list}")).await.text().await;
            assert!(!text.unwrap().contains("CANARY0"), "{path} in {list}");
        }
    }
}

#[tokio::test]
async fn requests_are_listed_without_anything_secret() {
    let stack = Stack::start().await;
    let token = stack.token("anna").await;
    stack.details(&token).await;
    stack.get("/v2/web-kyc/details").await;
    stack.get("/_sandbox/api/health").await;
    let text = stack
        .get("/_sandbox/api/requests")
        .await
        .text()
        .await
        .unwrap();
    let listed: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        listed,
        serde_json::to_value(stack.sandbox.requests()).unwrap()
    );
    let lines: Vec<String> = stack
        .sandbox
        .requests()
        .iter()
        .map(|request| format!("{} {} {:?}", request.method, request.path, request.status))
        .collect();
    assert_eq!(
        lines,
        [
            "GET /authorize Some(303)",
            "POST /v2/web-kyc/token Some(200)",
            "GET /v2/web-kyc/details Some(200)",
            "GET /v2/web-kyc/details Some(401)",
        ]
    );
    assert!(
        !text.contains(&token) && !text.contains(SECRET) && !text.contains("state"),
        "{text}"
    );
}

#[tokio::test]
async fn the_clock_is_moved_over_http_and_only_forward() {
    let stack = Stack::start().await;
    let move_clock = |change: Value| {
        stack
            .http
            .post(stack.at("/_sandbox/api/clock"))
            .json(&change)
            .send()
    };
    let before = stack.sandbox.advance_clock(Duration::ZERO);
    let answer: Value = move_clock(json!({ "advanceSeconds": 86_400 }))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let now: jiff::Timestamp = answer["now"].as_str().unwrap().parse().unwrap();
    assert!(now.duration_since(before).as_secs() >= 86_400);
    for wrong in [
        json!({ "advanceSeconds": -1 }),
        json!({}),
        json!({ "seconds": 1 }),
    ] {
        assert_eq!(move_clock(wrong).await.unwrap().status().as_u16(), 400);
    }
}

#[tokio::test]
async fn a_sandbox_stops_on_drop_and_on_shutdown() {
    for by_shutdown in [true, false] {
        let stack = Stack::start().await;
        let health = stack.at("/_sandbox/api/health");
        assert_eq!(
            stack
                .http
                .get(&health)
                .send()
                .await
                .unwrap()
                .status()
                .as_u16(),
            200
        );
        if by_shutdown {
            stack.sandbox.shutdown().await;
        } else {
            drop(stack.sandbox);
            tokio::task::yield_now().await;
        }
        let address = health.split('/').nth(2).unwrap();
        // Once the address can be bound again, no listener holds it.
        let free = async {
            while tokio::net::TcpListener::bind(address).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), free)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn two_sandboxes_share_nothing_and_a_taken_port_is_an_error() {
    let one = Stack::start().await;
    let other = Stack::start().await;
    let form = Stack::token_form(&one.code("anna").await);
    assert_eq!(other.exchange(&form).await.status().as_u16(), 400);

    let taken = Config {
        listen: one
            .sandbox
            .url()
            .trim_start_matches("http://")
            .parse()
            .unwrap(),
        clients: vec![Client::demo()],
        ..Config::default()
    };
    assert!(matches!(
        Sandbox::start_with(taken).await,
        Err(StartError::Listen { .. })
    ));
}
