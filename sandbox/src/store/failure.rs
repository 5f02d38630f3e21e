//! Visitors who fail on a page.

use jiff::Timestamp;

use super::{Left, NextPage, Store, records::Records};
use crate::{api::Step, client::AfterFailure, outcome::FAILED, sign_up::Progress};

impl Store {
    /// Fails at a page. Returns the next page, unless the sign-up is unknown or too old.
    pub(crate) fn fail(&self, id: &str, step: Step, now: Timestamp) -> Option<NextPage> {
        let mut records = self.records();
        let sign_up = records.sign_up(id, now)?;
        match sign_up.reached() {
            // As with the other buttons, pages that were not reached cannot be failed at.
            Some(reached) if sign_up.request.api.is_later(step, reached) => {
                Some(NextPage::Step(reached))
            }
            _ => records.fail(id, step),
        }
    }

    /// Begins a sign-up anew that has failed; any other goes on where it is.
    pub(crate) fn begin_anew(&self, id: &str, now: Timestamp) -> Option<NextPage> {
        let mut records = self.records();
        let sign_up = records.sign_up(id, now)?;
        if let Progress::Failed(_) = sign_up.progress {
            sign_up.progress = Progress::Introduced;
            sign_up.tries.forgive_documents();
            sign_up.unfit = None;
        }
        Some(match &sign_up.progress {
            Progress::Left(location) => NextPage::Leave(Left::again(location)),
            _ => NextPage::Step(sign_up.reached().expect("a sign-up under way is at a page")),
        })
    }
}

impl Records {
    /// Fails in the way the client has chosen. An earlier failure stays as it is.
    pub(super) fn fail(&mut self, id: &str, step: Step) -> Option<NextPage> {
        let sign_up = self.sign_ups.get_mut(id)?;
        match &sign_up.progress {
            Progress::Left(location) => return Some(NextPage::Leave(Left::again(location))),
            Progress::Failed(_) => return Some(NextPage::Failure { again: true }),
            Progress::Introduced | Progress::Underway(..) => {}
        }
        match sign_up.request.client.after_failure {
            AfterFailure::Return => {
                let left = Left::without_code(&sign_up.request, FAILED);
                self.leave(id, &left);
                Some(NextPage::Leave(left))
            }
            AfterFailure::Stay => {
                sign_up.progress = Progress::Failed(step);
                sign_up.withdraw();
                Some(NextPage::Failure { again: false })
            }
        }
    }
}
