//! `GET /v2/web-kyc/details`.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{GenericImageView, ImageFormat};
use serde_json::Value;

use crate::harness::{Stack, assert_refused};

/// The bytes must be a JPEG of a sensible size with something on it.
fn assert_picture(content: &Value, size: (u32, u32)) {
    let bytes = STANDARD.decode(content.as_str().unwrap()).unwrap();
    assert_eq!(image::guess_format(&bytes).unwrap(), ImageFormat::Jpeg);
    let picture = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
    assert_eq!(picture.dimensions(), size);
    let first = picture.get_pixel(0, 0);
    let different = picture
        .pixels()
        .filter(|(_, _, pixel)| *pixel != first)
        .count();
    assert!(different * 2 > picture.pixels().count());
}

#[tokio::test]
async fn annas_pictures_are_jpegs_and_what_is_issued_is_what_is_listed() {
    let stack = Stack::start().await;
    let token = stack.token("anna").await;
    let response = stack.details(&token).await;
    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    let details: Value = response.json().await.unwrap();
    assert_picture(&details["croppedDocs"]["front"], (1011, 638));
    assert_picture(&details["croppedDocs"]["back"], (1011, 638));
    assert_eq!(details["details"]["givenNames"], "ANNA MARIA");
    assert_eq!(stack.sandbox.verifications()[0].details, details);
}

#[tokio::test]
async fn johns_pictures_are_jpegs_and_every_verification_has_its_own_id() {
    let stack = Stack::start().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let token = stack.token("john").await;
        let details: Value = stack.details(&token).await.json().await.unwrap();
        let document = &details["documentData"];
        for (image, size) in [
            (&details["livenessFaceImage"], (720, 960)),
            (&document["faceImage"], (490, 630)),
            (&document["croppedFrontImage"], (1011, 638)),
            (&document["croppedBackImage"], (1011, 638)),
        ] {
            assert_eq!(image["contentType"], "image/jpeg");
            assert_picture(&image["content"], size);
        }
        ids.push(details["id"].as_str().unwrap().to_owned());
    }
    assert_ne!(ids[0], ids[1]);
    for (issued, id) in stack.sandbox.verifications().iter().zip(&ids) {
        assert_eq!(&issued.id, id);
        assert_eq!(issued.client_id, crate::harness::CLIENT_ID);
        assert_eq!(issued.details["id"], id.as_str());
    }
}

#[tokio::test]
async fn details_are_there_for_fifteen_minutes_and_then_no_more() {
    let stack = Stack::start().await;
    let token = stack.token("anna").await;
    for _ in 0..2 {
        assert_eq!(stack.details(&token).await.status().as_u16(), 200);
    }
    stack.sandbox.advance_clock(Duration::from_secs(890));
    assert_eq!(stack.details(&token).await.status().as_u16(), 200);
    stack.sandbox.advance_clock(Duration::from_secs(10));
    assert_refused(
        stack.details(&token).await,
        401,
        "TOKEN_INVALID",
        "Token is invalid or expired",
    )
    .await;
}

#[tokio::test]
async fn without_a_token_that_was_issued_there_are_no_details() {
    let stack = Stack::start().await;
    let token = stack.token("anna").await;
    let missing = "No Bearer token in the Authorization header";
    assert_refused(
        stack.get("/v2/web-kyc/details").await,
        401,
        "TOKEN_MISSING",
        missing,
    )
    .await;
    for (credentials, code) in [
        ("Bearer".to_owned(), "TOKEN_MISSING"),
        ("Basic dXNlcjpzZWNyZXQ=".to_owned(), "TOKEN_MISSING"),
        (token.clone(), "TOKEN_MISSING"),
        (format!("Bearer {token}x"), "TOKEN_INVALID"),
        (
            "Bearer eyJhbGciOiJub25lIn0.e30.".to_owned(),
            "TOKEN_INVALID",
        ),
    ] {
        let request = stack.http.get(stack.at("/v2/web-kyc/details"));
        let response = request
            .header("authorization", &credentials)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), 401, "{credentials}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["errorCode"], code, "{credentials}");
    }
    assert_eq!(
        stack
            .get(&format!("/v2/web-kyc/details?token={token}"))
            .await
            .status()
            .as_u16(),
        401
    );
}
