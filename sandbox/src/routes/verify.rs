//! `GET /verify`: where a visitor of the Web IDV flow begins.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::parameters::{ParameterProblem, problem, read_scenario};
use super::{onward, pages};
use crate::app_state::AppState;
use crate::attempt::Progress;
use crate::journal::Notes;
use crate::query::{self, Query};

/// The token is the attempt's own id: whoever opens the address again goes on where they were.
pub(crate) async fn open_verification(
    State(app): State<Arc<AppState>>,
    notes: Notes,
    RawQuery(raw): RawQuery,
) -> Response {
    let query = Query::parse(raw.as_deref().unwrap_or_default());
    let refuse = |problem| {
        notes.failure(ParameterProblem::sentence(&problem));
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
    let Some((request, progress)) = app.attempt(&token) else {
        notes.failure("The token of this address was never issued, or is older than an hour.");
        return pages::unknown_attempt(&app);
    };
    notes.client(&request.client.id);
    notes.attempt(&token);
    // Who has seen a page goes on with the pages.
    let scripted = || match progress {
        Progress::Introduced => app.scripts.take_scenario(&request.client.id),
        _ => None,
    };
    match scenario.or_else(scripted) {
        Some(scenario) => onward::skip_pages(&app, &token, scenario),
        None => Redirect::to(&format!("/identification/{token}")).into_response(),
    }
}
