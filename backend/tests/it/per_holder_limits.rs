//! The share of one visitor, and of one address, in the shared resources.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::future::join_all;
use reqwest::{Method, Response};
use rstest::rstest;
use serde_json::json;
use webkyc_backend::Limits;
use webkyc_test_kit::{
    fault_proxy::{Fault, FaultProxy, Phase},
    raw_server::{RawServer, complete},
};

use crate::{
    fault_matrix::impatient,
    harness::{Flow, STATE, Visitor, eventually},
    stub::Stub,
};

const MEBIBYTE: usize = 1 << 20;

/// An Authenteq whose details have this size.
async fn authenteq(flow: Flow, bytes: usize) -> RawServer {
    let mut image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0".to_vec();
    image.resize(image.len() + bytes / 4 * 3, 7);
    let image = BASE64_STANDARD.encode(image);
    let details = json!({"details": {"surname": "A", "faceImage": image}});
    let details = complete("application/json", &details.to_string());
    RawServer::answering(move |line| flow.scripted(line).unwrap_or_else(|| details.clone())).await
}

/// Requests the details, and reads only the head of the answer.
async fn unread(visitor: &Visitor<'_>) -> Response {
    let request = visitor.request(Method::GET, "/api/details");
    request.send().await.unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn fe_12_slow_readers_with_one_session_leave_the_memory_to_the_others(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = authenteq(flow, 8 * MEBIBYTE).await;
    let mut limits = Limits::default();
    limits.authenteq.wait = Duration::from_millis(300);
    let app = flow.start_scripted(&server.url(), limits).await;
    let greedy = app.signed_up_from("192.0.2.1").await;
    // As many as fit, each from another address.
    let readers = (0..36).map(async |n| {
        let mut reader = greedy.clone();
        reader.from = Some(format!("192.0.2.{n}"));
        unread(&reader).await
    });
    let readers = join_all(readers).await;
    let held = readers.iter().filter(|it| it.status() == 200).count();
    assert!((1..=2).contains(&held), "{held} of 36");
    assert!(
        readers
            .iter()
            .all(|it| [200, 429].contains(&it.status().as_u16()))
    );
    let others = (0..20).map(async |n| {
        let mut other = app.signed_up_from(format!("198.51.100.{n}")).await;
        other.get("/api/details").await.status
    });
    for status in join_all(others).await {
        assert_eq!(status, 200);
    }
    drop(readers);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn fe_12_slow_readers_behind_one_address_leave_the_memory_to_the_others(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = authenteq(flow, 8 * MEBIBYTE).await;
    let mut limits = Limits::default();
    limits.authenteq.wait = Duration::from_millis(300);
    let app = flow.start_scripted(&server.url(), limits).await;
    let mut readers = Vec::new();
    for _ in 0..36 {
        let reader = app.signed_up_from("192.0.2.1").await;
        readers.push(unread(&reader).await);
    }
    let held = readers.iter().filter(|it| it.status() == 200).count();
    // A share is 48 MiB of 256.
    assert!((4..=6).contains(&held), "{held} of 36");
    let refused = readers.iter().find(|it| it.status() != 200).unwrap();
    assert_eq!(refused.status(), 503);
    let mut other = app.signed_up_from("198.51.100.1").await;
    assert_eq!(other.get("/api/details").await.status, 200);
    drop(readers);
    let again = app.signed_up_from("192.0.2.1").await;
    eventually("room again", async || {
        again.clone().get("/api/details").await.status == 200
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn fe_11_a_sign_up_is_not_refused_at_its_end_because_of_others_behind_the_address(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = authenteq(flow, 0).await;
    let app = flow.start_scripted(&server.url(), Limits::default()).await;
    let mut visitors = Vec::new();
    for _ in 0..60 {
        let mut visitor = app.visitor_from("192.0.2.1");
        visitor.begin(STATE).await;
        visitors.push(visitor);
    }
    // All of them return within the minute, and fetch more than once.
    for visitor in &mut visitors {
        visitor.exchange("code", STATE).await.assert_ok();
        for _ in 0..3 {
            visitor.get("/api/details").await.assert_ok();
        }
    }
    // A visitor who only repeats this is slowed down, and the others are not.
    let (mut one, mut other) = (visitors.pop().unwrap(), visitors.pop().unwrap());
    let mut refused = None;
    for _ in 0..200 {
        let answer = one.get("/api/details").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    refused.unwrap().assert_problem(429, "RATE_LIMITED");
    other.get("/api/details").await.assert_ok();
}

#[rstest]
#[tokio::test]
async fn oa_24_invented_codes_reach_authenteq_no_faster_than_it_is_good_for_the_account(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = authenteq(flow, 0).await;
    let mut limits = Limits::default();
    limits.authenteq.tokens_a_second = 5.try_into().unwrap();
    limits.authenteq.token_wait = Duration::from_secs(30);
    let app = flow.start_scripted(&server.url(), limits).await;
    let mut visitors = Vec::new();
    for n in 0..15 {
        let mut visitor = app.visitor_from(format!("192.0.2.{n}"));
        visitor.begin(STATE).await;
        visitors.push(visitor);
    }
    let began = std::time::Instant::now();
    let exchanges = visitors
        .iter_mut()
        .map(|visitor| visitor.exchange("code", STATE));
    for answer in join_all(exchanges).await {
        answer.assert_ok();
    }
    // Five at once, and then five per second: only the elapsed time shows the limit.
    assert!(
        began.elapsed() > Duration::from_millis(1_900),
        "{:?}",
        began.elapsed()
    );
}

#[rstest]
#[tokio::test]
async fn up_25_calls_that_visitors_give_up_are_counted(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let stub = Stub::start().await;
    let proxy = FaultProxy::start(stub.address).await;
    let mut limits = impatient();
    limits.authenteq.details.head = Duration::from_secs(60);
    let app = flow.start_limited(&proxy.url(), |_| {}, limits).await;
    let visitor = app.signed_up_from("192.0.2.1").await;
    proxy.arm(Some((Fault::Silence, Phase::Headers))).await;
    let forwarded = proxy.forwarded();
    let request = visitor.request(Method::GET, "/api/details").send();
    let asking = tokio::spawn(request);
    eventually("asked", async || proxy.forwarded() > forwarded).await;
    asking.abort();
    let call = match flow {
        Flow::WebKyc => "details",
        Flow::WebIdv => "details_export",
    };
    let name = &format!("webkyc_authenteq_calls_total{{call=\"{call}\",outcome=\"abandoned\"}}");
    eventually("counted", async || app.metric(name).await == 1.0).await;
}
