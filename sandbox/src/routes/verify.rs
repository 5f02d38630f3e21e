//! `GET /verify`: where a visitor of the Web IDV flow begins.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::authorize::{problem, read_scenario};
use super::{identification, pages};
use crate::app_state::AppState;
use crate::query::{self, Query};

/// The token is the attempt's own id: whoever opens the address again goes on where they were.
pub(crate) async fn open_verification(
    State(app): State<Arc<AppState>>,
    RawQuery(raw): RawQuery,
) -> Response {
    let query = Query::parse(raw.as_deref().unwrap_or_default());
    if query.repeats("token") {
        let repeated = problem("token", &query)
            .because("It is there more than once, and nobody can say which one is meant.")
            .so("Open the address as it was given.");
        return pages::refuse_parameter(&repeated);
    }
    let Some(token) = query.get("token").map(query::decoded) else {
        let missing = problem("token", &query)
            .because("It is missing.")
            .so("Ask for a new address with GET /web-idv/verification-url.");
        return pages::refuse_parameter(&missing);
    };
    let scenario = match read_scenario(&query) {
        Ok(scenario) => scenario,
        Err(unknown) => return pages::refuse_parameter(&unknown),
    };
    let now = app.clock.now();
    let next = match scenario {
        Some(scenario) => app.store.finish(&token, scenario, now),
        None => app
            .store
            .attempt(&token, now)
            .map(|_| format!("/identification/{token}")),
    };
    match next {
        Some(next) => Redirect::to(&next).into_response(),
        None => identification::unknown(),
    }
}
