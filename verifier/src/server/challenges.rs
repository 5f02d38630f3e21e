//! `POST /challenges`, `DELETE /challenges/{id}`.

use std::{sync::Arc, time::Instant};

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use webkyc_reading::Prompt;

use super::{
    App,
    problem::{Problem, ProblemBody},
};
use crate::liveness::LIMITS;

/// A challenge that has begun.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewChallenge {
    /// Names it in the other calls.
    id: String,
    /// The first prompt.
    prompt: Prompt,
    /// When it fails at the latest.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Begins a challenge: prompts, one at a time, that a visitor follows with the head.
#[utoipa::path(
    post,
    path = "/challenges",
    responses(
        (status = 201, body = NewChallenge),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn begin_challenge(
    State(app): State<Arc<App>>,
) -> Result<(StatusCode, Json<NewChallenge>), Problem> {
    let begun = app.challenges.begin(Instant::now());
    let (id, prompt) = begun.ok_or(Problem::Busy)?;
    let challenge = NewChallenge {
        id,
        prompt,
        expires_at: Timestamp::now() + LIMITS.all,
    };
    Ok((StatusCode::CREATED, Json(challenge)))
}

/// Forgets a challenge, and the face of one that has passed. A challenge that is gone stays gone.
#[utoipa::path(
    delete,
    path = "/challenges/{id}",
    params(("id" = String, Path)),
    responses((status = 204)),
)]
pub(super) async fn forget_challenge(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> StatusCode {
    app.challenges.end(&id, Instant::now());
    StatusCode::NO_CONTENT
}
