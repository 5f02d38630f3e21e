//! The memory that details take.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::future::join_all;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use webkyc_backend::Limits;
use webkyc_test_kit::raw_server::{RawServer, complete};

use crate::harness::{Flow, eventually};

const MEBIBYTE: usize = 1 << 20;

/// A picture of this size in base64: the signature, a header for one pixel, and filler.
fn picture(bytes: usize) -> String {
    let mut image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0".to_vec();
    image.resize(bytes, 7);
    BASE64_STANDARD.encode(image)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn fe_12_forty_details_at_once_are_each_whole_or_turned_away(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let image = picture(6 * MEBIBYTE);
    let body = json!({"details": {"surname": "A", "faceImage": image}});
    let large = complete("application/json", &body.to_string());
    let server =
        RawServer::answering(move |line| flow.scripted(line).unwrap_or_else(|| large.clone()))
            .await;
    let mut limits = Limits::default();
    // Room for two answers, and no request waits for it.
    limits.authenteq.buffered = 24 * MEBIBYTE;
    limits.authenteq.wait = Duration::ZERO;
    let app = flow.start_scripted(&server.url(), limits).await;
    let before = app.free("details_bytes").await;
    let mut visitors = Vec::new();
    for n in 0..40 {
        visitors.push(app.signed_up_from(format!("198.51.100.{n}")).await);
    }

    let answers = visitors.iter().map(async |visitor| {
        let response = visitor.request(Method::GET, "/api/details").send().await;
        let response = response.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        if status == 200 {
            // Not with assert_eq, which would print it.
            assert!(body["documents"][0]["faceImage"]["content"] == image.as_str());
        } else {
            assert_eq!((status, &body["code"]), (503, &json!("OVERLOADED")));
            assert_eq!(headers["retry-after"], "1");
            assert_eq!(body["retryable"], true);
        }
        status
    });
    let answers = join_all(answers).await;
    let whole = answers.iter().filter(|status| **status == 200).count();
    assert!((1..40).contains(&whole), "{whole} of 40");
    eventually("bytes come back", async || {
        app.free("details_bytes").await == before
    })
    .await;
    let details = visitors[0].get("/api/details").await;
    assert_eq!(details.status, 200, "there is room again");
}

/// How an answer comes that needs more memory than its length says.
#[derive(Clone, Copy)]
enum Growing {
    /// Its texts are copied.
    Texts,
    /// Its picture has an escape and is copied.
    Picture,
    /// Its length is not announced.
    Unannounced,
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn fe_12_who_waits_for_memory_does_not_take_it_from_an_answer_that_is_there(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
    #[values(Growing::Texts, Growing::Picture, Growing::Unannounced)] growing: Growing,
) {
    let address = "A".repeat(2_000);
    let body = json!({"details": {"address": address, "faceImage": picture(MEBIBYTE)}});
    let body = body.to_string();
    let large = match growing {
        Growing::Texts => complete("application/json", &body),
        Growing::Picture => complete("application/json", &body.replace('/', r"\/")),
        Growing::Unannounced => unannounced(&body),
    };
    let server =
        RawServer::answering(move |line| flow.scripted(line).unwrap_or_else(|| large.clone()))
            .await;
    let mut limits = Limits::default();
    // Room for some answers, and for the growth of one; all others wait.
    limits.authenteq.buffered = 13 * MEBIBYTE;
    limits.authenteq.wait = Duration::from_secs(20);
    let app = flow.start_scripted(&server.url(), limits).await;
    let mut visitors = Vec::new();
    for n in 0..20 {
        visitors.push(app.signed_up_from(format!("198.51.100.{n}")).await);
    }
    let statuses = visitors.iter().map(async |visitor| {
        let response = visitor.request(Method::GET, "/api/details").send().await;
        let response = response.unwrap();
        let status = response.status().as_u16();
        response.bytes().await.unwrap();
        status
    });
    assert_eq!(join_all(statuses).await, [200; 20]);
}

/// An answer that ends with its connection.
fn unannounced(body: &str) -> Vec<u8> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
    [head, body].concat().into_bytes()
}

#[rstest]
#[tokio::test]
async fn fe_13_an_answer_takes_the_memory_that_it_needs_and_no_more(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let spaced = |content: String| format!("{} {}", &content[..8], &content[8..]);
    for (content, is_announced, enough, too_little) in [
        // It is held once.
        (picture(3 * MEBIBYTE), true, 6 * MEBIBYTE, 3 * MEBIBYTE),
        // Base64 with spaces is copied.
        (spaced(picture(MEBIBYTE)), true, 6 * MEBIBYTE, 3 * MEBIBYTE),
        // Without a length.
        (picture(100), false, MEBIBYTE / 4, MEBIBYTE / 32),
        (picture(3 * MEBIBYTE), false, 17 * MEBIBYTE, 5 * MEBIBYTE),
    ] {
        let body = json!({"details": {"surname": "A", "faceImage": content}}).to_string();
        let details = if is_announced {
            complete("application/json", &body)
        } else {
            unannounced(&body)
        };
        let server = RawServer::answering(move |line| {
            flow.scripted(line).unwrap_or_else(|| details.clone())
        })
        .await;
        for buffered in [enough, too_little] {
            let mut limits = Limits::default();
            limits.authenteq.buffered = buffered;
            limits.authenteq.wait = Duration::ZERO;
            let app = flow.start_scripted(&server.url(), limits).await;
            let mut visitor = app.signed_up().await;
            let details = visitor.get("/api/details").await;
            let what = format!("{} in {buffered}", content.len());
            if buffered == enough {
                let details = details.assert_ok();
                let read = &details["documents"][0]["faceImage"]["content"];
                // Not with assert_eq, which would print it.
                assert!(read == content.replace(' ', "").as_str(), "{what}");
            } else {
                assert_eq!(details.status, 503, "{what}");
            }
            eventually("bytes come back", async || {
                app.free("details_bytes").await == buffered as f64
            })
            .await;
        }
    }
}
