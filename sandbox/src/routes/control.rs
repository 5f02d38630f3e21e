//! `/_sandbox/api/`: what tests and demonstrations do with the sandbox itself.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::Refusal;
use crate::app_state::AppState;
use crate::journal::ReceivedRequest;
use crate::specimen;
use crate::verification::{Finished, Verification};

pub(crate) async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

pub(crate) async fn list_verifications(
    State(app): State<Arc<AppState>>,
) -> Json<Vec<Verification>> {
    let finished = app.store.verifications();
    Json(specimen::drawing(move || finished.into_iter().map(Finished::complete).collect()).await)
}

pub(crate) async fn list_requests(State(app): State<Arc<AppState>>) -> Json<Vec<ReceivedRequest>> {
    Json(app.journal.requests_of(None))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClockChange {
    advance_seconds: u64,
}

pub(crate) async fn advance_clock(
    State(app): State<Arc<AppState>>,
    change: Result<Json<ClockChange>, JsonRejection>,
) -> Result<Json<Value>, Refusal> {
    let Json(change) = change.map_err(|_| Refusal::InvalidParameter("advanceSeconds"))?;
    let now = app
        .clock
        .advance(Duration::from_secs(change.advance_seconds));
    Ok(Json(json!({ "now": now.to_string() })))
}
