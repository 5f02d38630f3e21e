//! The page of a visitor who has failed.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::{StepPage, frame::StepFrame, html::html};
use crate::{api::Step, app_state::AppState, sign_up::Unfit, texts::Texts};

#[derive(Template)]
#[template(path = "failed.html")]
struct Failed<'a> {
    exposed: bool,
    texts: &'static Texts,
    frame: StepFrame<'a>,
    /// Title, reason and advice.
    words: [&'static str; 3],
}

/// The page for who failed at `page.step`.
pub(crate) fn show_failure(app: &AppState, page: &StepPage<'_>) -> Response {
    let failures = &page.texts.failures;
    html(
        StatusCode::OK,
        Some(&page.request.redirect_uri),
        &Failed {
            exposed: app.exposed,
            texts: page.texts,
            frame: StepFrame::of(page).failed(),
            words: match (app.store.unfit(page.sign_up, page.now), page.step) {
                (Some(Unfit::Unread), _) => failures.unread,
                (Some(Unfit::Unlike), _) => failures.unlike,
                (None, Step::Introduction) => failures.introduction,
                (None, Step::Liveness) => failures.liveness,
                (None, Step::Document) => failures.document,
                (None, Step::Verification) => failures.verification,
            },
        },
    )
}
