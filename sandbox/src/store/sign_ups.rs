//! Visitors on their way through the pages, and where they leave to.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Store, records::Ending};
use crate::{
    api::Step,
    fault::{Effect, Endpoint},
    outcome::{CANCELLED, FAILED},
    scenario::Scenario,
    sign_up::{AuthorizationRequest, Next, Progress, SignUp},
};

/// The visitor's next page after pressing a button.
pub(crate) enum NextPage {
    Step(Step),
    Leave(Left),
    /// The page that says that the visitor has failed, before or just now.
    Failure {
        again: bool,
    },
    NoPersonChosen,
}

/// A visitor goes back to the client.
pub(crate) struct Left {
    /// The client's address with the outcome in its query.
    pub(crate) location: String,
    /// None where the visitor was sent there before: a double click, or the browser's back button.
    pub(crate) ended: Option<Ended>,
}

/// How a sign-up ended.
pub(crate) struct Ended {
    /// One of [`OUTCOMES`](crate::outcome::OUTCOMES).
    pub(crate) outcome: &'static str,
    /// None after Cancel, after a failure on a page, and of a visitor whose own document was read.
    pub(crate) scenario: Option<&'static Scenario>,
    pub(crate) effect: Option<Effect>,
}

impl Left {
    /// Of a visitor who comes back with the state alone.
    pub(super) fn without_code(request: &AuthorizationRequest, outcome: &'static str) -> Self {
        Self {
            location: request.cancelled(),
            ended: Some(Ended {
                outcome,
                scenario: None,
                effect: None,
            }),
        }
    }

    pub(super) fn again(location: &str) -> Self {
        Self {
            location: location.to_owned(),
            ended: None,
        }
    }
}

impl Store {
    pub(crate) fn begin(&self, sign_up: SignUp) -> String {
        let mut records = self.records();
        let id = records.ids(self.seed, &sign_up.request.client.id).word(24);
        records.sign_ups.insert(id.clone(), sign_up);
        id
    }

    /// Makes a token that opens a sign-up from outside and says nothing about it.
    pub(crate) fn address(&self, id: &str, client_id: &str) -> String {
        let mut records = self.records();
        let token = records.ids(self.seed, client_id).word(24);
        records.addresses.insert(token.clone(), id.to_owned());
        token
    }

    /// The sign-up that a token opens.
    pub(crate) fn sign_up_at(&self, token: &str) -> Option<String> {
        self.records().addresses.get_mut(token).cloned()
    }

    /// The client that a sign-up was begun for, however old it is.
    pub(crate) fn client_of_sign_up(&self, id: &str) -> Option<String> {
        Some(self.request_of_sign_up(id)?.client.id.clone())
    }

    /// The request that a sign-up was begun with, however old it is.
    pub(crate) fn request_of_sign_up(&self, id: &str) -> Option<Arc<AuthorizationRequest>> {
        let mut records = self.records();
        Some(Arc::clone(&records.sign_ups.get_mut(id)?.request))
    }

    /// A sign-up's request and progress.
    pub(crate) fn sign_up(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Option<(Arc<AuthorizationRequest>, Progress)> {
        let mut records = self.records();
        let sign_up = records.sign_up(id, now)?;
        Some((Arc::clone(&sign_up.request), sign_up.progress.clone()))
    }

    /// Presses the button of one page. Returns the next page, unless the sign-up is unknown or too
    /// old.
    pub(crate) fn complete(
        &self,
        id: &str,
        step: Step,
        chosen: Option<&'static Scenario>,
        now: Timestamp,
    ) -> Option<NextPage> {
        let mut records = self.records();
        let sign_up = records.sign_up(id, now)?;
        let client_id = sign_up.request.client.id.clone();
        let scenario = match sign_up.complete(step, chosen) {
            Next::Page(step) => return Some(NextPage::Step(step)),
            Next::NoPersonChosen => return Some(NextPage::NoPersonChosen),
            Next::LeftBefore(location) => return Some(NextPage::Leave(Left::again(&location))),
            Next::Failed => return records.fail(id, step),
            Next::Ended(scenario) => scenario,
        };
        let ending = self.ending(&client_id, scenario);
        records.conclude(id, ending, now)
    }

    /// Goes through the pages as a test person, up to the last: with none of the visitor's own
    /// pictures. Returns the next page, unless the sign-up is unknown or too old.
    pub(crate) fn play(
        &self,
        id: &str,
        scenario: &'static Scenario,
        now: Timestamp,
    ) -> Option<NextPage> {
        {
            let mut records = self.records();
            records.sign_up(id, now)?.withdraw();
        }
        let mut next = self.complete(id, Step::Introduction, Some(scenario), now)?;
        while let NextPage::Step(step) = next
            && step != Step::Verification
        {
            next = self.complete(id, step, None, now)?;
        }
        Some(next)
    }

    /// Skips the remaining pages as a test person, with none of the visitor's own pictures. Returns where to go,
    /// unless the sign-up is unknown or too old.
    pub(crate) fn finish(
        &self,
        id: &str,
        scenario: &'static Scenario,
        now: Timestamp,
    ) -> Option<Left> {
        let mut records = self.records();
        let sign_up = records.sign_up(id, now)?;
        if let Progress::Left(location) = &sign_up.progress {
            return Some(Left::again(location));
        }
        sign_up.withdraw();
        let client_id = sign_up.request.client.id.clone();
        match records.conclude(id, self.ending(&client_id, scenario), now) {
            Some(NextPage::Leave(left)) => Some(left),
            _ => None,
        }
    }

    /// Cancels. Returns where to go, unless the sign-up is unknown or too old.
    pub(crate) fn cancel(&self, id: &str, now: Timestamp) -> Option<Left> {
        let mut records = self.records();
        let sign_up = records.sign_up(id, now)?;
        if let Progress::Left(location) = &sign_up.progress {
            return Some(Left::again(location));
        }
        let outcome = match sign_up.progress {
            Progress::Failed(_) => FAILED,
            _ => CANCELLED,
        };
        let left = Left::without_code(&sign_up.request, outcome);
        records.leave(id, &left);
        Some(left)
    }

    fn ending(&self, client_id: &str, scenario: &'static Scenario) -> Ending {
        Ending {
            scenario,
            effect: self.scripts.take_effect(client_id, Endpoint::Return),
            seed: self.seed,
            handling: self.handling,
            code_lifetime: self.code_lifetime,
            delivery_queue: self.delivery_queue.clone(),
        }
    }
}
