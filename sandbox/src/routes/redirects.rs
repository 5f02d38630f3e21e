//! Redirects within and out of a sign-up, and their entries in the journal.

use axum::{
    Json,
    http::header::LOCATION,
    response::{IntoResponse, Redirect, Response},
};
use serde_json::json;

use super::pages;
use crate::{
    api::Step,
    app_state::AppState,
    journal::Happening,
    scenario::Scenario,
    store::{Left, NextPage},
    texts::Texts,
};

/// Redirects after the press of a button, and adds the press to the journal if it had an effect.
pub(super) fn follow(
    app: &AppState,
    id: &str,
    answer: Option<NextPage>,
    what: impl Into<Happening>,
    texts: &'static Texts,
) -> Response {
    match answer {
        Some(NextPage::Step(next)) => {
            write_down(app, id, what);
            to_step(id, next)
        }
        Some(NextPage::Leave(left)) => {
            if left.ended.is_some() {
                write_down(app, id, what);
            }
            leave(app, id, &left)
        }
        Some(NextPage::Failure { again }) => {
            if !again {
                write_down(app, id, what);
            }
            to_failure(id)
        }
        Some(NextPage::NoPersonChosen) => {
            let way_back = pages::address(id, Step::Introduction);
            pages::no_person_chosen(app, texts, way_back)
        }
        None => pages::unknown_sign_up(app, texts, id),
    }
}

pub(super) fn to_step(id: &str, step: Step) -> Response {
    Redirect::to(&pages::address(id, step)).into_response()
}

/// A redirect as an answer that a script can follow.
pub(super) fn named(answer: Response) -> Response {
    match answer.headers().get(LOCATION).map(|to| to.to_str()) {
        Some(Ok(location)) => Json(json!({ "location": location })).into_response(),
        _ => answer,
    }
}

/// The page that says that the visitor has failed.
pub(super) fn to_failure(id: &str) -> Response {
    Redirect::to(&format!("/identification/{id}/failed")).into_response()
}

/// Ends a sign-up as a scenario says.
pub(super) fn skip_pages(
    app: &AppState,
    id: &str,
    scenario: &'static Scenario,
    texts: &'static Texts,
) -> Response {
    match app.store.finish(id, scenario, app.now_of_sign_up(id)) {
        Some(left) => leave(app, id, &left),
        None => pages::unknown_sign_up(app, texts, id),
    }
}

/// Sends the visitor back to the client, and writes it down the first time.
pub(super) fn leave(app: &AppState, id: &str, left: &Left) -> Response {
    if let Some(ended) = &left.ended
        && let Some(client_id) = app.store.client_of_sign_up(id)
    {
        let returned = Happening::Returned {
            location: left.location.clone(),
            outcome: ended.outcome,
            scenario: ended.scenario.map(|scenario| scenario.name),
            remark: ended
                .effect
                .as_ref()
                .map(|effect| format!("The sandbox {}, on purpose.", effect.summary())),
        };
        let now = app.clock.now_of(&client_id);
        app.journal.visited(id, &client_id, returned, now);
    }
    Redirect::to(&left.location).into_response()
}

/// Adds a visitor's step to the journal.
pub(super) fn write_down(app: &AppState, id: &str, what: impl Into<Happening>) {
    if let Some(client_id) = app.store.client_of_sign_up(id) {
        let now = app.clock.now_of(&client_id);
        app.journal.visited(id, &client_id, what.into(), now);
    }
}
