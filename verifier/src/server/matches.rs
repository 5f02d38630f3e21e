//! `POST /challenges/{id}/match`.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Json,
    extract::{Path, Request, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    App, body,
    problem::{Problem, ProblemBody},
};
use crate::{deadline::Deadline, liveness::LIMITS};

/// How long a portrait may take.
const LONGEST: Duration = Duration::from_secs(8);

/// How alike two faces are.
#[derive(Serialize, ToSchema)]
pub(super) struct Comparison {
    /// 1 for the same picture, about 0 for strangers.
    similarity: f32,
    /// From here on the faces look alike.
    threshold: f32,
    same: bool,
}

/// Compares the portrait of a document, which is the body, with the face of a challenge that has passed: never
/// two pictures of the caller's choice.
#[utoipa::path(
    post,
    path = "/challenges/{id}/match",
    params(("id" = String, Path)),
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    responses(
        (status = 200, body = Comparison),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn match_portrait(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<Comparison>, Problem> {
    let face = match app.challenges.face(&id, Instant::now()) {
        Ok(face) => face,
        Err(unfit) => return Err(body::refuse(request, unfit.into()).await),
    };
    // It is as quick as a frame, and its caller waits for five seconds at most.
    let place = match app.frames.enter() {
        Ok(place) => place,
        Err(problem) => return Err(body::refuse(request, problem).await),
    };
    let bytes = body::read(request, Problem::PictureTooLarge).await?;
    let verifier = Arc::clone(&app.verifier);
    let portrait = place.run(move || verifier.portrait_template(&bytes, Deadline::after(LONGEST)));
    let portrait = portrait.await??.ok_or(Problem::NoFace)?;
    let similarity = face.similarity(&portrait);
    Ok(Json(Comparison {
        similarity,
        threshold: LIMITS.same_face,
        same: similarity >= LIMITS.same_face,
    }))
}
