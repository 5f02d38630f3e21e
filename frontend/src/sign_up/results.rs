//! One visit of `/results`, from the address it came with to what it shows.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;
use webkyc_shared::{api::ExchangeRequest, problem::ErrorCode, verification::Verification};

use crate::{
    api::{self, Backend, LiveSession},
    sign_up::{
        callback::{self, Query, address},
        failure::{Failure, Reason},
        state::{self, CameFrom},
    },
};

/// What the page shows.
#[derive(Clone)]
pub enum Outcome {
    /// Something is under way.
    Checking(Stage),
    /// The data.
    Shown(Rc<Shown>),
    /// Something went wrong.
    Failed(Rc<Failed>),
    /// The visitor ended it.
    Ended {
        /// Whether the backend knows.
        told: bool,
    },
    /// The page was put away with the data on it, and may come back.
    Away,
}

impl Outcome {
    /// For whoever looks from outside.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Checking(_) | Self::Away => "checking",
            Self::Shown(_) => "shown",
            Self::Failed(_) => "failed",
            Self::Ended { .. } => "ended",
        }
    }

    /// What went wrong, if something did.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failed) => Some(&failed.failure),
            _ => None,
        }
    }
}

/// What is under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The return, or the session.
    Return,
    /// The data.
    Data,
}

/// Verified data, and how long it can be fetched.
pub struct Shown {
    /// Whose session it is.
    pub live: LiveSession,
    /// The data.
    pub verification: Verification<'static>,
    /// The same for a page that asks its element.
    pub parsed: JsValue,
}

/// A failure, and what can be done about it here.
pub struct Failed {
    /// What went wrong.
    pub failure: Failure,
    /// What another try does. The code of a return is kept nowhere else.
    next: Option<Step>,
}

impl Failed {
    /// Whether [`Visit::again`] would do anything.
    #[must_use]
    pub fn can_go_on(&self) -> bool {
        self.next.is_some()
    }
}

#[derive(Clone)]
enum Step {
    Exchange(ExchangeRequest),
    Session,
    Details(LiveSession),
}

/// The state of the page. Whoever sets it to checking, and nobody else, has a request under way:
/// a second press of a button finds no failure any more, and so nothing to try again.
#[derive(Clone, Copy)]
pub struct Visit {
    outcome: RwSignal<Outcome, LocalStorage>,
    backend: StoredValue<Backend>,
    came_from: StoredValue<CameFrom>,
}

impl Visit {
    /// Takes the return out of the address, then does what it asks for. `came_from` is
    /// what a new sign-up is told as long as nothing is known of this one.
    #[must_use]
    pub fn start(came_from: CameFrom) -> Self {
        let visit = Self {
            outcome: RwSignal::new_local(Outcome::Checking(Stage::Return)),
            backend: StoredValue::new(Backend::current()),
            came_from: StoredValue::new(came_from),
        };
        match address::take() {
            Ok(Some(query)) => visit.come_back(&query),
            // This tab waits for somebody's return: what the session holds is not theirs.
            Ok(None) if state::is_waiting().unwrap_or(false) => {
                visit.fail(Reason::NoCode.into(), Some(Step::Session));
            }
            Ok(None) => visit.go(Step::Session),
            Err(reason) => visit.fail(reason.into(), None),
        }
        visit
    }

    /// What to show now.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        self.outcome.get()
    }

    /// The same for one who asks once; `None` when the view is gone.
    #[must_use]
    pub fn outcome_now(self) -> Option<Outcome> {
        self.outcome.try_get_untracked()
    }

    /// What a new sign-up of the same visitor is told.
    #[must_use]
    pub fn came_from(self) -> CameFrom {
        self.came_from.get_value()
    }

    /// Tries again what failed.
    pub fn again(self) {
        if let Outcome::Failed(failed) = self.outcome.get_untracked()
            && let Some(step) = failed.next.clone()
        {
            self.go(step);
        }
    }

    /// Takes the data from the page at once, forgets what this tab keeps of sign-ups, then ends the session.
    pub fn log_out(self) {
        let Outcome::Shown(shown) = self.outcome.get_untracked() else {
            return;
        };
        let backend = self.backend.get_value();
        self.show(Outcome::Ended { told: true });
        state::forget_all();
        spawn_local(async move {
            match backend.logout(&shown.live.session).await {
                Ok(()) => {}
                // Another sign-up has taken the session's place, so it is over already.
                Err(api::Error::Refused(problem)) if problem.code == ErrorCode::SessionChanged => {}
                Err(_) => self.show(Outcome::Ended { told: false }),
            }
        });
    }

    /// Takes the data from the page, because it can no longer be fetched.
    pub fn expire(self) {
        if matches!(self.outcome.get_untracked(), Outcome::Shown(_)) {
            self.fail(Reason::DataExpired.into(), None);
        }
    }

    /// Takes the data from the page, because the visitor goes elsewhere.
    pub fn leave(self) {
        if matches!(self.outcome.get_untracked(), Outcome::Shown(_)) {
            self.show(Outcome::Away);
        }
    }

    /// Fetches it again, if the session is still there, because the visitor is back.
    pub fn resume(self) {
        if matches!(self.outcome.get_untracked(), Outcome::Away) {
            self.go(Step::Session);
        }
    }

    fn come_back(self, query: &Query) {
        let now = js_sys::Date::now() as u64;
        let Ok(taken) = state::take(query.sign_in_state().as_ref(), now) else {
            return self.fail(Reason::StorageBlocked.into(), None);
        };
        if let Some(pending) = &taken.pending {
            self.came_from.set_value(pending.came_from());
        }
        match callback::check(query, &taken, now) {
            Ok(grant) => self.go(Step::Exchange(grant)),
            Err(reason) => {
                let next = (reason == Reason::AlreadyUsed).then_some(Step::Session);
                self.fail(reason.into(), next);
            }
        }
    }

    fn go(self, step: Step) {
        let backend = self.backend.get_value();
        self.show(Outcome::Checking(Stage::Return));
        spawn_local(async move {
            match self.run(&backend, step).await {
                Ok(shown) => self.show(Outcome::Shown(Rc::new(shown))),
                Err((failure, next)) => self.fail(failure, next),
            }
        });
    }

    async fn run(self, backend: &Backend, step: Step) -> Result<Shown, (Failure, Option<Step>)> {
        let live = match step {
            Step::Details(live) => live,
            Step::Session => backend.session().await.map_err(|error| {
                let mut failure = Failure::from(error);
                if failure.reason == Reason::Backend(ErrorCode::SessionInvalid) {
                    failure = Reason::NothingHere.into();
                }
                let next = failure.retryable.then_some(Step::Session);
                (failure, next)
            })?,
            Step::Exchange(grant) => backend.exchange(&grant).await.map_err(|error| {
                let failure = Failure::from(error);
                let next = failure.retryable.then_some(Step::Exchange(grant));
                (failure, next)
            })?,
        };
        let session = &live.session;
        if session.site.is_some() {
            let _ = self.came_from.try_set_value(CameFrom {
                site: session.site.clone(),
                return_key: session.return_key.clone(),
            });
        }
        self.show(Outcome::Checking(Stage::Data));
        match backend.details(&live.session).await {
            Ok((verification, parsed)) => Ok(Shown {
                live,
                verification,
                parsed,
            }),
            Err(error) => {
                let failure = Failure::from(error);
                let next = match failure.reason {
                    Reason::SessionChanged => Some(Step::Session),
                    _ => failure.retryable.then_some(Step::Details(live)),
                };
                Err((failure, next))
            }
        }
    }

    fn fail(self, failure: Failure, next: Option<Step>) {
        self.show(Outcome::Failed(Rc::new(Failed { failure, next })));
    }

    /// Nobody is told when the page has taken the view away meanwhile.
    fn show(self, outcome: Outcome) {
        let _ = self.outcome.try_set(outcome);
    }
}
