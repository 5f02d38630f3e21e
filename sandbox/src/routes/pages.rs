//! The pages as HTML, with the headers that keep them harmless.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use axum::response::{Html, IntoResponse, Response};

use crate::app_state::AppState;
use crate::attempt::AuthorizationRequest;
use crate::client::Client;
use crate::flow::{Flow, Step};
use crate::persona::Persona;
use crate::redirect::RedirectUri;
use crate::scenario::{Group, Scenario};
use crate::specimen::Picture;

/// One page of the way through.
pub(crate) struct StepPage<'a> {
    pub(crate) attempt: &'a str,
    pub(crate) request: &'a AuthorizationRequest,
    pub(crate) step: Step,
    /// Nobody, on the first page, before somebody is chosen.
    pub(crate) scenario: Option<&'static Scenario>,
}

/// What every page of the way through has around it.
struct Frame<'a> {
    attempt: &'a str,
    flow: Flow,
    step: Step,
    client: &'a Client,
    back: Option<&'a str>,
    remarks: &'a [String],
}

impl Frame<'_> {
    /// How the progress bar shows a step.
    fn standing(&self, step: &Step) -> &'static str {
        if *step == self.step {
            "current"
        } else if self.flow.is_later(*step, self.step) {
            "ahead"
        } else {
            "done"
        }
    }
}

#[derive(Template)]
#[template(path = "introduction.html")]
struct Introduction<'a> {
    exposed: bool,
    frame: Frame<'a>,
    groups: [Group; Group::ALL.len()],
    chosen: &'a Scenario,
}

#[derive(Template)]
#[template(path = "liveness.html")]
struct Liveness<'a> {
    exposed: bool,
    frame: Frame<'a>,
    failed: bool,
    person: &'static Persona,
}

#[derive(Template)]
#[template(path = "document.html")]
struct Document<'a> {
    exposed: bool,
    frame: Frame<'a>,
    person: &'static Persona,
    sides: Vec<Side>,
}

/// One side of a document.
struct Side {
    picture: String,
    caption: &'static str,
    size: (u32, u32),
}

fn sides(person: &Persona) -> Vec<Side> {
    Picture::all_of(person)
        .filter_map(|picture| {
            let caption = match picture {
                Picture::Front(_) => "Front",
                Picture::Back(_) => "Back",
                Picture::Face(_) | Picture::Liveness => return None,
            };
            Some(Side {
                picture: picture.name(),
                caption,
                size: picture.size(person),
            })
        })
        .collect()
}

#[derive(Template)]
#[template(path = "verification.html")]
struct Verification<'a> {
    exposed: bool,
    frame: Frame<'a>,
    person: &'static Persona,
}

pub(crate) fn show_step(app: &AppState, page: &StepPage<'_>) -> Response {
    let exposed = app.exposed;
    let request = page.request;
    let frame = Frame {
        attempt: page.attempt,
        flow: request.flow,
        step: page.step,
        client: &request.client,
        back: request.back.as_deref(),
        remarks: &request.remarks,
    };
    let leaving_to = Some(&request.redirect_uri);
    match (page.step, page.scenario) {
        (Step::Introduction, chosen) | (_, chosen @ None) => html(
            StatusCode::OK,
            leaving_to,
            &Introduction {
                exposed,
                frame: Frame {
                    step: Step::Introduction,
                    ..frame
                },
                groups: Group::ALL,
                chosen: chosen.unwrap_or(&Scenario::ALL[0]),
            },
        ),
        (Step::Liveness, Some(scenario)) => {
            let person = scenario.person;
            let failed = scenario.fails_after() == Some(Step::Liveness);
            let page = Liveness {
                exposed,
                frame,
                failed,
                person,
            };
            html(StatusCode::OK, leaving_to, &page)
        }
        (Step::Document, Some(scenario)) => {
            let person = scenario.person;
            let page = Document {
                exposed,
                frame,
                person,
                sides: sides(person),
            };
            html(StatusCode::OK, leaving_to, &page)
        }
        (Step::Verification, Some(scenario)) => {
            let person = scenario.person;
            html(
                StatusCode::OK,
                leaving_to,
                &Verification {
                    exposed,
                    frame,
                    person,
                },
            )
        }
    }
}

/// What is wrong with an authorize URL.
pub(crate) struct ParameterProblem {
    pub(crate) status: StatusCode,
    pub(crate) parameter: &'static str,
    pub(crate) received: Option<String>,
    pub(crate) reason: String,
    pub(crate) advice: String,
}

impl ParameterProblem {
    pub(crate) fn because(mut self, reason: &str) -> Self {
        reason.clone_into(&mut self.reason);
        self
    }

    pub(crate) fn so(mut self, advice: &str) -> Self {
        advice.clone_into(&mut self.advice);
        self
    }

    /// What the page says, in short.
    pub(crate) fn sentence(&self) -> String {
        format!("{}: {} {}", self.parameter, self.reason, self.advice)
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    exposed: bool,
    title: &'a str,
    parameter: Option<&'a str>,
    received: Option<&'a str>,
    reason: &'a str,
    advice: &'a str,
}

/// Longer values are cut: the page is for reading.
const SHOWN: usize = 300;

/// Shown in place of a redirect: nobody knows yet whose page it would lead to.
pub(crate) fn refuse_parameter(app: &AppState, problem: &ParameterProblem) -> Response {
    let shown: Option<String> = problem
        .received
        .as_ref()
        .map(|value| value.chars().take(SHOWN).collect());
    html(
        problem.status,
        None,
        &ErrorPage {
            exposed: app.exposed,
            title: "This sign-up cannot begin",
            parameter: Some(problem.parameter),
            received: shown.as_deref(),
            reason: &problem.reason,
            advice: &problem.advice,
        },
    )
}

/// A page that only says something.
pub(crate) fn problem(
    app: &AppState,
    status: StatusCode,
    title: &str,
    reason: &str,
    advice: &str,
) -> Response {
    html(
        status,
        None,
        &ErrorPage {
            exposed: app.exposed,
            title,
            parameter: None,
            received: None,
            reason,
            advice,
        },
    )
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    exposed: bool,
    url: &'a str,
    clients: Vec<Arc<Client>>,
    people: &'a [&'static Persona],
    scenarios: Vec<&'static str>,
}

/// The start page: for the developer who wonders what is running here.
pub(crate) async fn show_home(State(app): State<Arc<AppState>>) -> Response {
    html(
        StatusCode::OK,
        None,
        &Home {
            exposed: app.exposed,
            url: &app.url,
            clients: app.clients.all(),
            people: &Persona::ALL,
            scenarios: Scenario::names().collect(),
        },
    )
}

/// Forms may be sent here and, because browsers apply the rule to what a form is redirected to as
/// well, to where the visitor leaves to.
fn html(status: StatusCode, leaving_to: Option<&RedirectUri>, page: &impl Template) -> Response {
    let Ok(text) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let leaving_to = leaving_to.map(RedirectUri::csp_source).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; \
         form-action 'self' {leaving_to}; base-uri 'none'; frame-ancestors 'none'"
    );
    let mut response = (status, Html(text)).into_response();
    let policy =
        HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    response
}
