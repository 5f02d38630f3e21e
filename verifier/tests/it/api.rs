//! The HTTP API.

use axum::{
    Router,
    body::Body,
    http::{
        Request, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
};
use http_body_util::BodyExt;
use image::RgbImage;
use tower::ServiceExt;
use webkyc_verifier::{ListenError, listen, router};

use crate::verifier;

/// Status, content type and body.
pub(crate) async fn send(
    router: &Router,
    request: Request<Body>,
) -> (StatusCode, String, serde_json::Value) {
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    assert_eq!(response.headers()["cache-control"], "no-store");
    let says_when = response.headers().contains_key(RETRY_AFTER);
    assert_eq!(says_when, status == StatusCode::SERVICE_UNAVAILABLE);
    let kind = response.headers().get(CONTENT_TYPE);
    let kind = kind.map_or("", |kind| kind.to_str().unwrap()).to_owned();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let body = match kind.as_str() {
        "" => serde_json::Value::Null,
        _ => serde_json::from_slice(&body).unwrap(),
    };
    (status, kind, body)
}

pub(crate) fn request(method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    request
        .header("host", "127.0.0.1:8095")
        .body(body.into())
        .unwrap()
}

pub(crate) fn blank() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = RgbImage::from_pixel(320, 240, image::Rgb([90, 90, 90]));
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn a_picture_without_a_document_is_answered_with_the_reason() {
    let Some(verifier) = verifier() else { return };
    let router = router(verifier);
    let (status, _, side) = send(
        &router,
        request("POST", "/documents?zone=expected", blank()),
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(side["retake"], "noDocument");
    assert_eq!(side["zone"], serde_json::Value::Null);
}

#[tokio::test]
async fn what_is_no_picture_is_a_problem_with_a_code() {
    let Some(verifier) = verifier() else { return };
    let router = router(verifier);
    let large = vec![0; 8 * 1024 * 1024 + 1];
    for (method, path, body, status, code) in [
        (
            "POST",
            "/documents",
            b"GIF89a".to_vec(),
            415,
            "PICTURE_KIND",
        ),
        (
            "POST",
            "/documents",
            blank()[..60].to_vec(),
            422,
            "PICTURE_DAMAGED",
        ),
        ("POST", "/documents", large, 413, "PICTURE_TOO_LARGE"),
        ("POST", "/documents?zone=maybe", blank(), 400, "BAD_REQUEST"),
        ("GET", "/documents", Vec::new(), 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/faces", Vec::new(), 404, "NOT_FOUND"),
    ] {
        let (answered, kind, problem) = send(&router, request(method, path, body)).await;
        assert_eq!(answered.as_u16(), status, "{path}");
        assert_eq!(kind, "application/problem+json");
        assert_eq!(problem["code"], code);
        assert_eq!(problem["status"], status);
    }
}

#[tokio::test]
async fn pages_and_foreign_names_are_refused() {
    let Some(verifier) = verifier() else { return };
    let router = router(verifier);
    let mut page = request("POST", "/documents", blank());
    page.headers_mut()
        .insert("origin", "http://127.0.0.1:8095".parse().unwrap());
    assert_eq!(send(&router, page).await.0, StatusCode::FORBIDDEN);
    let mut rebound = request("GET", "/models", "");
    rebound
        .headers_mut()
        .insert("host", "rebound.example".parse().unwrap());
    assert_eq!(
        send(&router, rebound).await.0,
        StatusCode::MISDIRECTED_REQUEST
    );
}

#[tokio::test]
async fn models_are_named_with_hash_and_licence() {
    let Some(verifier) = verifier() else { return };
    let router = router(verifier);
    let (_, _, answer) = send(&router, request("GET", "/models", "")).await;
    assert_eq!(answer["models"].as_array().unwrap().len(), 4);
    for model in answer["models"].as_array().unwrap() {
        assert_eq!(model["sha256"].as_str().unwrap().len(), 64);
        assert!(matches!(
            model["licence"].as_str().unwrap(),
            "MIT" | "Apache-2.0"
        ));
    }
}

#[tokio::test]
async fn the_description_names_the_calls() {
    let Some(verifier) = verifier() else { return };
    let (_, _, description) = send(&router(verifier), request("GET", "/openapi.json", "")).await;
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.keys().eq([
        "/challenges",
        "/challenges/{id}",
        "/challenges/{id}/frames",
        "/challenges/{id}/match",
        "/documents",
        "/models",
    ]));
}

#[tokio::test]
async fn only_addresses_of_this_machine_are_listened_on() {
    let refused = listen("0.0.0.0:0".parse().unwrap()).await;
    assert!(matches!(refused, Err(ListenError::NotLoopback(_))));
    let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let taken = listen(listener.local_addr().unwrap()).await;
    assert!(matches!(taken, Err(ListenError::Taken { .. })));
}
