//! Pages that only say why something is not done, with a link that leads on.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::html::html;
use crate::{
    app_state::AppState,
    routes::parameters::ParameterProblem,
    sign_up::AuthorizationRequest,
    texts::{Texts, fill},
};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    exposed: bool,
    texts: &'static Texts,
    title: &'a str,
    parameter: Option<&'a str>,
    received: Option<&'a str>,
    reason: &'a str,
    advice: &'a str,
    /// Address and name of a link.
    way_back: Option<(String, String)>,
}

/// Longer values are cut: the page is for reading.
const SHOWN: usize = 300;

/// Shown in place of a redirect, whose target is not trusted yet. What is wrong is said in English, as in
/// the journal.
pub(crate) fn refuse_parameter(
    app: &AppState,
    texts: &'static Texts,
    problem: &ParameterProblem,
) -> Response {
    let shown: Option<String> = problem
        .received
        .as_ref()
        .map(|value| value.chars().take(SHOWN).collect());
    html(
        problem.status,
        None,
        &ErrorPage {
            exposed: app.exposed,
            texts,
            title: texts.dashboard.errors.parameter_title,
            parameter: Some(problem.parameter),
            received: shown.as_deref(),
            reason: &problem.reason,
            advice: &problem.advice,
            way_back: None,
        },
    )
}

/// A page that says with these words what is not done: title, reason and advice.
pub(crate) fn problem(
    app: &AppState,
    texts: &'static Texts,
    status: StatusCode,
    words: [&str; 3],
) -> Response {
    show(app, texts, status, words, None)
}

fn show(
    app: &AppState,
    texts: &'static Texts,
    status: StatusCode,
    [title, reason, advice]: [&str; 3],
    way_back: Option<(String, String)>,
) -> Response {
    html(
        status,
        None,
        &ErrorPage {
            exposed: app.exposed,
            texts,
            title,
            parameter: None,
            received: None,
            reason,
            advice,
            way_back,
        },
    )
}

/// A link to the client: the one it asked for, or its own first page.
fn to_client(texts: &Texts, request: &AuthorizationRequest) -> (String, String) {
    let (home, name) = to_home(texts, request);
    (request.back.clone().unwrap_or(home), name)
}

/// A link to the client's own first page, for visitors whose request it is not.
fn to_home(texts: &Texts, request: &AuthorizationRequest) -> (String, String) {
    let home = format!("{}/", request.redirect_uri.csp_source());
    (home, fill(texts.frame.back_to, &request.client.name))
}

pub(crate) fn sign_up_over(
    app: &AppState,
    texts: &'static Texts,
    request: &AuthorizationRequest,
) -> Response {
    let (words, link) = (texts.refusals.over, to_client(texts, request));
    show(app, texts, StatusCode::GONE, words, Some(link))
}

/// Of one that is too old, the client is still known.
pub(crate) fn unknown_sign_up(app: &AppState, texts: &'static Texts, id: &str) -> Response {
    let request = app.store.request_of_sign_up(id);
    let link = request.map(|request| to_client(texts, &request));
    let words = texts.refusals.unknown;
    show(app, texts, StatusCode::NOT_FOUND, words, link)
}

/// The sign-up belongs to another browser.
pub(crate) fn owned_sign_up(app: &AppState, texts: &'static Texts, id: &str) -> Response {
    let request = app.store.request_of_sign_up(id);
    let link = request.map(|request| to_home(texts, &request));
    let words = texts.refusals.owned;
    show(app, texts, StatusCode::FORBIDDEN, words, link)
}

/// No sign-up begins while there is no memory for what its visitor would show.
pub(crate) fn no_room(
    app: &AppState,
    texts: &'static Texts,
    request: &AuthorizationRequest,
) -> Response {
    let (status, words) = (StatusCode::SERVICE_UNAVAILABLE, texts.refusals.no_room);
    show(app, texts, status, words, Some(to_client(texts, request)))
}

pub(crate) fn no_person_chosen(
    app: &AppState,
    texts: &'static Texts,
    way_back: String,
) -> Response {
    let words = texts.refusals.no_person;
    let link = (way_back, texts.frame.go_back.to_owned());
    show(app, texts, StatusCode::BAD_REQUEST, words, Some(link))
}
