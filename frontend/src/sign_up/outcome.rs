//! How far the results page has come.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use web_sys::Blob;
use webkyc_shared::{api::ExchangeRequest, verification::Verification};

use crate::{
    api::{Details, LiveSession},
    sign_up::failure::Failure,
};

/// The state of the results page.
#[derive(Clone)]
pub enum Outcome {
    /// A request is under way.
    Checking(Stage),
    /// The verified data.
    Shown(Rc<Shown>),
    /// The browser leaves for this address of the site, which wants its visitors back at once.
    Leaving(String),
    /// A request failed, or the callback was refused.
    Failed(Rc<Failed>),
    /// The visitor ended the session.
    Ended {
        /// Whether the backend ended it too.
        confirmed: bool,
    },
    /// The browser keeps the page in its back-forward cache, without the data.
    Away,
}

impl Outcome {
    /// The value of the attribute `data-outcome`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Checking(_) | Self::Away => "checking",
            Self::Shown(_) => "shown",
            Self::Leaving(_) => "leaving",
            Self::Failed(_) => "failed",
            Self::Ended { .. } => "ended",
        }
    }

    /// The failure, if this is one.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failed) => Some(&failed.failure),
            _ => None,
        }
    }
}

/// The request that is under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The exchange, or the question for the session.
    Session,
    /// The details.
    Data,
}

/// Verified data and its session.
pub struct Shown {
    /// The session, with its end.
    pub live: LiveSession,
    pub(crate) details: Details,
}

impl Shown {
    /// The data. Its files have no content here.
    #[must_use]
    pub fn verification(&self) -> &Verification<'static> {
        &self.details.verification
    }

    /// The file at a place in the data, such as `livenessFaceImage` or `documents.0.faceImage`.
    #[must_use]
    pub fn file(&self, place: &str) -> Option<Blob> {
        self.details.files.get(place)
    }

    /// The data as `GET /api/details` has it in JSON: the property `verification` of the element.
    #[must_use]
    pub fn json(&self) -> &JsValue {
        self.details.files.write_into(&self.details.parsed);
        &self.details.parsed
    }
}

/// A failure, and the request that a retry sends.
pub struct Failed {
    /// The failure to show.
    pub failure: Failure,
    /// The authorization code is kept nowhere else.
    pub(crate) next: Option<Request>,
}

impl Failed {
    /// Whether [`SignUp::retry`](crate::sign_up::results::SignUp::retry) sends a request.
    #[must_use]
    pub fn can_retry(&self) -> bool {
        self.next.is_some()
    }
}

/// A request of the results page.
#[derive(Clone)]
pub(crate) enum Request {
    Exchange(ExchangeRequest),
    /// Of this tab, as after a reload.
    Session,
    /// Of whichever sign-up is the newest of this browser: the visitor has asked for it.
    NewestSession,
    Details(LiveSession),
}
