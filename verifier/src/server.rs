//! The HTTP API, for programs on this machine.

mod body;
mod challenges;
mod documents;
mod frames;
mod gate;
mod listening;
mod matches;
mod models;
mod problem;
mod queue;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, header::CACHE_CONTROL},
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};
use utoipa::OpenApi;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

pub use self::listening::{ListenAddress, ListenError, Server, listen};
use self::{problem::Problem, queue::Queue};
use crate::{challenges::Challenges, picture::MOST_BYTES, verifier::Verifier};

#[derive(OpenApi)]
#[openapi(info(
    title = "webkyc-verifier",
    description = "Reads documents, asks for liveness and compares faces, offline. Nothing it answers is evidence."
))]
struct Description;

/// So many frames are looked at at a time: the largest takes a hundred megabytes for a moment.
pub const MOST_FRAMES: usize = 2;

/// The state that the handlers share.
struct App {
    verifier: Arc<Verifier>,
    pictures: Queue,
    frames: Queue,
    challenges: Challenges,
}

/// All routes behind the gate.
pub fn router(verifier: Arc<Verifier>) -> Router {
    let app = Arc::new(App {
        verifier,
        pictures: Queue::of_pictures(),
        frames: Queue::of_frames(MOST_FRAMES),
        challenges: Challenges::default(),
    });
    let (router, description) = OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(documents::read_document))
        .routes(routes!(challenges::begin_challenge))
        .routes(routes!(challenges::forget_challenge))
        .routes(routes!(frames::look_at_frame).layer(DefaultBodyLimit::max(frames::MOST_BYTES)))
        .routes(routes!(matches::match_portrait))
        .routes(routes!(models::show_models))
        .split_for_parts();
    router
        .route(
            "/openapi.json",
            get(move || async move { Json(description) }),
        )
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .fallback(|| async { Problem::NotFound })
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(from_fn(gate::refuse_strangers))
        .layer(from_fn(keep_nothing))
        .with_state(app)
}

/// Answers hold personal data.
async fn keep_nothing(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response
}
