//! Challenges: prompts that visitors follow with their heads, and the comparison of their faces afterwards.

use std::{sync::Arc, time::Duration};

use axum::body::Bytes;
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde::Deserialize;
use tokio::runtime::Handle;

use super::{Miss, Prompt, Unread, Verifier, jpeg};
use crate::pictures::{Challenge, Likeness};

const BEGINNING: Duration = Duration::from_secs(2);
const FRAME: Duration = Duration::from_secs(2);
const COMPARING: Duration = Duration::from_secs(5);
const FORGETTING: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Begun {
    id: String,
    prompt: Prompt,
}

/// How a challenge goes on after a frame.
pub(crate) enum Course {
    GoOn,
    Next(Prompt),
    /// With the sharpest frame.
    Passed(Vec<u8>),
    Failed(Miss),
}

#[derive(Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
enum Seen {
    #[serde(rename = "go on")]
    GoOn,
    Next {
        prompt: Prompt,
    },
    Passed {
        picture: String,
    },
    Failed {
        reason: Miss,
    },
}

/// The result of a comparison.
pub(crate) enum Compared {
    Likeness(Likeness),
    /// No face was found in the portrait.
    NoFace,
    /// The verifier does not know the challenge any more.
    Forgotten,
}

impl Verifier {
    /// A challenge, and its first prompt.
    pub(crate) async fn begin_challenge(&self) -> Result<(Arc<Challenge>, Prompt), Unread> {
        let complete = self.post("/challenges", Bytes::new(), BEGINNING).await?;
        let Begun { id, prompt } = complete.of_success()?;
        // It becomes part of addresses.
        let is_word = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_word && !id.is_empty() {
            let verifier = self.clone();
            let challenge = Challenge::of(id, move |id| verifier.forget(id));
            Ok((Arc::new(challenge), prompt))
        } else {
            Err(Unread::Wrong)
        }
    }

    /// Has the verifier forget a challenge and the visitor's face.
    fn forget(&self, challenge: &str) {
        // Without a runtime the sandbox has ended, and the verifier forgets by its own clock.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let path = format!("/challenges/{challenge}");
        let verifier = self.clone();
        runtime.spawn(async move {
            // Once more if it is busy; after that it forgets by its own clock.
            for _ in 0..2 {
                let body = Bytes::new();
                let answer = verifier.call(Method::DELETE, &path, body, FORGETTING);
                if answer.await.is_ok_and(|answer| answer.status == 204) {
                    break;
                }
            }
        });
    }

    pub(crate) async fn look_at_frame(
        &self,
        challenge: &Challenge,
        number: u32,
        frame: Bytes,
    ) -> Result<Course, Unread> {
        let path = format!("/challenges/{}/frames?seq={number}", challenge.id());
        let complete = self.post(&path, frame, FRAME).await?;
        // What it does not take is the browser's doing. So is a challenge that it does not know any more, unless
        // it was started again meanwhile.
        match complete.status {
            404 => return Ok(Course::Failed(Miss::TooLong)),
            409 => return Ok(Course::Failed(Miss::OutOfOrder)),
            400..=499 => return Ok(Course::Failed(Miss::NoFace)),
            _ => {}
        }
        Ok(match complete.of_success()? {
            Seen::GoOn => Course::GoOn,
            Seen::Next { prompt } => Course::Next(prompt),
            Seen::Passed { picture } => Course::Passed(jpeg(STANDARD.decode(picture))?),
            Seen::Failed { reason } => Course::Failed(reason),
        })
    }

    pub(crate) async fn compare(
        &self,
        challenge: &Challenge,
        portrait: Vec<u8>,
    ) -> Result<Compared, Unread> {
        let path = format!("/challenges/{}/match", challenge.id());
        let complete = self.post(&path, portrait.into(), COMPARING).await?;
        match complete.status {
            404 => Ok(Compared::Forgotten),
            422 => Ok(Compared::NoFace),
            _ => complete.of_success().map(Compared::Likeness),
        }
    }
}
