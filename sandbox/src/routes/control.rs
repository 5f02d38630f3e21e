//! `/_sandbox/api/`: the functions of the dashboard, for programs. The code that serves it
//! describes it.

mod clients;
mod records;
mod refusal;
mod script;
mod time;
mod webhook;

use std::sync::Arc;

use axum::{
    Json, Router, extract::DefaultBodyLimit, http::header::CONTENT_TYPE, response::IntoResponse,
    routing::get,
};
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{InfoBuilder, OpenApiBuilder, ServerBuilder},
};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouter},
    routes,
};

use crate::{app_state::AppState, client::LARGEST_LOGO, scenario::Scenario};

const ABOUT: &str = "The controls of a Web KYC sandbox. What is asked for one client concerns no \
    other: tests that make a client each can share a sandbox. Errors are `{errorCode, \
    errorMessage}`; what could not be done changed nothing.";

pub(super) fn router() -> Router<Arc<AppState>> {
    let info = InfoBuilder::new()
        .title("Web KYC sandbox")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT));
    let document = OpenApiBuilder::new()
        .info(info)
        // Wherever the description itself was read.
        .servers(Some([ServerBuilder::new().url("/").build()]));
    let (router, document) = OpenApiRouter::with_openapi(document.build())
        .routes(routes!(get_health))
        .routes(routes!(list_scenarios))
        .routes(routes!(reset))
        .routes(routes!(clients::list_clients, clients::create_client))
        .routes(routes!(
            clients::get_client,
            clients::change_client,
            clients::delete_client
        ))
        .routes(with_logo(routes!(clients::put_logo, clients::delete_logo)))
        .routes(routes!(clients::get_secret))
        .routes(routes!(clients::reset_client))
        .routes(routes!(
            script::get_script,
            script::replace_script,
            script::clear_script
        ))
        .routes(routes!(script::play_next))
        .routes(routes!(script::inject))
        .routes(routes!(time::get_clock, time::advance_clock))
        .routes(routes!(time::get_client_clock, time::advance_client_clock))
        .routes(routes!(records::list_verifications))
        .routes(routes!(records::get_verification))
        .routes(routes!(records::list_requests))
        .routes(routes!(records::list_sign_ups))
        .routes(routes!(records::get_sign_up))
        .routes(routes!(webhook::list_deliveries))
        .routes(routes!(webhook::resend_webhook))
        .split_for_parts();
    let document = document.to_json();
    let document: Arc<str> = document.expect("the description is plain data").into();
    let show_document = move || async move {
        ([(CONTENT_TYPE, "application/json")], document.to_string()).into_response()
    };
    router.route("/_sandbox/api/openapi.json", get(show_document))
}

/// Reads more than a logo may have, so that the sender of a larger one gets a reason.
fn with_logo(routes: UtoipaMethodRouter<Arc<AppState>>) -> UtoipaMethodRouter<Arc<AppState>> {
    let (schemas, paths, router) = routes;
    (
        schemas,
        paths,
        router.layer(DefaultBodyLimit::max(4 * LARGEST_LOGO)),
    )
}

#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether it answers.
#[utoipa::path(get, path = "/_sandbox/api/health", tag = "sandbox",
    responses((status = 200, body = Health)))]
async fn get_health() -> Json<Health> {
    Json(Health { status: "ok" })
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScenarioView {
    /// Its name in `sandbox_scenario` and in the script.
    name: &'static str,
    title: &'static str,
    summary: &'static str,
    /// Persons, Documents or Failures.
    group: &'static str,
}

/// Every scenario, in the order of the pages.
#[utoipa::path(get, path = "/_sandbox/api/scenarios", tag = "sandbox",
    responses((status = 200, body = Vec<ScenarioView>)))]
async fn list_scenarios() -> Json<Vec<ScenarioView>> {
    let view = |scenario: &Scenario| ScenarioView {
        name: scenario.name,
        title: scenario.title,
        summary: scenario.summary,
        group: scenario.group.heading(),
    };
    Json(Scenario::ALL.iter().map(view).collect())
}

/// Makes the sandbox as it was when it started: its first clients, no records, its first time.
#[utoipa::path(post, path = "/_sandbox/api/reset", tag = "sandbox",
    responses((status = 204, description = "Done")))]
async fn reset(
    axum::extract::State(app): axum::extract::State<Arc<AppState>>,
) -> axum::http::StatusCode {
    app.reset();
    axum::http::StatusCode::NO_CONTENT
}
