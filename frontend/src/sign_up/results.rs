//! The second half of a sign-up: from the callback, or the session that is there already, to the
//! verified data.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;
use webkyc_shared::{
    api::ExchangeRequest, problem::ErrorCode, sign_up::SiteReturn, verification::Verification,
};

use crate::{
    api::{self, Backend, LiveSession},
    browser,
    sign_up::{
        callback::{
            CallbackQuery,
            address::{self, Arrival},
            check::check,
        },
        failure::{Failure, Reason},
        state,
    },
};

/// The state of the results page.
#[derive(Clone)]
pub enum Outcome {
    /// A request is under way.
    Checking(Stage),
    /// The verified data.
    Shown(Rc<Shown>),
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
    /// The data.
    pub verification: Verification<'static>,
    /// The same as the browser parsed it: the property `verification` of the element.
    pub parsed: JsValue,
}

/// A failure, and the request that a retry sends.
pub struct Failed {
    /// The failure to show.
    pub failure: Failure,
    /// The authorization code is kept nowhere else.
    next: Option<Request>,
}

impl Failed {
    /// Whether [`SignUp::retry`] sends a request.
    #[must_use]
    pub fn can_retry(&self) -> bool {
        self.next.is_some()
    }
}

#[derive(Clone)]
enum Request {
    Exchange(ExchangeRequest),
    Session,
    Details(LiveSession),
}

/// A sign-up on the results page. A retry needs a failure, and starting it replaces the failure: so a
/// second press of the button cannot send a second request.
#[derive(Clone, Copy)]
pub struct SignUp {
    outcome: RwSignal<Outcome, LocalStorage>,
    backend: StoredValue<Backend>,
    site_return: StoredValue<SiteReturn>,
}

impl SignUp {
    /// Takes this tab's callback out of the page's address and has its code exchanged; without one, asks
    /// for the browser's session. Does nothing while the browser draws the page ahead of the visitor, and
    /// loads it anew when the visitor opens it. A new sign-up gets `site_return` until that of this one is known.
    #[must_use]
    pub fn open(site_return: SiteReturn) -> Self {
        let sign_up = Self {
            outcome: RwSignal::new_local(Outcome::Checking(Stage::Session)),
            backend: StoredValue::new(Backend::current()),
            site_return: StoredValue::new(site_return),
        };
        if !browser::is_prerendered() {
            sign_up.arrive();
        }
        sign_up
    }

    fn arrive(self) {
        let is_waiting = || state::is_waiting().unwrap_or(false);
        // The session belongs to another sign-up than the one that the visitor comes from.
        let refused = match address::take() {
            Ok(Arrival::Callback(query)) => return self.come_back(&query),
            Ok(Arrival::UnknownState) if is_waiting() => Reason::StateDiffers,
            Ok(Arrival::UnknownState) => Reason::NotStartedHere,
            Ok(Arrival::Nothing) if is_waiting() => Reason::NoCode,
            Ok(Arrival::Nothing) => return self.run(Request::Session),
            Err(reason) => return self.fail(reason.into(), None),
        };
        self.fail(refused.into(), Some(Request::Session));
    }

    /// The outcome now; tracked.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        self.outcome.get()
    }

    /// The same, untracked; `None` when the view is gone.
    #[must_use]
    pub fn outcome_now(self) -> Option<Outcome> {
        self.outcome.try_get_untracked()
    }

    /// The keys for a new sign-up of the same visitor.
    #[must_use]
    pub fn site_return(self) -> SiteReturn {
        self.site_return.get_value()
    }

    /// Sends the request that failed once more.
    pub fn retry(self) {
        if let Outcome::Failed(failed) = self.outcome.get_untracked()
            && let Some(request) = failed.next.clone()
        {
            self.run(request);
        }
    }

    /// Takes the data off the page at once, empties the tab's storage of sign-ups, then ends the session.
    pub fn log_out(self) {
        let Outcome::Shown(shown) = self.outcome.get_untracked() else {
            return;
        };
        let backend = self.backend.get_value();
        self.show(Outcome::Ended { confirmed: true });
        state::forget_all();
        spawn_local(async move {
            match backend.logout(&shown.live.session).await {
                Ok(()) => {}
                // Another sign-up replaced the session, so this one is over already.
                Err(api::Error::Refused(problem)) if problem.code == ErrorCode::SessionChanged => {}
                Err(_) => self.show(Outcome::Ended { confirmed: false }),
            }
        });
    }

    /// Takes the data off the page at the end of the session.
    pub fn expire(self) {
        if matches!(self.outcome.get_untracked(), Outcome::Shown(_)) {
            self.fail(Reason::DataExpired.into(), None);
        }
    }

    /// Takes the data off the page when the visitor leaves it.
    pub fn leave(self) {
        if matches!(self.outcome.get_untracked(), Outcome::Shown(_)) {
            self.show(Outcome::Away);
        }
    }

    /// Fetches the data again when the visitor comes back, if the session lasts.
    pub fn resume(self) {
        if matches!(self.outcome.get_untracked(), Outcome::Away) {
            self.run(Request::Session);
        }
    }

    fn come_back(self, query: &CallbackQuery) {
        let now = js_sys::Date::now() as u64;
        let Ok(taken) = state::take(query.sign_up_state().as_ref(), now) else {
            return self.fail(Reason::StorageBlocked.into(), None);
        };
        if let Some(flow) = &taken.flow {
            self.site_return.set_value(flow.site_return.clone());
        }
        match check(query, &taken, now) {
            Ok(exchange) => self.run(Request::Exchange(exchange)),
            Err(reason) => {
                let next = (reason == Reason::AlreadyUsed).then_some(Request::Session);
                self.fail(reason.into(), next);
            }
        }
    }

    fn run(self, request: Request) {
        let backend = self.backend.get_value();
        self.show(Outcome::Checking(Stage::Session));
        spawn_local(async move {
            match self.fetch(&backend, request).await {
                Ok(shown) => self.show(Outcome::Shown(Rc::new(shown))),
                Err((failure, next)) => self.fail(failure, next),
            }
        });
    }

    async fn fetch(
        self,
        backend: &Backend,
        request: Request,
    ) -> Result<Shown, (Failure, Option<Request>)> {
        let live = match request {
            Request::Details(live) => live,
            Request::Session => backend.session().await.map_err(|error| {
                let mut failure = Failure::from(error);
                if failure.reason == Reason::Backend(ErrorCode::SessionInvalid) {
                    failure = Reason::NothingHere.into();
                }
                let next = failure.retryable.then_some(Request::Session);
                (failure, next)
            })?,
            Request::Exchange(exchange) => backend.exchange(&exchange).await.map_err(|error| {
                let failure = Failure::from(error);
                let next = failure.retryable.then_some(Request::Exchange(exchange));
                (failure, next)
            })?,
        };
        let session = &live.session;
        if session.site.is_some() {
            let _ = self.site_return.try_set_value(SiteReturn {
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
                    Reason::SessionChanged => Some(Request::Session),
                    _ => failure.retryable.then_some(Request::Details(live)),
                };
                Err((failure, next))
            }
        }
    }

    fn fail(self, failure: Failure, next: Option<Request>) {
        self.show(Outcome::Failed(Rc::new(Failed { failure, next })));
    }

    /// Does nothing when the page has removed the view.
    fn show(self, outcome: Outcome) {
        let _ = self.outcome.try_set(outcome);
    }
}
