//! `/identification/…`: the pages that a visitor goes through.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, header::ACCEPT},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde_json::json;

use super::{
    owner::{self, Secret},
    pages::{self, Problem, StepPage},
    reader::Reader,
    redirects,
    verdict::{self, Verdict},
};
use crate::{
    api::Step,
    app_state::AppState,
    controls::Controls,
    journal::{Chosen, Happening},
    outcome::CANCELLED,
    scenario::Scenario,
    sign_up::Progress,
    texts::Texts,
};

/// How far the drawer's button moves the client's clock.
const MOVE: Duration = Duration::from_secs(15 * 60);

pub(super) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/identification/{sign_up}", get(show_current_step))
        .route("/identification/{sign_up}/cancel", post(cancel))
        .route("/identification/{sign_up}/language", post(choose_language))
        .route("/identification/{sign_up}/clock", post(move_clock))
        .route("/identification/{sign_up}/unchecked", get(show_unchecked))
        .route(
            "/identification/{sign_up}/{step}",
            get(show_step).post(complete_step),
        )
}

async fn show_current_step(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    let texts = reader.texts();
    match app.sign_up(&id) {
        Some((_, Progress::Introduced)) => redirects::to_step(&id, Step::Introduction),
        Some((_, Progress::Underway(_, step))) => redirects::to_step(&id, step),
        Some((_, Progress::Failed(_))) => redirects::to_failure(&id),
        Some((request, Progress::Left(_))) => pages::sign_up_over(&app, texts, &request),
        None => pages::unknown_sign_up(&app, texts, &id),
    }
}

async fn show_step(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    path: Result<Path<(String, Step)>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(Path((id, step))) = path else {
        return pages::unknown_sign_up(&app, reader.texts(), "");
    };
    let mut page = step_page(&app, &id, step, reader.texts(), None);
    if step == Step::Introduction && !app.exposed && page.status().is_success() {
        Secret::of(&headers).keep(&id, &mut page);
    }
    page
}

/// One page, with what is wrong on it, or the one to show in its place.
pub(super) fn step_page(
    app: &AppState,
    id: &str,
    step: Step,
    texts: &'static Texts,
    problem: Option<Problem>,
) -> Response {
    on_page(app, id, Some(step), texts, problem, pages::show_step)
}

/// The end for visitors who show no picture; its way back leads to the page that was reached.
async fn show_unchecked(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    let texts = reader.texts();
    on_page(&app, &id, None, texts, None, pages::show_unchecked)
}

/// Shows something at a page, or without one at the latest that was reached.
fn on_page(
    app: &AppState,
    id: &str,
    step: Option<Step>,
    texts: &'static Texts,
    problem: Option<Problem>,
    show: impl FnOnce(&AppState, &StepPage<'_>) -> Response,
) -> Response {
    let Some((request, progress)) = app.sign_up(id) else {
        return pages::unknown_sign_up(app, texts, id);
    };
    let (scenario, reached) = match progress {
        Progress::Introduced => (None, Step::Introduction),
        Progress::Underway(scenario, reached) => (Some(scenario), reached),
        Progress::Failed(_) => return redirects::to_failure(id),
        Progress::Left(_) => return pages::sign_up_over(app, texts, &request),
    };
    let step = step.unwrap_or(reached);
    // Back is allowed, as the browser's button; ahead is not.
    if request.api.is_later(step, reached) {
        return redirects::to_step(id, reached);
    }
    let now = app.now_of_sign_up(id);
    let (pictures, consent) = app.store.shown(id, now).unwrap_or_default();
    let page = StepPage {
        sign_up: id,
        request: &request,
        step,
        pictures,
        has_agreed: consent.is_some(),
        scenario,
        now,
        texts,
        problem,
    };
    show(app, &page)
}

/// The first page is sent with a person, and with consent or with the wish to be that person at once.
async fn complete_step(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    path: Result<Path<(String, Step)>, PathRejection>,
    headers: HeaderMap,
    form: Bytes,
) -> Response {
    let Ok(Path((id, step))) = path else {
        return pages::unknown_sign_up(&app, reader.texts(), "");
    };
    if !owner::is_owner(&app, &id, &headers) {
        return owner::refuse(&app, reader, &headers, &id);
    }
    let fields: HashMap<String, String> = url::form_urlencoded::parse(&form).into_owned().collect();
    let says = |name: &str, value: &str| fields.get(name).is_some_and(|sent| sent == value);
    let chosen = fields
        .get("person")
        .and_then(|name| Scenario::by_name(name));
    let now = app.now_of_sign_up(&id);
    let texts = reader.texts();
    let is_script = headers
        .get(ACCEPT)
        .is_some_and(|accept| accept == "application/json");
    let problem = |step: Step, problem: Problem| {
        if is_script {
            (problem.status, problem.sentence).into_response()
        } else {
            step_page(&app, &id, step, texts, Some(problem))
        }
    };
    let verdict = verdict::on_leaving(&app, &id, step, texts).await;
    let mut secret = None;
    let answer = match (verdict, chosen) {
        (Verdict::Failed(next), _) => Some(next),
        (Verdict::Stays(at, why), _) if is_script && at != step => {
            let location = pages::address(&id, at);
            return Json(json!({ "location": location, "sentence": why.sentence })).into_response();
        }
        (Verdict::Stays(at, why), _) => return problem(at, why),
        (Verdict::May, Some(scenario)) if step == Step::Introduction && says("play", "all") => {
            app.store.play(&id, scenario, now)
        }
        (Verdict::May, _) => {
            let agrees = step == Step::Introduction && says("consent", "given");
            // Where others can reach the sandbox, visitors show nothing of their own.
            if agrees && chosen.is_some() && !app.exposed {
                let secret = secret.insert(Secret::of(&headers));
                app.store.agree(&id, &secret.value, now);
            } else if step == Step::Introduction && app.verifier.is_some() {
                app.store.withdraw(&id, now);
            }
            app.store.complete(&id, step, chosen, now)
        }
    };
    let shows_own = app.verifier.is_some() && says("consent", "given") && !says("play", "all");
    let played = chosen.filter(|_| !shows_own);
    let answer = redirects::follow(&app, &id, answer, pressed(step, played), texts);
    let mut answer = if is_script {
        redirects::named(answer)
    } else {
        answer
    };
    if let Some(secret) = secret {
        secret.keep(&id, &mut answer);
    }
    answer
}

async fn cancel(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    match app.store.cancel(&id, app.now_of_sign_up(&id)) {
        Some(left) => {
            let ended = left.ended.as_ref();
            // A visitor who has failed leaves with the same button.
            if ended.is_some_and(|ended| ended.outcome == CANCELLED) {
                redirects::write_down(&app, &id, "The visitor cancelled.");
            }
            redirects::leave(&app, &id, &left)
        }
        None => pages::unknown_sign_up(&app, reader.texts(), &id),
    }
}

/// For all pages that this browser shows from now on.
async fn choose_language(Path(id): Path<String>, form: Bytes) -> Response {
    let mut response = back_to_pages(&id);
    Reader::keep_choice(&form, &mut response);
    response
}

async fn move_clock(State(app): State<Arc<AppState>>, Path(id): Path<String>) -> Response {
    if let Some(client_id) = app.store.client_of_sign_up(&id) {
        Controls::new(Arc::clone(&app), &client_id).advance_clock(MOVE);
    }
    // The time is in the drawer, which a browser opens for it.
    Redirect::to(&format!("/identification/{id}#clock")).into_response()
}

fn back_to_pages(id: &str) -> Response {
    Redirect::to(&format!("/identification/{id}")).into_response()
}

/// A press of a page's button, as the journal has it.
pub(super) fn pressed(step: Step, chosen: Option<&'static Scenario>) -> Happening {
    let what = match chosen {
        Some(scenario) => format!("{} ({}) was chosen.", scenario.title, scenario.name),
        None => format!(
            "The page \u{201c}{}\u{201d} was left by its button.",
            step.label()
        ),
    };
    let chosen = match chosen {
        Some(scenario) => Some(Chosen::Scenario(scenario.name)),
        None if step == Step::Introduction => Some(Chosen::NoScenario),
        None => None,
    };
    Happening::Visitor { what, chosen }
}
