//! The verifier's verdict before a visitor leaves a page.

use super::{pages::Problem, redirects};
use crate::{
    api::Step,
    app_state::AppState,
    sign_up::Progress,
    store::{Judged, NextPage, Reason},
    texts::Texts,
    verifier::{Compared, Verifier},
};

/// Whether a page may be left.
pub(super) enum Verdict {
    /// As far as the verifier is concerned.
    May,
    /// The visitor stays, or goes back to this page, and reads why.
    Stays(Step, Problem),
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
    let Some((request, Progress::Underway(_, reached))) = app.sign_up(id) else {
        return Verdict::May;
    };
    // The visitor is led to a page that was reached.
    if request.api.is_later(step, reached) {
        return Verdict::May;
    }
    let now = app.now_of_sign_up(id);
    for at in [Step::Liveness, Step::Document] {
        // Before the visitor returns, both once more.
        if step != at && step != Step::Verification {
            continue;
        }
        let judged = match at {
            Step::Liveness => app.store.judge_face(id, now),
            _ => app.store.judge_document(id, now),
        };
        match judged {
            Judged::Taken => {}
            Judged::Refused(reason) => return Verdict::Stays(at, Problem::of(reason, texts)),
            Judged::Failed(next) => return Verdict::Failed(next),
        }
    }
    match request.api.after(step) {
        None | Some(Step::Verification) => compare(app, verifier, id, step, texts).await,
        Some(_) => Verdict::May,
    }
}

/// Compares face and portrait, unless that was done or is not needed. Whatever comes meanwhile is compared as
/// well.
async fn compare(
    app: &AppState,
    verifier: &Verifier,
    id: &str,
    step: Step,
    texts: &'static Texts,
) -> Verdict {
    let stays = |at, reason| Verdict::Stays(at, Problem::of(reason, texts));
    loop {
        let now = app.now_of_sign_up(id);
        let pair = match app.store.to_compare(id, now) {
            Ok(Some(pair)) => pair,
            Ok(None) => return Verdict::May,
            Err(reason @ Reason::NoFace) => return stays(Step::Liveness, reason),
            Err(reason) => return stays(Step::Document, reason),
        };
        let Some(portrait) = pair.portrait() else {
            return stays(Step::Document, Reason::NoPortrait);
        };
        match verifier.compare(&pair.challenge, portrait).await {
            Ok(Compared::Likeness(likeness)) => {
                if let Some(failed) = app.store.compared(id, &pair, likeness, now) {
                    redirects::write_down(app, id, "Face and document do not look alike.");
                    return Verdict::Failed(failed);
                }
            }
            Ok(Compared::NoFace) => return stays(Step::Document, Reason::NoPortrait),
            Ok(Compared::Forgotten) => {
                app.store.forget_face(id, &pair, now);
                return stays(Step::Liveness, Reason::Forgotten);
            }
            Err(unread) => {
                let words = &texts.misses.not_compared;
                // The page of the result has no place for it.
                let at = match step {
                    Step::Liveness => Step::Liveness,
                    _ => Step::Document,
                };
                return Verdict::Stays(at, Problem::of_verifier(unread, words, texts));
            }
        }
    }
}
