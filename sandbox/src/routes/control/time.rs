//! `/_sandbox/api/clock`: everybody's time, and one client's.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::{ControlRefusal, controls};
use crate::app_state::AppState;

/// How far to move the time. It only goes forward.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClockChange {
    advance_seconds: u64,
}

impl ClockChange {
    fn time(&self) -> Duration {
        Duration::from_secs(self.advance_seconds)
    }
}

/// The time.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClockView {
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
}

/// The time of every client that was not moved alone.
#[utoipa::path(get, path = "/_sandbox/api/clock", tag = "clock",
    responses((status = 200, body = ClockView)))]
pub(super) async fn get_clock(State(app): State<Arc<AppState>>) -> Json<ClockView> {
    Json(ClockView {
        now: app.clock.now(),
    })
}

/// Moves the time of every client.
#[utoipa::path(post, path = "/_sandbox/api/clock", tag = "clock",
    request_body = ClockChange,
    responses((status = 200, body = ClockView), (status = 400, body = ControlRefusal)))]
pub(super) async fn advance_clock(
    State(app): State<Arc<AppState>>,
    change: Result<Json<ClockChange>, JsonRejection>,
) -> Result<Json<ClockView>, ControlRefusal> {
    let Json(change) = change?;
    let now = app.clock.advance(change.time());
    Ok(Json(ClockView { now }))
}

/// One client's time.
#[utoipa::path(get, path = "/_sandbox/api/clients/{clientId}/clock", tag = "clock",
    params(("clientId" = String, Path)),
    responses((status = 200, body = ClockView), (status = 404, body = ControlRefusal)))]
pub(super) async fn get_client_clock(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Result<Json<ClockView>, ControlRefusal> {
    let now = controls(&app, &id)?.now();
    Ok(Json(ClockView { now }))
}

/// Moves one client's time.
#[utoipa::path(post, path = "/_sandbox/api/clients/{clientId}/clock", tag = "clock",
    params(("clientId" = String, Path)),
    request_body = ClockChange,
    responses(
        (status = 200, body = ClockView),
        (status = 400, body = ControlRefusal),
        (status = 404, body = ControlRefusal),
    ))]
pub(super) async fn advance_client_clock(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
    change: Result<Json<ClockChange>, JsonRejection>,
) -> Result<Json<ClockView>, ControlRefusal> {
    let controls = controls(&app, &id)?;
    let Json(change) = change?;
    let now = controls.advance_clock(change.time());
    Ok(Json(ClockView { now }))
}
