//! Failing on a page of the way through, and the page that a visitor may stay on then.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

use super::{pages, redirects};
use crate::{api::Step, app_state::AppState, sign_up::Progress};

pub(super) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/identification/{sign_up}/{step}/fail", post(fail_step))
        .route("/identification/{sign_up}/failed", get(show_failure))
        .route("/identification/{sign_up}/again", post(begin_anew))
}

async fn fail_step(
    State(app): State<Arc<AppState>>,
    path: Result<Path<(String, Step)>, PathRejection>,
) -> Response {
    let Ok(Path((id, step))) = path else {
        return pages::unknown_sign_up(&app);
    };
    let answer = app.store.fail(&id, step, app.now_of_sign_up(&id));
    let what = format!("The developer let \u{201c}{}\u{201d} fail.", step.label());
    redirects::follow(&app, &id, answer, &what)
}

async fn begin_anew(State(app): State<Arc<AppState>>, Path(id): Path<String>) -> Response {
    let answer = app.store.begin_anew(&id, app.now_of_sign_up(&id));
    redirects::follow(&app, &id, answer, "The visitor tries again.")
}

async fn show_failure(State(app): State<Arc<AppState>>, Path(id): Path<String>) -> Response {
    match app.sign_up(&id) {
        Some((request, Progress::Failed(step))) => pages::show_failure(&app, &id, &request, step),
        Some((_, Progress::Left(_))) => pages::sign_up_over(&app),
        // Tried again in another tab, or with the browser's back button.
        Some(_) => Redirect::to(&format!("/identification/{id}")).into_response(),
        None => pages::unknown_sign_up(&app),
    }
}
