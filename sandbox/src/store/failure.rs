//! Visitors who fail on a page.

use jiff::Timestamp;

use super::{Answer, Left, Store, records::Records};
use crate::{api::Step, attempt::Progress, client::AfterFailure, pictures::Pictures};

impl Store {
    /// Fails at a page. Answers what follows, unless the attempt is unknown or too old.
    pub(crate) fn fail(&self, id: &str, step: Step, now: Timestamp) -> Option<Answer> {
        let mut records = self.records();
        let attempt = records.attempt(id, now)?;
        match attempt.reached() {
            // As with the other buttons, pages that were not reached cannot be failed at.
            Some(reached) if attempt.request.api.is_later(step, reached) => {
                Some(Answer::Page(reached))
            }
            _ => records.fail(id, step),
        }
    }

    /// Begins an attempt anew that has failed; any other goes on where it is.
    pub(crate) fn begin_anew(&self, id: &str, now: Timestamp) -> Option<Answer> {
        let mut records = self.records();
        let attempt = records.attempt(id, now)?;
        if let Progress::Failed(_) = attempt.progress {
            attempt.progress = Progress::Introduced;
        }
        Some(match &attempt.progress {
            Progress::Left(location) => Answer::Leave(Left::again(location)),
            _ => Answer::Page(attempt.reached().unwrap_or(Step::Introduction)),
        })
    }
}

impl Records {
    /// What the client wants to follow a failure. One that has happened before stays as it is.
    pub(super) fn fail(&mut self, id: &str, step: Step) -> Option<Answer> {
        let attempt = self.attempts.get_mut(id)?;
        match &attempt.progress {
            Progress::Left(location) => return Some(Answer::Leave(Left::again(location))),
            Progress::Failed(_) => return Some(Answer::Failure { again: true }),
            Progress::Introduced | Progress::Underway(..) => {}
        }
        match attempt.request.client.after_failure {
            AfterFailure::Return => {
                let left = Left::without_code(&attempt.request);
                self.leave(id, &left);
                Some(Answer::Leave(left))
            }
            AfterFailure::Stay => {
                attempt.progress = Progress::Failed(step);
                attempt.pictures = Pictures::default();
                Some(Answer::Failure { again: false })
            }
        }
    }
}
