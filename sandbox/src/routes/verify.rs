//! `GET /verify`: where a visitor of the Web IDV API begins.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    pages,
    parameters::{ParameterProblem, missing, problem, read_scenario, remark_unknown},
    reader::Reader,
    redirects,
};
use crate::{
    app_state::AppState,
    journal::Notes,
    query::{self, Query},
    sign_up::Progress,
};

/// Every parameter that means something.
const KNOWN: [&str; 2] = ["token", "sandbox_scenario"];

/// A visitor who opens the address again goes on at the last page.
pub(crate) async fn open_verification(
    State(app): State<Arc<AppState>>,
    notes: Notes,
    reader: Reader,
    RawQuery(raw): RawQuery,
) -> Response {
    let query = Query::parse(raw.as_deref().unwrap_or_default());
    remark_unknown(&notes, query.names(), &KNOWN);
    let refuse = |problem| {
        notes.failure(ParameterProblem::sentence(&problem));
        pages::refuse_parameter(&app, reader.texts(), &problem)
    };
    if query.repeats("token") {
        return refuse(
            problem("token", &query)
                .because("It is there more than once, so it is not clear which one is meant.")
                .so("Open the address as it was given."),
        );
    }
    let Some(token) = query.get("token").map(query::decoded) else {
        return refuse(
            missing("token", &query)
                .so("Ask for a new address with GET /web-idv/verification-url."),
        );
    };
    let scenario = match read_scenario(&query) {
        Ok(scenario) => scenario,
        Err(unknown) => return refuse(unknown),
    };
    let id = app.store.sign_up_at(&token);
    let sign_up = id.and_then(|id| Some((app.sign_up(&id)?, id)));
    let Some(((request, progress), id)) = sign_up else {
        notes.failure("The token of this address was never issued, or is older than an hour.");
        let id = app.store.sign_up_at(&token).unwrap_or_default();
        return pages::unknown_sign_up(&app, reader.texts(), &id);
    };
    notes.client(&request.client.id);
    notes.sign_up(&id);
    // A visitor who has seen a page goes on with the pages.
    let scripted = || match progress {
        Progress::Introduced => app.scripts.take_scenario(&request.client.id),
        _ => None,
    };
    match scenario.or_else(scripted) {
        Some(scenario) => redirects::skip_pages(&app, &id, scenario, reader.texts()),
        None => Redirect::to(&format!("/identification/{id}")).into_response(),
    }
}
