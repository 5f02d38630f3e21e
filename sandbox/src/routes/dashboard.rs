//! `/_sandbox/`: the pages for the developers of clients. They work without scripts; with them,
//! they are live.

mod client_form;
mod client_page;
mod clients;
mod events;
mod frame;
mod languages;
mod paging;
mod persons;
mod programs;
mod script;
mod script_forms;
mod sign_ups;
mod timeline;
mod tone;
mod verifications;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::{
        StatusCode,
        header::{CONTENT_SECURITY_POLICY, HeaderValue},
    },
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use frame::{Frame, Section, missing};
use jiff::Timestamp;
use serde::Deserialize;

use crate::app_state::AppState;

/// Where the dashboard begins.
const HOME: &str = "/_sandbox/";

/// Forms are sent here alone, and no other site may show these pages in a frame of its own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// The most bytes of a form with a logo in it.
const LARGEST_FORM: usize = 4 * 1024 * 1024;

pub(super) fn router() -> Router<Arc<AppState>> {
    let home = || async { Redirect::to(HOME) };
    Router::new()
        .route("/", get(home))
        .route("/_sandbox", get(home))
        .route(HOME, get(sign_ups::list_sign_ups))
        .route("/_sandbox/attempts/{id}", get(sign_ups::show_sign_up))
        .route("/_sandbox/api/events", get(events::follow_events))
        .route("/_sandbox/clients", get(clients::list_clients))
        .merge(client_forms())
        .route(
            "/_sandbox/verifications",
            get(verifications::list_verifications),
        )
        .route(
            "/_sandbox/verifications/{id}",
            get(verifications::show_verification),
        )
        .route(
            "/_sandbox/verifications/{id}/webhook",
            post(verifications::resend_webhook),
        )
        .route(
            "/_sandbox/verifications/{id}/images/{name}",
            get(verifications::show_image),
        )
        .route(
            "/_sandbox/verifications/{id}/proof-of-address.pdf",
            get(verifications::show_proof_of_address),
        )
        .route("/_sandbox/language", post(languages::choose_language))
        .route("/_sandbox/persons", get(persons::list_persons))
        .route("/_sandbox/programs", get(programs::show_programs))
}

fn client_forms() -> Router<Arc<AppState>> {
    let with_logo = || DefaultBodyLimit::max(LARGEST_FORM);
    Router::new()
        .route(
            "/_sandbox/add-client",
            get(clients::new_client)
                .post(clients::add_client)
                .layer(with_logo()),
        )
        .route(
            "/_sandbox/clients/{id}",
            get(clients::show_client)
                .post(clients::save_client)
                .layer(with_logo()),
        )
        .route(
            "/_sandbox/clients/{id}/deactivate",
            post(clients::close_account),
        )
        .route(
            "/_sandbox/clients/{id}/activate",
            post(clients::open_account),
        )
        .route("/_sandbox/clients/{id}/reset", post(clients::reset_client))
        .route(
            "/_sandbox/clients/{id}/remove",
            post(clients::remove_client),
        )
        .route("/_sandbox/clients/{id}/next", post(script::play_next))
        .route("/_sandbox/clients/{id}/always", post(script::play_always))
        .route("/_sandbox/clients/{id}/faults", post(script::add_fault))
        .route("/_sandbox/clients/{id}/clear", post(script::clear_script))
        .route("/_sandbox/clients/{id}/clock", post(script::move_clock))
}

/// `?secrets=shown`
#[derive(Deserialize)]
struct SecretsQuery {
    #[serde(default)]
    secrets: String,
}

impl SecretsQuery {
    fn shown(&self) -> bool {
        self.secrets == "shown"
    }
}

/// A point in time as the pages write it.
#[derive(Clone, Copy)]
struct Moment(Timestamp);

impl Moment {
    fn date(&self) -> String {
        self.0.strftime("%Y-%m-%d").to_string()
    }

    fn time(&self) -> String {
        self.0.strftime("%H:%M:%S").to_string()
    }

    /// For programs.
    fn iso(&self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }
}

fn page(status: StatusCode, template: &impl Template) -> Response {
    let text = template.render().expect("a string takes every page");
    let mut response = (status, Html(text)).into_response();
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// For handlers of pages that need nothing but the application.
type App = State<Arc<AppState>>;
