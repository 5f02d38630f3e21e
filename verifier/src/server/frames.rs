//! `POST /challenges/{id}/frames`.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Json,
    extract::{Path, Query, Request, State},
};
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;
use utoipa::{IntoParams, ToSchema};
use webkyc_reading::{Jpeg, Miss, Prompt};

use super::{
    App, body,
    problem::{Problem, ProblemBody},
};
use crate::{
    challenges::UnderWay,
    deadline::{self, Deadline},
    faces::{Area, Template},
    liveness::{Seen, State as Course},
    verifier::{Arrived, Verifier},
};

/// The most bytes of a frame.
pub(super) const MOST_BYTES: usize = 1024 * 1024;
/// How long a frame may take.
const LONGEST: Duration = Duration::from_secs(8);

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Number {
    /// 0 for the first frame, then one more each time.
    seq: u32,
}

/// The answer to a frame: the face, its turn, and the state of the challenge.
#[derive(Serialize, ToSchema)]
pub(super) struct FrameAnswer {
    /// The face, if there is exactly one.
    face: Option<FaceBox>,
    /// How far the head is turned: above zero to the visitor's own left.
    turn: Option<f32>,
    /// How far the face is from a flat picture that moves. Nothing is decided on it.
    residual: Option<f32>,
    /// The present prompt; absent when the challenge is over.
    prompt: Option<Prompt>,
    state: FrameState,
    /// Why the challenge failed.
    reason: Option<Miss>,
    /// The sharpest frame that looked straight ahead as asked, once the challenge has passed.
    picture: Option<Jpeg>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum FrameState {
    #[serde(rename = "go on")]
    GoOn,
    Next,
    Passed,
    Failed,
}

/// In pixels of the frame.
#[derive(Serialize, ToSchema)]
struct FaceBox {
    left: f32,
    top: f32,
    width: f32,
    height: f32,
}

/// Looks at one frame: the body is a JPEG or PNG, not mirrored. Send the next after the answer, six a second
/// at most.
#[utoipa::path(
    post,
    path = "/challenges/{id}/frames",
    params(("id" = String, Path), Number),
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    responses(
        (status = 200, body = FrameAnswer),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn look_at_frame(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<FrameAnswer>, Problem> {
    let number = Query::<Number>::try_from_uri(request.uri());
    let Ok(Query(Number { seq })) = number else {
        return Err(body::refuse(request, Problem::BadRequest).await);
    };
    let under_way = match app.challenges.for_frame(&id, Instant::now()) {
        Ok(under_way) => under_way,
        Err(unfit) => return Err(body::refuse(request, unfit.into()).await),
    };
    let place = match app.frames.enter() {
        Ok(place) => place,
        Err(problem) => return Err(body::refuse(request, problem).await),
    };
    // A frame that does not arrive whole ends its challenge: time must not pass without frames that the rule has
    // seen. For one that finds the queue full the rule about gaps decides.
    let end = |problem| {
        app.challenges.end(&id, Instant::now());
        problem
    };
    let bytes = body::read(request, Problem::FrameTooLarge)
        .await
        .map_err(end)?;
    let arrived = under_way.began.elapsed();
    let frame = Arrived {
        bytes,
        number: seq,
        at: arrived,
    };
    let answer = place
        .run(move || judge(&app, &id, under_way, &frame))
        .await??;
    Ok(Json(answer))
}

/// Looks at the frame and decides about its challenge, as one piece of work that its caller cannot break off: a frame
/// that fails counts, whether or not the answer is waited for.
fn judge(
    app: &App,
    id: &str,
    mut under_way: OwnedMutexGuard<UnderWay>,
    frame: &Arrived,
) -> Result<FrameAnswer, Problem> {
    let looked = deadline::beside(|| look(&app.verifier, &mut under_way, frame));
    match &looked {
        Ok(LookedAt {
            passed: Some(template),
            ..
        }) => app.challenges.pass(id, template.clone(), Instant::now()),
        Ok(LookedAt { answer, .. }) if !matches!(answer.state, FrameState::Failed) => {}
        Ok(_) | Err(_) => app.challenges.end(id, Instant::now()),
    }
    Ok(looked?.answer)
}

struct LookedAt {
    answer: FrameAnswer,
    /// The face of the challenge, when this was its last frame.
    passed: Option<Template>,
}

fn look(
    verifier: &Verifier,
    under_way: &mut UnderWay,
    frame: &Arrived,
) -> Result<LookedAt, Problem> {
    let deadline = Deadline::after(LONGEST);
    let (face, seen) = verifier.look_at_frame(frame, &mut under_way.challenge, deadline)?;
    under_way.challenge.answered(under_way.began.elapsed());
    let mut answer = FrameAnswer::of(face, seen);
    let sharpest = match seen.state {
        Course::Passed => under_way.challenge.take_sharpest(),
        Course::GoOn | Course::Next => {
            answer.prompt = Some(under_way.challenge.prompt());
            None
        }
        Course::Failed(_) => None,
    };
    let (picture, passed) = sharpest
        .map(|centre| (Jpeg(centre.picture), centre.template))
        .unzip();
    answer.picture = picture;
    Ok(LookedAt { answer, passed })
}

impl FrameAnswer {
    fn of(face: Option<Area>, seen: Seen) -> Self {
        let (state, reason) = match seen.state {
            Course::GoOn => (FrameState::GoOn, None),
            Course::Next => (FrameState::Next, None),
            Course::Passed => (FrameState::Passed, None),
            Course::Failed(reason) => (FrameState::Failed, Some(reason)),
        };
        Self {
            face: face.map(|Area([left, top, width, height])| FaceBox {
                left,
                top,
                width,
                height,
            }),
            turn: seen.turn,
            residual: seen.residual,
            prompt: None,
            state,
            reason,
            picture: None,
        }
    }
}
