//! `/identification/…`: the pages that a visitor goes through.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::failure;
use super::pages::{self, StepPage};
use super::verify::leave;
use crate::app_state::AppState;
use crate::attempt::{AuthorizationRequest, Progress};
use crate::flow::Step;
use crate::journal::Happening;
use crate::scenario::Scenario;
use crate::store::Answer;

pub(crate) async fn show_current_step(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Response {
    match look(&app, &id) {
        Some((_, Progress::Introduced)) => to_step(&id, Step::Introduction),
        Some((_, Progress::Underway(_, step))) => to_step(&id, step),
        Some((_, Progress::Failed(_))) => failure::to_page(&id),
        Some((_, Progress::Left(_))) => over(&app),
        None => unknown(&app),
    }
}

pub(crate) async fn show_step(
    State(app): State<Arc<AppState>>,
    path: Result<Path<(String, Step)>, PathRejection>,
) -> Response {
    let Ok(Path((id, step))) = path else {
        return unknown(&app);
    };
    let Some((request, progress)) = look(&app, &id) else {
        return unknown(&app);
    };
    let (scenario, reached) = match progress {
        Progress::Introduced => (None, Step::Introduction),
        Progress::Underway(scenario, reached) => (Some(scenario), reached),
        Progress::Failed(_) => return failure::to_page(&id),
        Progress::Left(_) => return over(&app),
    };
    // Back is allowed, as the browser's button; ahead is not.
    if request.flow.is_later(step, reached) {
        return to_step(&id, reached);
    }
    pages::show_step(
        &app,
        &StepPage {
            attempt: &id,
            pictures: app
                .store
                .pictures(&id, app.now_of_attempt(&id))
                .unwrap_or_default(),
            request: &request,
            step,
            scenario,
        },
    )
}

pub(crate) async fn complete_step(
    State(app): State<Arc<AppState>>,
    path: Result<Path<(String, Step)>, PathRejection>,
    form: Bytes,
) -> Response {
    let Ok(Path((id, step))) = path else {
        return unknown(&app);
    };
    let fields: HashMap<String, String> = url::form_urlencoded::parse(&form).into_owned().collect();
    let chosen = fields
        .get("person")
        .and_then(|name| Scenario::by_name(name));
    let answer = app
        .store
        .complete(&id, step, chosen, app.now_of_attempt(&id));
    follow(&app, &id, answer, &done(step, chosen))
}

/// Leads to what follows the press of a button, and writes the press down if it had an effect.
pub(super) fn follow(app: &AppState, id: &str, answer: Option<Answer>, what: &str) -> Response {
    match answer {
        Some(Answer::Page(next)) => {
            write_down(app, id, what);
            to_step(id, next)
        }
        Some(Answer::Leave(left)) => {
            if !left.again {
                write_down(app, id, what);
            }
            leave(app, id, &left)
        }
        Some(Answer::Failure { again }) => {
            if !again {
                write_down(app, id, what);
            }
            failure::to_page(id)
        }
        Some(Answer::NobodyChosen) => pages::problem(
            app,
            StatusCode::BAD_REQUEST,
            "Nobody was chosen",
            "The sandbox needs to know which test person is in front of the camera.",
            "Go back and choose one.",
        ),
        None => unknown(app),
    }
}

pub(crate) async fn cancel(State(app): State<Arc<AppState>>, Path(id): Path<String>) -> Response {
    match app.store.cancel(&id, app.now_of_attempt(&id)) {
        Some(left) => {
            if !left.again {
                write_down(&app, &id, "The visitor gave up.");
            }
            leave(&app, &id, &left)
        }
        None => unknown(&app),
    }
}

fn done(step: Step, chosen: Option<&Scenario>) -> String {
    match chosen {
        Some(scenario) => format!("{} ({}) was chosen.", scenario.title, scenario.name),
        None => format!(
            "The page \u{201c}{}\u{201d} was left by its button.",
            step.label()
        ),
    }
}

pub(super) fn write_down(app: &AppState, id: &str, what: &str) {
    if let Some(client_id) = app.store.client_of_attempt(id) {
        let now = app.clock.now_of(&client_id);
        let visited = Happening::Visitor(what.to_owned());
        app.journal.visited(id, &client_id, visited, now);
    }
}

pub(super) fn look(app: &AppState, id: &str) -> Option<(Arc<AuthorizationRequest>, Progress)> {
    app.store.attempt(id, app.now_of_attempt(id))
}

pub(super) fn to_step(id: &str, step: Step) -> Response {
    Redirect::to(&address(id, step)).into_response()
}

pub(super) fn address(id: &str, step: Step) -> String {
    format!("/identification/{id}/{}", step.slug())
}

pub(super) fn over(app: &AppState) -> Response {
    pages::problem(
        app,
        StatusCode::GONE,
        "This identity check is over",
        "You have already been sent back to the site that asked for it.",
        "Begin again there if you need another one.",
    )
}

pub(super) fn unknown(app: &AppState) -> Response {
    pages::problem(
        app,
        StatusCode::NOT_FOUND,
        "This identity check is not known",
        "It was never begun here, or it was begun more than an hour ago.",
        "Begin again on the site that sent you here.",
    )
}
