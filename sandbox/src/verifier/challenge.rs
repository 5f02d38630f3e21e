//! Challenges: prompts that visitors follow with their heads, and the comparison of their faces afterwards.

use std::{sync::Arc, time::Duration};

use axum::body::Bytes;
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde::Deserialize;
use tokio::runtime::Handle;

use super::{Miss, Prompt, Unread, Verifier, jpeg};
use crate::pictures::Likeness;

const BEGINNING: Duration = Duration::from_secs(2);
const FRAME: Duration = Duration::from_secs(2);
const COMPARING: Duration = Duration::from_secs(5);
const FORGETTING: Duration = Duration::from_secs(2);

/// A challenge at the verifier, which forgets it and the visitor's face once the sandbox drops this.
pub(crate) struct Challenge {
    id: String,
    verifier: Verifier,
}

impl Challenge {
    pub(crate) fn of(id: String, verifier: Verifier) -> Self {
        Self { id, verifier }
    }
}

impl Drop for Challenge {
    fn drop(&mut self) {
        // Without a runtime the sandbox has ended, and the verifier forgets by its own clock.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let path = format!("/challenges/{}", self.id);
        let verifier = self.verifier.clone();
        runtime.spawn(async move {
            // A verifier that is away has forgotten already.
            let _ = verifier
                .call(Method::DELETE, &path, Bytes::new(), FORGETTING)
                .await;
        });
    }
}

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
            Ok((Arc::new(Challenge::of(id, self.clone())), prompt))
        } else {
            Err(Unread::Wrong)
        }
    }

    pub(crate) async fn look_at_frame(
        &self,
        challenge: &Challenge,
        number: u32,
        frame: Bytes,
    ) -> Result<Course, Unread> {
        let path = format!("/challenges/{}/frames?seq={number}", challenge.id);
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
        let path = format!("/challenges/{}/match", challenge.id);
        let complete = self.post(&path, portrait.into(), COMPARING).await?;
        match complete.status {
            404 => Ok(Compared::Forgotten),
            422 => Ok(Compared::NoFace),
            _ => complete.of_success().map(Compared::Likeness),
        }
    }
}
