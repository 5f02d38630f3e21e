//! `/identification/…`: the pages that a visitor goes through.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};

use super::{
    pages::{self, StepPage},
    redirects,
};
use crate::{api::Step, app_state::AppState, scenario::Scenario, sign_up::Progress};

pub(crate) async fn show_current_step(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Response {
    match app.sign_up(&id) {
        Some((_, Progress::Introduced)) => redirects::to_step(&id, Step::Introduction),
        Some((_, Progress::Underway(_, step))) => redirects::to_step(&id, step),
        Some((_, Progress::Failed(_))) => redirects::to_failure(&id),
        Some((_, Progress::Left(_))) => pages::sign_up_over(&app),
        None => pages::unknown_sign_up(&app),
    }
}

pub(crate) async fn show_step(
    State(app): State<Arc<AppState>>,
    path: Result<Path<(String, Step)>, PathRejection>,
) -> Response {
    let Ok(Path((id, step))) = path else {
        return pages::unknown_sign_up(&app);
    };
    let Some((request, progress)) = app.sign_up(&id) else {
        return pages::unknown_sign_up(&app);
    };
    let (scenario, reached) = match progress {
        Progress::Introduced => (None, Step::Introduction),
        Progress::Underway(scenario, reached) => (Some(scenario), reached),
        Progress::Failed(_) => return redirects::to_failure(&id),
        Progress::Left(_) => return pages::sign_up_over(&app),
    };
    // Back is allowed, as the browser's button; ahead is not.
    if request.api.is_later(step, reached) {
        return redirects::to_step(&id, reached);
    }
    pages::show_step(
        &app,
        &StepPage {
            sign_up: &id,
            pictures: app
                .store
                .pictures(&id, app.now_of_sign_up(&id))
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
        return pages::unknown_sign_up(&app);
    };
    let fields: HashMap<String, String> = url::form_urlencoded::parse(&form).into_owned().collect();
    let chosen = fields
        .get("person")
        .and_then(|name| Scenario::by_name(name));
    let answer = app
        .store
        .complete(&id, step, chosen, app.now_of_sign_up(&id));
    redirects::follow(&app, &id, answer, &done(step, chosen))
}

pub(crate) async fn cancel(State(app): State<Arc<AppState>>, Path(id): Path<String>) -> Response {
    match app.store.cancel(&id, app.now_of_sign_up(&id)) {
        Some(left) => {
            if !left.again {
                redirects::write_down(&app, &id, "The visitor gave up.");
            }
            redirects::leave(&app, &id, &left)
        }
        None => pages::unknown_sign_up(&app),
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
