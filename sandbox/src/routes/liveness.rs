//! `/identification/…/liveness/challenge`: prompts that a verifier gives, and frames of the visitor who follows them.
//! The browser talks to the sandbox alone.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde::{Deserialize, Serialize};

use super::{
    owner,
    pages::Problem,
    pictures::{Refused, check_place},
    reader::Reader,
    redirects,
};
use crate::{
    api::Step,
    app_state::AppState,
    pictures::Side,
    sign_up::Consent,
    store::NotKept,
    texts::{CameraTexts, Texts},
    verifier::{Course, Miss, Prompt, Unread, Verifier},
};

/// The most bytes of a frame, as of the verifier.
const LARGEST_FRAME: usize = 1024 * 1024;

pub(super) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/identification/{sign_up}/{step}/challenge", post(begin))
        .route("/identification/{sign_up}/{step}/frames", post(look))
        .layer(DefaultBodyLimit::max(LARGEST_FRAME))
}

/// The answer to the script of the page.
#[derive(Serialize)]
struct PromptAnswer {
    state: &'static str,
    /// The present prompt, in the visitor's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<&'static str>,
    /// Why the challenge failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<&'static str>,
    /// Whether there is one more try.
    again: bool,
}

impl PromptAnswer {
    fn asking(state: &'static str, prompt: Option<Prompt>, words: &CameraTexts) -> Response {
        let prompt = prompt.map(|prompt| match prompt {
            Prompt::Left => words.look_left,
            Prompt::Right => words.look_right,
            Prompt::Centre => words.look_ahead,
        });
        let answer = Self {
            state,
            prompt,
            sentence: None,
            again: true,
        };
        Json(answer).into_response()
    }
}

async fn begin(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    Path((id, step)): Path<(String, Step)>,
) -> Response {
    let texts = reader.texts();
    let (verifier, consent) = match check(&app, &id, step) {
        Ok(checked) => checked,
        Err(refused) => return refused.text(texts),
    };
    let now = app.now_of_sign_up(&id);
    if !app.store.take_challenge(&id, consent, now) {
        return (StatusCode::TOO_MANY_REQUESTS, texts.refusals.no_challenges).into_response();
    }
    match verifier.begin_challenge().await {
        Ok((challenge, prompt)) => match app.store.begin_challenge(&id, consent, challenge, now) {
            Ok(()) => PromptAnswer::asking("next", Some(prompt), &texts.camera),
            Err(not_kept) => Refused::from(not_kept).text(texts),
        },
        Err(unread) => {
            app.store.give_challenge_back(&id, now);
            unseen(unread, texts)
        }
    }
}

#[derive(Deserialize)]
struct Number {
    seq: u32,
}

async fn look(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    Path((id, step)): Path<(String, Step)>,
    Query(Number { seq }): Query<Number>,
    headers: HeaderMap,
    frame: Bytes,
) -> Response {
    if !owner::is_owner(&app, &id, &headers) {
        return owner::refuse(&app, reader, &headers, &id);
    }
    let texts = reader.texts();
    let (verifier, consent) = match check(&app, &id, step) {
        Ok(checked) => checked,
        Err(refused) => return refused.text(texts),
    };
    let now = app.now_of_sign_up(&id);
    let not_kept = |not_kept| match not_kept {
        NotKept::Late => (StatusCode::CONFLICT, texts.refusals.no_face).into_response(),
        NotKept::Over | NotKept::NoRoom => Refused::from(not_kept).text(texts),
    };
    let Some(challenge) = app.store.challenge_under_way(&id, consent, now) else {
        return not_kept(NotKept::Late);
    };
    match verifier.look_at_frame(&challenge, seq, frame).await {
        Ok(Course::GoOn) => PromptAnswer::asking("go on", None, &texts.camera),
        Ok(Course::Next(prompt)) => PromptAnswer::asking("next", Some(prompt), &texts.camera),
        Ok(Course::Passed(picture)) => {
            let passed = app
                .store
                .pass_challenge(&id, consent, &challenge, picture, now);
            if let Err(why) = passed {
                return not_kept(why);
            }
            redirects::write_down(&app, &id, "The visitor turned as asked.");
            PromptAnswer::asking("passed", None, &texts.camera)
        }
        Ok(Course::Failed(miss)) => {
            let failed = app.store.fail_challenge(&id, consent, &challenge, now);
            let again = match failed {
                Ok(again) => again,
                Err(why) => return not_kept(why),
            };
            redirects::write_down(&app, &id, "The visitor did not turn as asked.");
            Json(PromptAnswer {
                state: "failed",
                prompt: None,
                sentence: Some(sentence(miss, texts)),
                again,
            })
            .into_response()
        }
        Err(unread) => {
            app.store.lose_challenge(&id, consent, &challenge, now);
            unseen(unread, texts)
        }
    }
}

/// The verifier, for a visitor who has come to the face.
fn check<'a>(app: &'a AppState, id: &str, step: Step) -> Result<(&'a Verifier, Consent), Refused> {
    let consent = check_place(app, id, step, Side::Face)?;
    let verifier = app.verifier.as_ref().ok_or(Refused::Unknown)?;
    Ok((verifier, consent))
}

fn sentence(miss: Miss, texts: &Texts) -> &'static str {
    let words = &texts.misses;
    match miss {
        Miss::WrongWay => words.wrong_way,
        Miss::TooSoon => words.too_soon,
        Miss::TooLong => words.too_long,
        Miss::Gap => words.gap,
        Miss::OutOfOrder => words.out_of_order,
        Miss::NoFace => words.no_face,
        Miss::TwoFaces => words.two_faces,
        Miss::Jump => words.jump,
        Miss::Distance => words.distance,
        Miss::OtherFace => words.other_face,
    }
}

fn unseen(unread: Unread, texts: &Texts) -> Response {
    let Problem { status, sentence } = Problem::of_verifier(unread, &texts.misses.unseen, texts);
    (status, sentence).into_response()
}
