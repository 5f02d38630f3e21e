//! Challenges over HTTP, with what needs no living visitor.

use axum::{Router, http::StatusCode};
use serde_json::Value;
use webkyc_verifier::router;

use crate::{
    api::{blank, request, send},
    verifier,
};

async fn begin(router: &Router) -> String {
    let (status, _, challenge) = send(router, request("POST", "/challenges", "")).await;
    assert_eq!(status, StatusCode::CREATED);
    let prompt = challenge["prompt"].as_str().unwrap();
    assert!(["left", "right", "centre"].contains(&prompt));
    let expires_at: jiff::Timestamp = challenge["expiresAt"].as_str().unwrap().parse().unwrap();
    assert!(expires_at > jiff::Timestamp::now());
    challenge["id"].as_str().unwrap().to_owned()
}

async fn show(router: &Router, id: &str, number: u32, frame: Vec<u8>) -> (StatusCode, Value) {
    let path = format!("/challenges/{id}/frames?seq={number}");
    let (status, _, answer) = send(router, request("POST", &path, frame)).await;
    (status, answer)
}

#[tokio::test]
async fn liv_05_frames_are_answered_until_the_challenge_fails_and_is_gone() {
    let Some(verifier) = verifier() else { return };
    let router = router(verifier);
    let id = begin(&router).await;
    let (status, first) = show(&router, &id, 0, blank()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(first["state"], "go on");
    assert_eq!(first["face"], Value::Null);
    assert!(first["prompt"].is_string());
    let (_, failed) = show(&router, &id, 7, blank()).await;
    assert_eq!(failed["state"], "failed");
    assert_eq!(failed["reason"], "outOfOrder");
    assert_eq!(failed["prompt"], Value::Null);
    let (status, problem) = show(&router, &id, 2, blank()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(problem["code"], "UNKNOWN_CHALLENGE");
}

#[tokio::test]
async fn liv_04_a_frame_that_fails_counts_although_its_caller_has_hung_up() {
    let Some(verifier) = verifier() else { return };
    let router = router(verifier);
    let id = begin(&router).await;
    let path = format!("/challenges/{id}/frames?seq=7");
    let frame = send(&router, request("POST", &path, blank()));
    // Its work has begun once the challenge is in use.
    let begun = async {
        while show(&router, &id, 0, b"no picture".to_vec()).await.0 != StatusCode::CONFLICT {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        _ = frame => {}
        () = begun => {}
    }
    let mut after = StatusCode::CONFLICT;
    while after == StatusCode::CONFLICT {
        (after, _) = show(&router, &id, 0, blank()).await;
    }
    assert_eq!(after, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn liv_05_a_frame_that_is_no_picture_ends_the_challenge() {
    let Some(verifier) = verifier() else { return };
    let router = router(verifier);
    for (frame, status, code) in [
        (b"GIF89a".to_vec(), 415, "PICTURE_KIND"),
        (blank()[..60].to_vec(), 422, "PICTURE_DAMAGED"),
        (vec![0; 1024 * 1024 + 1], 413, "FRAME_TOO_LARGE"),
    ] {
        let id = begin(&router).await;
        let (answered, problem) = show(&router, &id, 0, frame).await;
        assert_eq!(answered.as_u16(), status);
        assert_eq!(problem["code"], code);
        let (answered, _) = show(&router, &id, 0, blank()).await;
        assert_eq!(answered, StatusCode::NOT_FOUND, "{code}");
    }
    let id = begin(&router).await;
    let without_number = format!("/challenges/{id}/frames");
    let (status, _, _) = send(&router, request("POST", &without_number, blank())).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, _) = show(&router, &id, 0, blank()).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn liv_06_nothing_is_compared_without_a_challenge_that_passed() {
    let Some(verifier) = verifier() else { return };
    let router = router(verifier);
    let id = begin(&router).await;
    for (id, status, code) in [
        (id.as_str(), 409, "CHALLENGE_NOT_PASSED"),
        ("another", 404, "UNKNOWN_CHALLENGE"),
    ] {
        let path = format!("/challenges/{id}/match");
        let (answered, _, problem) = send(&router, request("POST", &path, blank())).await;
        assert_eq!(answered.as_u16(), status);
        assert_eq!(problem["code"], code);
    }
}

#[tokio::test]
async fn liv_07_challenges_beyond_the_most_are_turned_away() {
    let Some(verifier) = verifier() else { return };
    let router = router(verifier);
    for _ in 0..128 {
        begin(&router).await;
    }
    let (status, _, problem) = send(&router, request("POST", "/challenges", "")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem["code"], "BUSY");
}

#[tokio::test]
async fn liv_06_a_challenge_that_is_not_wanted_any_more_is_gone() {
    let Some(verifier) = verifier() else { return };
    let router = router(verifier);
    let id = begin(&router).await;
    let path = format!("/challenges/{id}");
    for _ in 0..2 {
        let (status, _, _) = send(&router, request("DELETE", &path, "")).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    let (status, problem) = show(&router, &id, 0, blank()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(problem["code"], "UNKNOWN_CHALLENGE");
}
