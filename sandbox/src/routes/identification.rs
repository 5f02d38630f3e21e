//! `/identification/…`: the pages that a visitor goes through.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::pages::{self, StepPage};
use crate::app_state::AppState;
use crate::attempt::{AuthorizationRequest, Progress};
use crate::flow::Step;
use crate::scenario::Scenario;
use crate::store::Answer;

pub(crate) async fn show_current_step(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Response {
    match look(&app, &id) {
        Some((_, Progress::Introduced)) => to_step(&id, Step::Introduction),
        Some((_, Progress::Underway(_, step))) => to_step(&id, step),
        Some((_, Progress::Left(_))) => over(),
        None => unknown(),
    }
}

pub(crate) async fn show_step(
    State(app): State<Arc<AppState>>,
    path: Result<Path<(String, Step)>, PathRejection>,
) -> Response {
    let Ok(Path((id, step))) = path else {
        return unknown();
    };
    let Some((request, progress)) = look(&app, &id) else {
        return unknown();
    };
    let (scenario, reached) = match progress {
        Progress::Introduced => (None, Step::Introduction),
        Progress::Underway(scenario, reached) => (Some(scenario), reached),
        Progress::Left(_) => return over(),
    };
    // Back is allowed, as the browser's button; ahead is not.
    if request.flow.is_later(step, reached) {
        return to_step(&id, reached);
    }
    pages::show_step(&StepPage {
        attempt: &id,
        request: &request,
        step,
        scenario,
    })
}

pub(crate) async fn complete_step(
    State(app): State<Arc<AppState>>,
    path: Result<Path<(String, Step)>, PathRejection>,
    form: Bytes,
) -> Response {
    let Ok(Path((id, step))) = path else {
        return unknown();
    };
    let fields: HashMap<String, String> = url::form_urlencoded::parse(&form).into_owned().collect();
    let chosen = fields
        .get("person")
        .and_then(|name| Scenario::by_name(name));
    let answer = app.store.complete(&id, step, chosen, app.clock.now());
    match answer {
        Some(Answer::Page(step)) => to_step(&id, step),
        Some(Answer::Leave(location)) => Redirect::to(&location).into_response(),
        Some(Answer::NobodyChosen) => pages::problem(
            StatusCode::BAD_REQUEST,
            "Nobody was chosen",
            "The sandbox needs to know which test person is in front of the camera.",
            "Go back and choose one.",
        ),
        None => unknown(),
    }
}

pub(crate) async fn cancel(State(app): State<Arc<AppState>>, Path(id): Path<String>) -> Response {
    match app.store.cancel(&id, app.clock.now()) {
        Some(location) => Redirect::to(&location).into_response(),
        None => unknown(),
    }
}

fn look(app: &AppState, id: &str) -> Option<(Arc<AuthorizationRequest>, Progress)> {
    app.store.attempt(id, app.clock.now())
}

fn to_step(id: &str, step: Step) -> Response {
    Redirect::to(&format!("/identification/{id}/{}", step.slug())).into_response()
}

fn over() -> Response {
    pages::problem(
        StatusCode::GONE,
        "This identity check is over",
        "You have already been sent back to the site that asked for it.",
        "Begin again there if you need another one.",
    )
}

pub(super) fn unknown() -> Response {
    pages::problem(
        StatusCode::NOT_FOUND,
        "This identity check is not known",
        "It was never begun here, or it was begun more than an hour ago.",
        "Begin again on the site that sent you here.",
    )
}
