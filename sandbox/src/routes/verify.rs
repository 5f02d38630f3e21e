//! `GET /verify`: where a visitor of the Web IDV flow begins. And the end of every attempt.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::authorize::{problem, read_scenario};
use super::{identification, pages};
use crate::app_state::AppState;
use crate::journal::{Happening, Notes};
use crate::query::{self, Query};
use crate::scenario::Scenario;
use crate::store::Left;

/// The token is the attempt's own id: whoever opens the address again goes on where they were.
pub(crate) async fn open_verification(
    State(app): State<Arc<AppState>>,
    notes: Notes,
    RawQuery(raw): RawQuery,
) -> Response {
    let query = Query::parse(raw.as_deref().unwrap_or_default());
    let refuse = |problem| {
        notes.failure(pages::ParameterProblem::sentence(&problem));
        pages::refuse_parameter(&app, &problem)
    };
    if query.repeats("token") {
        return refuse(
            problem("token", &query)
                .because("It is there more than once, and nobody can say which one is meant.")
                .so("Open the address as it was given."),
        );
    }
    let Some(token) = query.get("token").map(query::decoded) else {
        return refuse(
            problem("token", &query)
                .because("It is missing.")
                .so("Ask for a new address with GET /web-idv/verification-url."),
        );
    };
    let scenario = match read_scenario(&query) {
        Ok(scenario) => scenario,
        Err(unknown) => return refuse(unknown),
    };
    let Some((request, progress)) = app.store.attempt(&token, app.now_of_attempt(&token)) else {
        notes.failure("The token of this address was never issued, or is older than an hour.");
        return identification::unknown(&app);
    };
    notes.client(&request.client.id);
    notes.attempt(&token);
    // Who has seen a page goes on with the pages.
    let scripted = || match progress {
        crate::attempt::Progress::Introduced => app.scripts.take_scenario(&request.client.id),
        _ => None,
    };
    match scenario.or_else(scripted) {
        Some(scenario) => skip_pages(&app, &token, scenario),
        None => Redirect::to(&format!("/identification/{token}")).into_response(),
    }
}

/// Ends an attempt as a scenario says.
pub(super) fn skip_pages(app: &AppState, id: &str, scenario: &'static Scenario) -> Response {
    match app.store.finish(id, scenario, app.now_of_attempt(id)) {
        Some(left) => leave(app, id, &left),
        None => identification::unknown(app),
    }
}

/// Sends the visitor back to the client, and writes it down the first time.
pub(super) fn leave(app: &AppState, id: &str, left: &Left) -> Response {
    if !left.again
        && let Some(client_id) = app.store.client_of_attempt(id)
    {
        let returned = Happening::Returned {
            location: left.location.clone(),
            scenario: left.scenario.map(|scenario| scenario.name),
            remark: left
                .effect
                .as_ref()
                .map(|effect| format!("The sandbox {}, on purpose.", effect.summary())),
        };
        let now = app.clock.now_of(&client_id);
        app.journal.visited(id, &client_id, returned, now);
    }
    Redirect::to(&left.location).into_response()
}
