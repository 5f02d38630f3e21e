//! The second half of a sign-up: from the callback, or the session that is there already, to the
//! verified data.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use webkyc_shared::{
    api::ExchangeRequest,
    problem::ErrorCode,
    sign_up::{FailureReason, SignUpState, SiteReturn},
};

use crate::{
    api::{self, Backend},
    browser,
    sign_up::{
        callback::{
            CallbackQuery,
            address::{self, Arrival},
            check::check,
        },
        failure::Failure,
        outcome::{Failed, Outcome, Request, Shown, Stage},
        state::{self, Flow},
        storage,
        ways::Ways,
    },
};

/// The failure, the request of a retry, and the address to leave for.
type Refusal = (Failure, Option<Request>, Option<String>);

/// What a failed return offers to the visitor.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    Nothing,
    /// The data of an earlier sign-up, if this browser has a session.
    EarlierData,
}

/// How long the backend repeats its answer to an exchange, in milliseconds.
const REPEATABLE: u64 = 60_000;

/// A sign-up on the results page. A retry needs a failure, and starting it replaces the failure: so a
/// second press of the button cannot send a second request.
#[derive(Clone, Copy)]
pub struct SignUp {
    outcome: RwSignal<Outcome, LocalStorage>,
    backend: StoredValue<Backend>,
    ways: StoredValue<Ways>,
}

impl SignUp {
    /// Takes this tab's callback out of the page's address and has its code exchanged; without one, asks
    /// for the browser's session. Does nothing while the browser draws the page ahead of the visitor, and
    /// loads it anew when the visitor opens it. A new sign-up gets `site_return` until that of this one is
    /// known.
    #[must_use]
    pub fn open(site_return: Option<SiteReturn>) -> Self {
        let sign_up = Self {
            outcome: RwSignal::new_local(Outcome::Checking(Stage::Session)),
            backend: StoredValue::new(Backend::current()),
            ways: StoredValue::new(site_return.into()),
        };
        if !browser::is_prerendered() {
            sign_up.arrive();
        }
        sign_up
    }

    fn arrive(self) {
        let (reason, waiting) = match (address::take(), state::waiting()) {
            (Ok(Arrival::Callback(query)), _) => return self.come_back(&query, false),
            (Ok(Arrival::Reloaded(query)), _) => return self.come_back(&query, true),
            (Ok(Arrival::UnknownState), None) => (FailureReason::NotStartedHere, None),
            (Ok(Arrival::UnknownState), waiting) => (FailureReason::StateDiffers, waiting),
            (Ok(Arrival::Nothing), None) => return self.run(Request::Session),
            (Ok(Arrival::Nothing), waiting) => (FailureReason::NoCode, waiting),
            (Err(reason), _) => return self.fail(reason.into(), None),
        };
        // The session belongs to another sign-up than the one that the visitor comes from.
        self.refuse(reason, waiting, Offer::EarlierData);
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

    /// Where the visitor may go on.
    #[must_use]
    pub fn ways(self) -> Ways {
        self.ways.get_value()
    }

    /// Sends the request that failed once more.
    pub fn retry(self) {
        if let Outcome::Failed(failed) = self.outcome.get_untracked()
            && let Some(request) = failed.next.clone()
        {
            self.run(request);
        }
    }

    /// Takes the data off the page at once, empties the tab's storage of sign-ups, tells other tabs, then
    /// ends the session.
    pub fn log_out(self) {
        self.clear(None);
    }

    /// Logs out; with the `key` of an entry in `localStorage`, if another tab has written it for this session.
    pub(crate) fn clear(self, key: Option<String>) {
        let Outcome::Shown(shown) = self.outcome.get_untracked() else {
            return;
        };
        let own = storage::cleared_key(&shown.live.session.session_id);
        let is_told = key.is_some();
        if key.is_some_and(|key| key != own) {
            return;
        }
        let backend = self.backend.get_value();
        self.show(Outcome::Ended { confirmed: true });
        // Another tab that was told keeps its own sign-ups, and does not tell it again.
        if !is_told {
            storage::forget_all();
            storage::tell(&own);
        }
        spawn_local(async move {
            // Until the session has ended the tab knows which one it has shown: after a reload it shows no other.
            match backend.logout(&shown.live.session).await {
                Ok(()) => storage::shows_none(&backend.url()),
                // Another sign-up replaced the session, so this one is over already.
                Err(api::Error::Refused(problem)) if problem.code == ErrorCode::SessionChanged => {}
                Err(_) => self.show(Outcome::Ended { confirmed: false }),
            }
        });
    }

    /// Takes the data off the page at the end of the session.
    pub fn expire(self) {
        if matches!(self.outcome.get_untracked(), Outcome::Shown(_)) {
            self.fail(FailureReason::DataExpired.into(), None);
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

    fn come_back(self, query: &CallbackQuery, is_reloaded: bool) {
        let now = js_sys::Date::now() as u64;
        let state = query.sign_up_state();
        let Ok(mut taken) = state::take(state.as_ref(), now) else {
            return self.fail(FailureReason::StorageBlocked.into(), None);
        };
        if is_reloaded {
            let is_repeatable = |used: &mut Flow| now.saturating_sub(used.began_at) < REPEATABLE;
            taken.flow = taken.used.take_if(is_repeatable);
            if taken.flow.is_none() {
                address::forget();
                return self.run(Request::Session);
            }
        }
        let checked = check(query, &taken, now);
        if checked.is_err() {
            address::forget();
        }
        match (checked, taken.flow.or(taken.used), state) {
            (Ok(exchange), flow, _) => {
                self.know(flow);
                self.run(Request::Exchange(exchange));
            }
            (Err(FailureReason::AlreadyUsed), flow, _) => {
                self.know(flow);
                self.use_again();
            }
            (Err(reason), Some(flow), Some(state)) => {
                self.refuse(reason, Some((state, flow)), Offer::Nothing);
            }
            (Err(reason), ..) => self.refuse(reason, state::waiting(), Offer::Nothing),
        }
    }

    fn know(self, flow: Option<Flow>) {
        if let Some(flow) = flow {
            self.ways.set_value(flow.into());
        }
    }

    /// A return that was used before. The page of a sign-up that a site's server created says how that one
    /// stands, and leads back to the site.
    fn use_again(self) {
        let ways = self.ways.get_value();
        if !ways.is_of_server() {
            return self.refuse(FailureReason::AlreadyUsed, None, Offer::EarlierData);
        }
        let backend = self.backend.get_value();
        self.fail(FailureReason::AlreadyUsed.into(), None);
        leave_for(ways.start_address().map(|start| backend.address(&start)));
    }

    /// The code was sent, so a sign-up that a site's server created does not begin again.
    fn close(self) {
        let _ = (self.ways).try_update_value(|ways| ways.is_over = ways.is_of_server());
    }

    /// Refuses the visitor's return, and reports it for the flow of this tab that it ends or disturbs.
    fn refuse(self, reason: FailureReason, flow: Option<(SignUpState, Flow)>, offer: Offer) {
        let backend = self.backend.get_value();
        spawn_local(async move {
            let mut leave = None;
            if let Some((state, flow)) = flow {
                self.know(Some(flow));
                leave = self.report(&backend, &state, reason).await;
            }
            let next = match offer {
                Offer::EarlierData if leave.is_none() => earlier_data(&backend).await,
                _ => None,
            };
            self.fail(reason.into(), next);
            leave_for(leave);
        });
    }

    /// Reports a failure, and learns the way back to the site; returns it if the site wants its visitors back
    /// at once.
    async fn report(
        self,
        backend: &Backend,
        state: &SignUpState,
        reason: FailureReason,
    ) -> Option<String> {
        let reported = backend.report(state, reason.code()).await;
        let ways = self.ways.try_update_value(|ways| {
            ways.return_url = reported.return_url.or_else(|| ways.return_url.take());
            ways.back()
        });
        ways.flatten().filter(|_| reported.return_now)
    }

    fn run(self, request: Request) {
        let backend = self.backend.get_value();
        self.show(Outcome::Checking(Stage::Session));
        spawn_local(async move {
            match self.fetch(&backend, request).await {
                Ok(shown) => {
                    let leave = match &shown {
                        Outcome::Leaving(url) => Some(url.clone()),
                        _ => None,
                    };
                    self.show(shown);
                    leave_for(leave);
                }
                Err((failure, next, leave)) => {
                    self.fail(failure, next);
                    leave_for(leave);
                }
            }
        });
    }

    async fn fetch(self, backend: &Backend, request: Request) -> Result<Outcome, Refusal> {
        let is_asked = matches!(request, Request::NewestSession);
        let live = match request {
            Request::Details(live) => live,
            Request::Session | Request::NewestSession => {
                let session = backend.session(api::TIMEOUT_MS).await;
                let live = session.map_err(|error| {
                    let mut failure = Failure::from(error);
                    if failure.reason == FailureReason::Backend(ErrorCode::SessionInvalid) {
                        failure = FailureReason::NothingHere.into();
                    }
                    let next = failure.retryable.then_some(request);
                    (failure, next, None)
                })?;
                let id = &live.session.session_id;
                if !is_asked && storage::has_shown_another(id, &backend.url()) {
                    let changed = FailureReason::Backend(ErrorCode::SessionChanged);
                    return Err((changed.into(), Some(Request::NewestSession), None));
                }
                live
            }
            Request::Exchange(exchange) => match backend.exchange(&exchange).await {
                Ok(live) => live,
                Err(error) => return Err(self.not_exchanged(backend, exchange, error).await),
            },
        };
        let session = &live.session;
        let _ = self.ways.try_update_value(|ways| {
            if let Some(site) = session.site.clone() {
                ways.site_return = Some(SiteReturn {
                    site,
                    return_key: session.return_key.clone(),
                });
            }
            ways.is_over = session.sign_up.is_some();
            ways.return_url.clone_from(&session.return_url);
        });
        if session.return_now
            && let Some(url) = self.ways.try_get_value().and_then(|ways| ways.back())
        {
            return Ok(Outcome::Leaving(url));
        }
        address::forget();
        storage::shows(&session.session_id, &backend.url());
        self.show(Outcome::Checking(Stage::Data));
        match backend.details(&live.session).await {
            Ok(details) => Ok(Outcome::Shown(Rc::new(Shown { live, details }))),
            Err(error) => {
                let failure = Failure::from(error);
                let next = match failure.reason {
                    FailureReason::Backend(ErrorCode::SessionChanged) => {
                        Some(Request::NewestSession)
                    }
                    _ => failure.retryable.then_some(Request::Details(live)),
                };
                Err((failure, next, None))
            }
        }
    }

    /// A refusal that ends the flow is reported; one that may be tried again ends nothing.
    async fn not_exchanged(
        self,
        backend: &Backend,
        exchange: ExchangeRequest,
        error: api::Error,
    ) -> Refusal {
        let mut failure = Failure::from(error);
        if failure.retryable {
            return (failure, Some(Request::Exchange(exchange)), None);
        }
        address::forget();
        if failure.reason == FailureReason::Backend(ErrorCode::SignUpEnded) {
            // Another tab of this browser was first.
            failure.reason = FailureReason::AlreadyUsed;
        }
        // The backend has not sent the code of a flow that it does not know.
        if failure.reason != FailureReason::Backend(ErrorCode::StateInvalid) {
            self.close();
        }
        let leave = match exchange.state.try_into() {
            Ok(state) => self.report(backend, &state, failure.reason).await,
            Err(_) => None,
        };
        let next = match (failure.reason, &leave) {
            (FailureReason::AlreadyUsed, None) => earlier_data(backend).await,
            _ => None,
        };
        (failure, next, leave)
    }

    fn fail(self, failure: Failure, next: Option<Request>) {
        self.show(Outcome::Failed(Rc::new(Failed { failure, next })));
    }

    /// Does nothing when the page has removed the view.
    fn show(self, outcome: Outcome) {
        let _ = self.outcome.try_set(outcome);
    }
}

/// The request for the data of an earlier sign-up, if this browser has a session.
async fn earlier_data(backend: &Backend) -> Option<Request> {
    let session = backend.session(api::FAILURE_TIMEOUT_MS).await;
    session.is_ok().then_some(Request::Session)
}

/// Leaves the page. It is replaced, so that Back does not lead to a return that is used.
fn leave_for(address: Option<String>) {
    if let Some(address) = address {
        // The page shows a link to it.
        let _ = window().location().replace(&address);
    }
}
