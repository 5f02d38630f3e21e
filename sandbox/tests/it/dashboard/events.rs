//! The events that make pages live.

use std::time::Duration;

use reqwest::Response;
use serde_json::Value;

use super::between;
use crate::harness::Stack;

/// Only a test that fails waits that long.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// Less than the sandbox gives connections that never end.
const PROMPTLY: Duration = Duration::from_secs(2);

async fn follow(stack: &Stack) -> Response {
    let response = stack.get("/_sandbox/api/events").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response
}

/// The number of the next event, unless the stream has ended.
async fn next_change(events: &mut Response) -> Option<u64> {
    let mut text = String::new();
    while !text.contains("\n\n") {
        let more = tokio::time::timeout(MAX_WAIT, events.chunk())
            .await
            .unwrap();
        text.push_str(std::str::from_utf8(&more.unwrap()?).unwrap());
    }
    let event: Value = serde_json::from_str(between(&text, "data: ", "\n").unwrap()).unwrap();
    Some(event["change"].as_u64().unwrap())
}

#[tokio::test]
async fn the_first_event_says_whether_a_page_is_up_to_date() {
    let stack = Stack::start().await;
    stack.approve("anna").await;
    let page = stack.page("/_sandbox/").await;
    let shown = between(&page, "data-change=\"", "\"").unwrap();
    let mut events = follow(&stack).await;
    let change = next_change(&mut events).await.unwrap();
    assert_eq!(change.to_string(), shown);
}

#[tokio::test]
async fn an_event_comes_after_a_sign_up() {
    let stack = Stack::start().await;
    let mut events = follow(&stack).await;
    let before = next_change(&mut events).await.unwrap();
    stack.approve("anna").await;
    let after = next_change(&mut events).await.unwrap();
    assert!(after > before, "{before} {after}");
}

#[tokio::test]
async fn a_sandbox_stops_in_time_though_a_page_listens() {
    let stack = Stack::start().await;
    let mut events = follow(&stack).await;
    next_change(&mut events).await.unwrap();
    let stopping = stack.sandbox.shutdown();
    tokio::time::timeout(PROMPTLY, stopping).await.unwrap();
    assert_eq!(next_change(&mut events).await, None);
}
