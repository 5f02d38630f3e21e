//! The verifier's verdict before a visitor leaves a page.

use super::{pages::Problem, redirects};
use crate::{
    api::Step,
    app_state::AppState,
    pictures::Liveness,
    sign_up::Progress,
    store::{Judged, NextPage, Reason},
    texts::Texts,
    verifier::{Compared, Verifier},
};

/// Whether a page may be left.
pub(super) enum Verdict {
    /// As far as the verifier is concerned.
    May,
    /// The visitor stays, and reads why.
    Stays(Problem),
    /// The visitor follows the prompts once more, and reads why.
    BackToFace(Problem),
    /// The visitor has failed.
    Failed(NextPage),
}

/// Of a page whose button was pressed.
pub(super) async fn on_leaving(
    app: &AppState,
    id: &str,
    step: Step,
    texts: &'static Texts,
) -> Verdict {
    let Some(verifier) = &app.verifier else {
        return Verdict::May;
    };
    let now = app.now_of_sign_up(id);
    let judged = match step {
        Step::Liveness => app.store.judge_face(id, now),
        Step::Document => app.store.judge_document(id, now),
        Step::Introduction | Step::Verification => Judged::Taken,
    };
    match judged {
        Judged::Taken if is_before_result(app, id, step) => compare(app, verifier, id, texts).await,
        Judged::Taken => Verdict::May,
        Judged::Refused(reason) => Verdict::Stays(Problem::of(reason, texts)),
        Judged::Failed(next) => Verdict::Failed(next),
    }
}

/// Whether only the result comes after this page, which the visitor has reached.
fn is_before_result(app: &AppState, id: &str, step: Step) -> bool {
    let Some((request, Progress::Underway(_, reached))) = app.sign_up(id) else {
        return false;
    };
    let is_late = matches!(request.api.after(step), None | Some(Step::Verification));
    is_late && !request.api.is_later(step, reached)
}

/// Compares face and portrait, unless that was done or is not needed.
async fn compare(app: &AppState, verifier: &Verifier, id: &str, texts: &'static Texts) -> Verdict {
    let now = app.now_of_sign_up(id);
    let pair = match app.store.to_compare(id, now) {
        Ok(Some(pair)) => pair,
        Ok(None) => return Verdict::May,
        Err(reason) => return Verdict::Stays(Problem::of(reason, texts)),
    };
    match verifier.compare(&pair.challenge, pair.portrait).await {
        Ok(Compared::Likeness(likeness)) => match app.store.compared(id, likeness, now) {
            Some(failed) => {
                redirects::write_down(app, id, "Face and document do not look alike.");
                Verdict::Failed(failed)
            }
            None => Verdict::May,
        },
        Ok(Compared::NoFace) => Verdict::Stays(Problem::of(Reason::NoPortrait, texts)),
        Ok(Compared::Forgotten) => {
            app.store.liveness(id, now, Liveness::forget);
            Verdict::BackToFace(Problem::of(Reason::Forgotten, texts))
        }
        Err(unread) => {
            let words = &texts.misses.not_compared;
            Verdict::Stays(Problem::of_verifier(unread, words, texts))
        }
    }
}
