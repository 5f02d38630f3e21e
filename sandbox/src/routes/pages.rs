//! The pages as HTML, with the headers that keep them harmless.

mod capture;
mod failed;
mod html;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use capture::{Capture, Shot};
pub(crate) use failed::show_failure;
use html::{html, html_with_camera};
use webkyc_specimen::{Picture, persona::Persona};

use super::parameters::ParameterProblem;
use crate::{
    api::{Api, Step},
    app_state::AppState,
    client::{AfterFailure, Client},
    pictures::{self, Pictures},
    scenario::{Group, Scenario},
    sign_up::AuthorizationRequest,
};

/// One page of the way through.
pub(crate) struct StepPage<'a> {
    pub(crate) sign_up: &'a str,
    pub(crate) request: &'a AuthorizationRequest,
    pub(crate) step: Step,
    pub(crate) pictures: Pictures,
    /// None on the first page, before one is chosen.
    pub(crate) scenario: Option<&'static Scenario>,
}

/// The frame around every page of a sign-up.
struct StepFrame<'a> {
    sign_up: &'a str,
    api: Api,
    step: Step,
    client: &'a Client,
    back: Option<&'a str>,
    remarks: &'a [String],
}

impl StepFrame<'_> {
    /// How this page fails.
    fn failure(&self) -> failed::FailureWords {
        failed::FailureWords::of(self.step)
    }

    /// Whether a visitor who fails stays on the pages.
    fn stays_after_failure(&self) -> bool {
        self.client.after_failure == AfterFailure::Stay
    }

    /// How the progress bar shows a step.
    fn standing(&self, step: &Step) -> &'static str {
        if *step == self.step {
            "current"
        } else if self.api.is_later(*step, self.step) {
            "ahead"
        } else {
            "done"
        }
    }
}

#[derive(Template)]
#[template(path = "introduction.html")]
struct IntroductionStep<'a> {
    exposed: bool,
    frame: StepFrame<'a>,
    groups: [Group; Group::ALL.len()],
    chosen: &'a Scenario,
}

#[derive(Template)]
#[template(path = "liveness.html")]
struct LivenessStep<'a> {
    exposed: bool,
    frame: StepFrame<'a>,
    failed: bool,
    person: &'static Persona,
    shot: Shot,
    capture: Capture<'a>,
}

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentStep<'a> {
    exposed: bool,
    frame: StepFrame<'a>,
    person: &'static Persona,
    sides: Vec<DocumentSide<'a>>,
}

/// One side of a document.
struct DocumentSide<'a> {
    caption: &'static str,
    shot: Shot,
    /// Of the first document only.
    capture: Option<Capture<'a>>,
}

fn sides<'a>(page: &StepPage<'a>, person: &Persona) -> Vec<DocumentSide<'a>> {
    Picture::all_of(person)
        .filter_map(|picture| {
            let caption = match picture {
                Picture::Front(_) => "Front",
                Picture::Back(_) => "Back",
                Picture::Face(_) | Picture::Liveness => return None,
            };
            Some(DocumentSide {
                caption,
                shot: Shot::of(page, person, picture),
                capture: pictures::Side::of(picture).map(|side| Capture::of(page, side)),
            })
        })
        .collect()
}

#[derive(Template)]
#[template(path = "verification.html")]
struct VerificationStep<'a> {
    exposed: bool,
    frame: StepFrame<'a>,
    person: &'static Persona,
    face: Shot,
    /// The visitor's own pictures of the document.
    own: Vec<(&'static str, Shot)>,
}

impl<'a> VerificationStep<'a> {
    fn of(
        exposed: bool,
        page: &StepPage<'a>,
        frame: StepFrame<'a>,
        person: &'static Persona,
    ) -> Self {
        let sides = sides(page, person).into_iter();
        Self {
            exposed,
            frame,
            person,
            face: Shot::of(page, person, Picture::Liveness),
            own: sides
                .filter(|side| side.shot.own)
                .map(|side| (side.caption, side.shot))
                .collect(),
        }
    }
}

pub(crate) fn show_step(app: &AppState, page: &StepPage<'_>) -> Response {
    let exposed = app.exposed;
    let request = page.request;
    let frame = StepFrame {
        sign_up: page.sign_up,
        api: request.api,
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
            &IntroductionStep {
                exposed,
                frame: StepFrame {
                    step: Step::Introduction,
                    ..frame
                },
                groups: Group::ALL,
                chosen: chosen.unwrap_or(&Scenario::ALL[0]),
            },
        ),
        (Step::Liveness, Some(scenario)) => {
            let person = scenario.person;
            let page = LivenessStep {
                exposed,
                frame,
                failed: scenario.fails_at(Step::Liveness),
                person,
                shot: Shot::of(page, person, Picture::Liveness),
                capture: Capture::of(page, pictures::Side::Face),
            };
            html_with_camera(&request.redirect_uri, &page)
        }
        (Step::Document, Some(scenario)) => {
            let person = scenario.person;
            let page = DocumentStep {
                exposed,
                frame,
                person,
                sides: sides(page, person),
            };
            html_with_camera(&request.redirect_uri, &page)
        }
        (Step::Verification, Some(scenario)) => {
            let page = VerificationStep::of(exposed, page, frame, scenario.person);
            html(StatusCode::OK, leaving_to, &page)
        }
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
    way_back: Option<&'a str>,
}

/// Longer values are cut: the page is for reading.
const SHOWN: usize = 300;

/// Shown in place of a redirect, whose target is not trusted yet.
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
            way_back: None,
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
            way_back: None,
        },
    )
}

pub(crate) fn sign_up_over(app: &AppState) -> Response {
    problem(
        app,
        StatusCode::GONE,
        "This identity check is over",
        "You have already been sent back to the site that asked for it.",
        "Begin again there if you need another one.",
    )
}

pub(crate) fn unknown_sign_up(app: &AppState) -> Response {
    problem(
        app,
        StatusCode::NOT_FOUND,
        "This identity check is not known",
        "It was never begun here, or it was begun more than an hour ago.",
        "Begin again on the site that sent you here.",
    )
}

/// The page's words for a picture that is not taken.
pub(crate) struct PictureRefusal {
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) advice: &'static str,
}

/// The same on the way through, with a link that leads back to it.
pub(crate) fn refuse_picture(app: &AppState, words: &PictureRefusal, way_back: &str) -> Response {
    html(
        words.status,
        None,
        &ErrorPage {
            exposed: app.exposed,
            title: words.title,
            parameter: None,
            received: None,
            reason: words.reason,
            advice: words.advice,
            way_back: Some(way_back),
        },
    )
}

/// The address of one page of the way through.
pub(crate) fn address(sign_up: &str, step: Step) -> String {
    format!("/identification/{sign_up}/{}", step.slug())
}
