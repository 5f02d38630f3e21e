//! One visit of `/results`, from the address it came with to what it shows.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use webkyc_shared::api::{ErrorCode, ExchangeRequest};
use webkyc_shared::verification::Verification;

use crate::api::{self, Backend, LiveSession};
use crate::callback::{self, Grant, Query};
use crate::failure::{Failure, Reason};
use crate::sign_in::{self, Pending};

/// What the page shows.
#[derive(Clone)]
pub enum Outcome {
    /// Something is under way.
    Checking(Stage),
    /// The data.
    Shown(Arc<Shown>),
    /// Something went wrong.
    Failed(Arc<Failed>),
    /// The visitor ended it.
    Ended {
        /// Whether the backend knows.
        told: bool,
    },
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
    pub verification: Verification,
}

/// A failure, and what can be done about it here.
pub struct Failed {
    /// What went wrong.
    pub failure: Failure,
    /// The sign-up it belongs to, to start again from the same page.
    pub pending: Option<Pending>,
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
    Exchange(Grant),
    Session,
    Details(LiveSession),
}

/// The state of the page. Whoever sets it to checking, and nobody else, has a request under way:
/// a second press of a button finds no failure any more, and so nothing to try again.
#[derive(Clone, Copy)]
pub struct Visit {
    outcome: RwSignal<Outcome>,
    backend: StoredValue<Backend>,
}

impl Visit {
    /// Takes the query out of the address bar, then does what it asks for.
    #[must_use]
    pub fn start() -> Self {
        let visit = Self {
            outcome: RwSignal::new(Outcome::Checking(Stage::Return)),
            backend: StoredValue::new(Backend::current()),
        };
        match take_search().map(|search| Query::parse(&search)) {
            Ok(Some(query)) => visit.come_back(&query),
            // This tab waits for somebody's return: what the session holds is not theirs.
            Ok(None) if sign_in::is_waiting().unwrap_or(false) => {
                visit.fail(Reason::NoCode.into(), None, Some(Step::Session));
            }
            Ok(None) => visit.go(Step::Session, None),
            Err(reason) => visit.fail(reason.into(), None, None),
        }
        visit
    }

    /// What to show now.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        self.outcome.get()
    }

    /// Tries again what failed.
    pub fn again(self) {
        if let Outcome::Failed(failed) = self.outcome.get_untracked()
            && let Some(step) = failed.next.clone()
        {
            self.go(step, failed.pending.clone());
        }
    }

    /// Takes the data from the page at once, then ends the session.
    pub fn log_out(self) {
        let Outcome::Shown(shown) = self.outcome.get_untracked() else {
            return;
        };
        self.outcome.set(Outcome::Ended { told: true });
        spawn_local(async move {
            match self.backend.get_value().logout(&shown.live.session).await {
                Ok(()) => {}
                // Another sign-up has taken the session's place, so it is over already.
                Err(api::Error::Refused(problem)) if problem.code == ErrorCode::SessionChanged => {}
                Err(_) => self.outcome.set(Outcome::Ended { told: false }),
            }
        });
    }

    /// Takes the data from the page, because it can no longer be fetched.
    pub fn expire(self) {
        if matches!(self.outcome.get_untracked(), Outcome::Shown(_)) {
            self.fail(Reason::DataExpired.into(), None, None);
        }
    }

    /// Takes the data from the page, because the visitor goes elsewhere.
    pub fn leave(self) {
        self.outcome.set(Outcome::Checking(Stage::Return));
    }

    fn come_back(self, query: &Query) {
        let now = js_sys::Date::now() as u64;
        let Ok(mut taken) = sign_in::take(query.sign_in_state().as_ref(), now) else {
            return self.fail(Reason::StorageBlocked.into(), None, None);
        };
        match callback::check(query, &taken, now) {
            Ok(grant) => self.go(Step::Exchange(grant), taken.pending.take()),
            Err(reason) => {
                let next = (reason == Reason::AlreadyUsed).then_some(Step::Session);
                self.fail(reason.into(), taken.pending.take(), next);
            }
        }
    }

    fn go(self, step: Step, pending: Option<Pending>) {
        self.outcome.set(Outcome::Checking(Stage::Return));
        spawn_local(async move {
            match self.run(step).await {
                Ok(shown) => self.outcome.set(Outcome::Shown(Arc::new(shown))),
                Err((failure, next)) => self.fail(failure, pending, next),
            }
        });
    }

    async fn run(self, step: Step) -> Result<Shown, (Failure, Option<Step>)> {
        let backend = self.backend.get_value();
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
            Step::Exchange(grant) => {
                let Grant { code, state } = grant.clone();
                backend
                    .exchange(&ExchangeRequest { code, state })
                    .await
                    .map_err(|error| {
                        let failure = Failure::from(error);
                        let next = failure.retryable.then_some(Step::Exchange(grant));
                        (failure, next)
                    })?
            }
        };
        self.outcome.set(Outcome::Checking(Stage::Data));
        match backend.details(&live.session).await {
            Ok(verification) => Ok(Shown { live, verification }),
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

    fn fail(self, failure: Failure, pending: Option<Pending>, next: Option<Step>) {
        self.outcome.set(Outcome::Failed(Arc::new(Failed {
            failure,
            pending,
            next,
        })));
    }
}

/// The query of this page, which stays neither in the address bar nor in the history: a code that
/// stays there is not used.
fn take_search() -> Result<String, Reason> {
    let location = window().location();
    let search = location.search().unwrap_or_default();
    let fragment = location.hash().unwrap_or_default();
    if !search.is_empty() || !fragment.is_empty() {
        let path = location.pathname().unwrap_or_default();
        let replaced = window().history().and_then(|history| {
            history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path))
        });
        replaced.map_err(|_| Reason::BadReturn)?;
    }
    Ok(search)
}
