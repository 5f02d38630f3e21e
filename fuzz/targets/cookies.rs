//! `Cookie` headers, through the whole backend: nothing that was not sealed by it opens a session.

#![no_main]

mod configuration;

use std::sync::LazyLock;

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Request, StatusCode},
};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;
use webkyc_backend::{AppState, Limits, clock::Clock, listener::Stop, router};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut runtime = Builder::new_current_thread();
    runtime.enable_all().build().expect("a runtime")
});

static BACKEND: LazyLock<Router> = LazyLock::new(|| {
    let (clock, limits) = (Clock::system(), Limits::default());
    let draining = Stop::new().draining();
    let app = AppState::new(configuration::read(), clock, limits, draining);
    router(app.expect("a backend"))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(cookies) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    let request = Request::get("/api/session")
        .header("host", "kyc.example")
        .header("x-webkyc", "1")
        .header("cookie", cookies);
    let request = request.body(Body::empty()).expect("a request");
    let answer = RUNTIME.block_on(BACKEND.clone().oneshot(request));
    let answer = answer.unwrap_or_else(|never| match never {});
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
});
