//! `/_sandbox/api/clients/{clientId}/script`: scenarios and faults of the next sign-ups and calls.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::{ControlRefusal, client, controls};
use crate::{app_state::AppState, fault::Fault, scenario::Scenario, script::Script};

/// The script of a client.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
pub(crate) struct ScriptView {
    /// The scenarios of the next sign-ups, which see no pages.
    next: Vec<String>,
    /// The scenario of every sign-up after these; without it, the pages ask.
    always: Option<String>,
    /// In the order in which they are played, at each endpoint.
    faults: Vec<Fault>,
}

impl ScriptView {
    fn of(script: &Script) -> Self {
        let name = |scenario: &&'static Scenario| scenario.name.to_owned();
        Self {
            next: script.next.iter().map(name).collect(),
            always: script.always.as_ref().map(name),
            faults: script.faults.clone(),
        }
    }

    fn read(self) -> Result<Script, ControlRefusal> {
        for fault in &self.faults {
            check(fault)?;
        }
        let next = self.next.iter().map(|name| Scenario::named(name));
        Ok(Script {
            next: next.collect::<Result<_, _>>()?,
            always: self.always.as_deref().map(Scenario::named).transpose()?,
            faults: self.faults,
        })
    }
}

fn check(fault: &Fault) -> Result<(), ControlRefusal> {
    fault
        .check()
        .map_err(|error| ControlRefusal::invalid(error.to_string()))
}

/// The scenarios and faults that are still to be played.
#[utoipa::path(get, path = "/_sandbox/api/clients/{clientId}/script", tag = "script",
    params(("clientId" = String, Path)),
    responses((status = 200, body = ScriptView), (status = 404, body = ControlRefusal)))]
pub(super) async fn get_script(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Result<Json<ScriptView>, ControlRefusal> {
    client(&app, &id)?;
    Ok(Json(ScriptView::of(&app.scripts.of(&id))))
}

/// Replaces the script.
#[utoipa::path(put, path = "/_sandbox/api/clients/{clientId}/script", tag = "script",
    params(("clientId" = String, Path)),
    request_body = ScriptView,
    responses(
        (status = 200, body = ScriptView),
        (status = 400, body = ControlRefusal),
        (status = 404, body = ControlRefusal),
    ))]
pub(super) async fn replace_script(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
    script: Result<Json<ScriptView>, JsonRejection>,
) -> Result<Json<ScriptView>, ControlRefusal> {
    client(&app, &id)?;
    let Json(script) = script?;
    let script = script.read()?;
    let view = ScriptView::of(&script);
    app.scripts.change(&id, |place| *place = script);
    Ok(Json(view))
}

/// Takes everything back.
#[utoipa::path(delete, path = "/_sandbox/api/clients/{clientId}/script", tag = "script",
    params(("clientId" = String, Path)),
    responses((status = 204, description = "Done"), (status = 404, body = ControlRefusal)))]
pub(super) async fn clear_script(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ControlRefusal> {
    controls(&app, &id)?.clear_script();
    Ok(StatusCode::NO_CONTENT)
}

/// Adds scenarios to those of the next sign-ups: a list of their names.
#[utoipa::path(post, path = "/_sandbox/api/clients/{clientId}/script/next", tag = "script",
    params(("clientId" = String, Path)),
    request_body = Vec<String>,
    responses(
        (status = 200, body = ScriptView),
        (status = 400, body = ControlRefusal),
        (status = 404, body = ControlRefusal),
    ))]
pub(super) async fn play_next(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
    scenarios: Result<Json<Vec<String>>, JsonRejection>,
) -> Result<Json<ScriptView>, ControlRefusal> {
    let controls = controls(&app, &id)?;
    let Json(scenarios) = scenarios?;
    controls.play_next(scenarios.iter().map(String::as_str))?;
    Ok(Json(ScriptView::of(&app.scripts.of(&id))))
}

/// Adds a fault to those that are to be played.
#[utoipa::path(post, path = "/_sandbox/api/clients/{clientId}/script/faults", tag = "script",
    params(("clientId" = String, Path)),
    request_body = Fault,
    responses(
        (status = 200, body = ScriptView),
        (status = 400, body = ControlRefusal),
        (status = 404, body = ControlRefusal),
    ))]
pub(super) async fn inject(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
    fault: Result<Json<Fault>, JsonRejection>,
) -> Result<Json<ScriptView>, ControlRefusal> {
    let controls = controls(&app, &id)?;
    let Json(fault) = fault?;
    controls
        .inject(fault)
        .map_err(|error| ControlRefusal::invalid(error.to_string()))?;
    Ok(Json(ScriptView::of(&app.scripts.of(&id))))
}
