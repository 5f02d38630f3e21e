//! The page of a visitor who has failed, and the words for it.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::html::html;
use crate::{api::Step, app_state::AppState, client::Client, sign_up::AuthorizationRequest};

/// The words for a visitor who fails at a page.
pub(super) struct FailureWords {
    /// The developer's button on the page.
    pub(super) offer: &'static str,
    title: &'static str,
    reason: &'static str,
    advice: &'static str,
}

impl FailureWords {
    pub(super) fn of(step: Step) -> Self {
        let (offer, title, reason, advice) = match step {
            Step::Introduction => (
                "refused before it begins",
                "Your identity cannot be checked",
                "The check was refused before it began.",
                "You can go back, or try again.",
            ),
            Step::Liveness => (
                "face not recognised",
                "Your face was not recognised",
                "We could not tell that a real person is in front of the camera.",
                "Find better light, take off what covers your face, and try again.",
            ),
            Step::Document => (
                "document not accepted",
                "Your document was not accepted",
                "We could not read it, or it is not of a kind that is accepted.",
                "Have another one ready, or better light, and try again.",
            ),
            Step::Verification => (
                "face and document differ",
                "You could not be verified",
                "The face in front of the camera is not the face on the document.",
                "Make sure that the document is your own, and try again.",
            ),
        };
        Self {
            offer,
            title,
            reason,
            advice,
        }
    }
}

#[derive(Template)]
#[template(path = "failed.html")]
struct Failed<'a> {
    exposed: bool,
    sign_up: &'a str,
    client: &'a Client,
    back: Option<&'a str>,
    step: Step,
    words: FailureWords,
}

pub(crate) fn show_failure(
    app: &AppState,
    sign_up: &str,
    request: &AuthorizationRequest,
    step: Step,
) -> Response {
    html(
        StatusCode::OK,
        Some(&request.redirect_uri),
        &Failed {
            exposed: app.exposed,
            sign_up,
            client: &request.client,
            back: request.back.as_deref(),
            step,
            words: FailureWords::of(step),
        },
    )
}
