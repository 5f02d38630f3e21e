//! Failing on a page of the way through, and the page that a visitor may stay on then.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State, rejection::PathRejection},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

use super::{
    identification, owner,
    pages::{self, StepPage},
    reader::Reader,
    redirects,
};
use crate::{
    api::Step,
    app_state::AppState,
    journal::{Chosen, Happening},
    pictures::Pictures,
    scenario::Scenario,
    sign_up::Progress,
};

pub(super) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/identification/{sign_up}/{step}/fail", post(fail_step))
        .route("/identification/{sign_up}/failed", get(show_failure))
        .route("/identification/{sign_up}/again", post(begin_anew))
}

async fn fail_step(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    path: Result<Path<(String, Step)>, PathRejection>,
) -> Response {
    let Ok(Path((id, step))) = path else {
        return pages::unknown_sign_up(&app, reader.texts(), "");
    };
    let answer = app.store.fail(&id, step, app.now_of_sign_up(&id));
    let what = format!("The developer let \u{201c}{}\u{201d} fail.", step.label());
    redirects::follow(&app, &id, answer, what.as_str(), reader.texts())
}

/// Begins the sign-up anew; as a test person, if one was chosen in the drawer.
async fn begin_anew(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: Bytes,
) -> Response {
    if !owner::is_owner(&app, &id, &headers) {
        return owner::refuse(&app, reader, &headers, &id);
    }
    let (now, texts) = (app.now_of_sign_up(&id), reader.texts());
    let has_failed = matches!(app.sign_up(&id), Some((_, Progress::Failed(_))));
    let begun = app.store.begin_anew(&id, now);
    let fields: HashMap<String, String> = url::form_urlencoded::parse(&form).into_owned().collect();
    let chosen = fields.get("person").filter(|_| has_failed);
    let Some(scenario) = chosen.and_then(|name| Scenario::by_name(name)) else {
        let what = Happening::Visitor {
            what: "The visitor tries again.".to_owned(),
            chosen: has_failed.then_some(Chosen::NoScenario),
        };
        return redirects::follow(&app, &id, begun, what, texts);
    };
    let answer = if fields.get("play").is_some_and(|play| play == "all") {
        app.store.play(&id, scenario, now)
    } else {
        app.store
            .complete(&id, Step::Introduction, Some(scenario), now)
    };
    let what = identification::pressed(Step::Introduction, Some(scenario));
    redirects::follow(&app, &id, answer, what, texts)
}

async fn show_failure(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    let texts = reader.texts();
    match app.sign_up(&id) {
        Some((request, Progress::Failed(step))) => {
            let page = StepPage {
                sign_up: &id,
                request: &request,
                step,
                pictures: Pictures::default(),
                has_agreed: false,
                scenario: None,
                now: app.now_of_sign_up(&id),
                texts,
                problem: None,
            };
            pages::show_failure(&app, &page)
        }
        Some((request, Progress::Left(_))) => pages::sign_up_over(&app, texts, &request),
        // Tried again in another tab, or with the browser's back button.
        Some(_) => Redirect::to(&format!("/identification/{id}")).into_response(),
        None => pages::unknown_sign_up(&app, texts, &id),
    }
}
