//! The pages as HTML, with the headers that keep them harmless.

mod capture;
mod failed;
mod frame;
mod html;
mod refused;

use askama::Template;
use axum::{http::StatusCode, response::Response};
pub(crate) use capture::Problem;
use capture::{Guided, Shot, ShownSide, sides};
pub(crate) use failed::show_failure;
use frame::StepFrame;
use html::{html, html_with_camera};
use jiff::Timestamp;
pub(crate) use refused::{
    no_person_chosen, no_room, owned_sign_up, problem, refuse_parameter, sign_up_over,
    unknown_sign_up,
};
use webkyc_specimen::{Picture, persona::Persona};

use crate::{
    api::Step,
    app_state::AppState,
    pictures::Pictures,
    scenario::Scenario,
    sign_up::AuthorizationRequest,
    subject::Subject,
    texts::{ResultTexts, Texts, fill},
};

/// One page of the way through.
pub(crate) struct StepPage<'a> {
    pub(crate) sign_up: &'a str,
    pub(crate) request: &'a AuthorizationRequest,
    pub(crate) step: Step,
    pub(crate) pictures: Pictures,
    /// Whether the visitor has agreed to show something of their own.
    pub(crate) has_agreed: bool,
    /// None on the first page, before one is chosen.
    pub(crate) scenario: Option<&'static Scenario>,
    pub(crate) now: Timestamp,
    pub(crate) texts: &'static Texts,
    pub(crate) problem: Option<Problem>,
}

#[derive(Template)]
#[template(path = "introduction.html")]
struct IntroductionStep<'a> {
    exposed: bool,
    /// Whether a verifier reads documents.
    reads: bool,
    texts: &'static Texts,
    frame: StepFrame<'a>,
}

#[derive(Template)]
#[template(path = "capture.html")]
struct CaptureStep<'a> {
    exposed: bool,
    /// Whether a verifier reads documents.
    reads: bool,
    texts: &'static Texts,
    frame: StepFrame<'a>,
    /// Whether the test person fails here.
    failed: bool,
    problem: Option<&'static str>,
    sides: Vec<ShownSide<'a>>,
    guided: Option<Guided>,
}

#[derive(Template)]
#[template(path = "verification.html")]
struct VerificationStep<'a> {
    exposed: bool,
    texts: &'static Texts,
    frame: StepFrame<'a>,
    /// Whether anything is the visitor's own.
    own: bool,
    /// Whether the visitor's own document was read.
    is_read: bool,
    shown: Vec<(&'static str, Shot)>,
    /// What is to go wrong, in a sentence. What was read does not fail by a test person's scenario.
    failing: Option<String>,
    /// How alike the verifier finds the visitor and the portrait, in a sentence.
    alike: Option<String>,
    /// Some of the fields, and their labels.
    facts: Vec<(&'static str, String)>,
}

impl StepPage<'_> {
    /// The person who is played, with what the visitor has shown so far.
    fn subject(&self, person: &'static Persona) -> Subject {
        Subject::of(person, &self.pictures)
    }
}

impl<'a> VerificationStep<'a> {
    fn of(exposed: bool, page: &StepPage<'a>, scenario: &'static Scenario) -> Self {
        let words = page.texts;
        let shots = [
            (words.frame.face, Picture::Liveness),
            (words.steps.front, Picture::Front(0)),
            (words.steps.back, Picture::Back(0)),
        ];
        let person = scenario.person;
        let subject = page.subject(person);
        let shown = shots.into_iter().filter_map(|(caption, picture)| {
            Some((caption, Shot::of(page, person, &subject, picture)?))
        });
        Self {
            exposed,
            texts: words,
            frame: StepFrame::of(page),
            is_read: subject.is_read(),
            own: subject.images().any(|(_, image)| image.is_own()),
            shown: shown.collect(),
            failing: scenario
                .failure
                .as_ref()
                .filter(|_| !subject.is_read())
                .map(|_| fill(words.result.failing, words.title_of(scenario))),
            alike: page.pictures.likeness().map(|likeness| {
                let [similarity, limit] = [likeness.similarity, likeness.threshold].map(|value| {
                    let number = format!("{value:.2}");
                    match words.tag {
                        "en" => number,
                        _ => number.replace('.', ","),
                    }
                });
                fill(&fill(words.result.alike, &similarity), &limit)
            }),
            facts: facts(&subject, &words.result),
        }
    }
}

/// Facts about the person in the first document: label and value.
fn facts(subject: &Subject, words: &ResultTexts) -> Vec<(&'static str, String)> {
    let Some(reading) = subject.readings.first() else {
        return Vec::new();
    };
    let fields = reading.fields.get();
    // An expired document is no reason to refuse it. Dates of ISO 8601 sort as texts.
    let today = jiff::Zoned::now().date().to_string();
    let expiry = fields.date_of_expiry.as_ref().map(|date| {
        if *date < today {
            fill(words.expired, date)
        } else {
            date.clone()
        }
    });
    let name = match &fields.surname {
        Some(surname) => (words.surname, Some(surname)),
        None => (words.name, fields.surname_and_given_names.as_ref()),
    };
    let facts = [
        name,
        (words.given_names, fields.given_names.as_ref()),
        (words.date_of_birth, fields.date_of_birth.as_ref()),
        (words.document_number, fields.document_number.as_ref()),
        (words.date_of_expiry, expiry.as_ref()),
    ];
    let said = facts.into_iter();
    said.filter_map(|(label, value)| Some((label, value?.clone())))
        .collect()
}

pub(crate) fn show_step(app: &AppState, page: &StepPage<'_>) -> Response {
    let (exposed, texts) = (app.exposed, page.texts);
    let reads = app.verifier.is_some();
    let leaving_to = Some(&page.request.redirect_uri);
    match (page.step, page.scenario) {
        (Step::Introduction, _) | (_, None) => {
            let mut frame = StepFrame::of(page);
            frame.step = Step::Introduction;
            let introduction = IntroductionStep {
                exposed,
                reads,
                texts,
                frame,
            };
            html(StatusCode::OK, leaving_to, &introduction)
        }
        (Step::Liveness | Step::Document, Some(scenario)) => {
            let status = page
                .problem
                .map_or(StatusCode::OK, |problem| problem.status);
            let capture = CaptureStep {
                exposed,
                reads,
                texts,
                frame: StepFrame::of(page),
                failed: scenario.fails_at(page.step),
                problem: page.problem.map(|problem| problem.sentence),
                sides: sides(page, scenario.person, reads),
                guided: Guided::of(page, scenario.person, reads),
            };
            html_with_camera(status, &page.request.redirect_uri, &capture)
        }
        (Step::Verification, Some(scenario)) => {
            let page = VerificationStep::of(exposed, page, scenario);
            html(StatusCode::OK, leaving_to, &page)
        }
    }
}

#[derive(Template)]
#[template(path = "unchecked.html")]
struct Unchecked<'a> {
    exposed: bool,
    texts: &'static Texts,
    frame: StepFrame<'a>,
}

/// The end for visitors who show no picture and choose no test person.
pub(crate) fn show_unchecked(app: &AppState, page: &StepPage<'_>) -> Response {
    let unchecked = Unchecked {
        exposed: app.exposed,
        texts: page.texts,
        frame: StepFrame::of(page),
    };
    html(StatusCode::OK, Some(&page.request.redirect_uri), &unchecked)
}

/// The address of one page of the way through.
pub(crate) fn address(sign_up: &str, step: Step) -> String {
    format!("/identification/{sign_up}/{}", step.slug())
}
