//! Sends each code to Authenteq once, however often the browser repeats its request.
//!
//! When Authenteq gets a code twice, it revokes the token, so a double click, a reload or a lost
//! reply must not cause a second call. An exchange is a separate task that continues when the
//! browser disconnects. This process alone remembers its outcome for a minute, and remembers that
//! its flow is spent for as long as the flow's cookie could return. (`moka` has this as `get_with`,
//! with a clock that no test can move.)

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt, Shared};
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use webkyc_shared::{api::ExchangeRequest, sign_up::SiteReturn};

use super::{
    cookies::{Cookies, Flow, Hash, SealedSession, SetCookies},
    expiring::Expiring,
    refusal::Refusal,
    revoked::RevokedSessions,
};
use crate::{
    error::ApiError,
    metrics::{Metrics, StateRefusal},
};

/// The hashes of a callback's state and code.
pub struct Callback {
    state: Hash,
    code: Hash,
    /// The hash of both: a session keeps it, to recognise the callback that opened it.
    origin: Hash,
}

impl From<&ExchangeRequest> for Callback {
    fn from(request: &ExchangeRequest) -> Self {
        let (state, code) = (&request.state, request.code.as_str());
        Self {
            state: Hash::of(state),
            code: Hash::of(code),
            origin: Hash::of_return(state, code),
        }
    }
}

/// How long the same request gets the same answer, in seconds.
const REMEMBERED_SECONDS: i64 = 60;
/// Maximum number of remembered spent flows, of two hundred bytes each. At the limit no new sign-up
/// can begin; no flow is forgotten early, and sign-ups under way continue.
const SPENT_LIMIT: usize = 1 << 16;

type Outcome = Result<SealedSession, ApiError>;

struct Exchange {
    /// Distinguishes this exchange from an earlier one of the same flow, whose call was not sent.
    id: Uuid,
    code: Hash,
    begun_at: i64,
    /// Dropped after a minute; the entry stays, so the flow remains spent.
    outcome: Option<Shared<BoxFuture<'static, Outcome>>>,
}

impl Exchange {
    /// The outcome, if it was of this code and within the last minute.
    fn outcome_of(&self, code: &Hash, now: i64) -> Option<Shared<BoxFuture<'static, Outcome>>> {
        let is_recent = now < self.begun_at + REMEMBERED_SECONDS;
        let is_same = is_recent && self.code.matches(code);
        self.outcome.clone().filter(|_| is_same)
    }
}

/// The browser that sends the callback.
pub struct Browser<'a> {
    /// Its cookies.
    pub cookies: Cookies,
    /// The sessions that this process revoked.
    pub revoked: &'a RevokedSessions,
    /// Counts rejected states.
    pub metrics: &'a Metrics,
    /// Seconds since 1970.
    pub now: i64,
}

/// The session that this same callback opened within the last minute: the visitor double-clicked or
/// reloaded after the flow's cookie was removed. The session cookie contains the callback's hash,
/// so any replica can answer.
fn opened_before(
    cookies: &Cookies,
    revoked: &RevokedSessions,
    origin: &Hash,
    now: i64,
) -> Option<SealedSession> {
    let session = cookies.session(now).ok()?;
    let is_recent = now < session.exchanged_at + REMEMBERED_SECONDS;
    let is_same = is_recent && session.origin.matches(origin) && !revoked.contains(&session);
    is_same.then_some(session)
}

/// The exchanges of the last hour, by flow, so a copied state and code match no exchange. Each is
/// remembered for as long as its flow is open.
#[derive(Clone, Default)]
pub struct Exchanges {
    by_flow: Arc<Mutex<Expiring<Uuid, Exchange>>>,
    under_way: TaskTracker,
}

impl Exchanges {
    /// Redeems a callback: returns its session, with the cookies to set if the session is new.
    /// `call` sends the code, and is dropped unused when the flow was already spent.
    ///
    /// # Errors
    /// [`ApiError::StateInvalid`] when this browser has no such flow or the flow is spent, else the
    /// error of the call. The flow's cookie is removed, unless the code is still unspent; for a minute
    /// more the browser may report what became of it.
    pub async fn redeem<F>(
        &self,
        callback: Callback,
        browser: Browser<'_>,
        call: impl FnOnce(Flow, Hash) -> F,
    ) -> Result<(SealedSession, Option<SetCookies>), Refusal>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let Callback {
            state,
            code,
            origin,
        } = callback;
        let Browser {
            cookies,
            revoked,
            metrics,
            now,
        } = browser;
        let open = cookies.flow(&state, now);
        let flow = open.clone().or_else(|| cookies.spent_flow(&state, now));
        let mut outcome = match (&open, &flow) {
            (Some(flow), _) => {
                let call = call(flow.clone(), origin);
                self.once(flow, code, now, call).await
            }
            (None, Some(spent)) => match self.find(spent, &code, now) {
                Some(outcome) => outcome.await,
                None => Err(ApiError::StateInvalid),
            },
            (None, None) => {
                return match opened_before(&cookies, revoked, &origin, now) {
                    Some(session) => Ok((session, None)),
                    None => {
                        metrics.state_refused(StateRefusal::NoFlow);
                        Err(ApiError::StateInvalid.with(cookies.drop_flow(&state)))
                    }
                };
            }
        };
        if outcome
            .as_ref()
            .is_ok_and(|session| revoked.contains(session))
        {
            outcome = Err(ApiError::StateInvalid);
        }
        if matches!(outcome, Err(ApiError::StateInvalid)) {
            metrics.state_refused(StateRefusal::Spent);
        }
        // One that was spent before is not remembered longer.
        let spend = || match &open {
            Some(flow) => cookies.spend_flow(flow.clone(), now),
            None => Ok(cookies.drop_flow(&state)),
        };
        let kept = outcome.and_then(|session| {
            let returns_at_once = session.sign_up.as_ref().is_some_and(|s| s.returns_at_once);
            let set = if returns_at_once {
                spend()?
            } else {
                cookies.keep_session(&session, &state)?
            };
            Ok((session, Some(set)))
        });
        kept.map_err(|error| {
            if error.leaves_code_unspent() {
                return error.into();
            }
            match spend() {
                Ok(set) => error.with(set),
                Err(_) => error.into(),
            }
        })
    }

    /// The outcome of this flow's exchange: of the one under way or just finished, else of `call`.
    ///
    /// # Errors
    /// [`ApiError::StateInvalid`] when the flow was spent on another code or more than a minute
    /// ago, else the error of `call`.
    async fn once<F>(&self, flow: &Flow, code: Hash, now: i64, call: F) -> Outcome
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let running = self.find_or_begin(flow, &code, now, call);
        running.ok_or(ApiError::StateInvalid)?.await
    }

    /// Waits until no exchange is under way.
    pub async fn finish(&self) {
        self.under_way.close();
        self.under_way.wait().await;
    }

    /// A new flow, if it can be remembered once it is spent.
    ///
    /// # Errors
    /// [`ApiError::Overloaded`] when the limit of flows spent within the hour is reached.
    pub fn new_flow(
        &self,
        state: &str,
        came_from: Option<SiteReturn>,
        now: i64,
    ) -> Result<Flow, ApiError> {
        let mut exchanges = self.exchanges();
        exchanges.forget_ended(now);
        if exchanges.len() >= SPENT_LIMIT {
            return Err(ApiError::Overloaded);
        }
        Ok(Flow {
            id: Uuid::new_v4(),
            state: Hash::of(state),
            begun_at: now,
            came_from,
            sign_up: None,
        })
    }

    /// The outcome of this flow's exchange, under way or just finished.
    fn find(
        &self,
        flow: &Flow,
        code: &Hash,
        now: i64,
    ) -> Option<Shared<BoxFuture<'static, Outcome>>> {
        let exchanges = self.exchanges();
        exchanges.get(&flow.id)?.outcome_of(code, now)
    }

    fn find_or_begin<F>(
        &self,
        flow: &Flow,
        code: &Hash,
        now: i64,
        call: F,
    ) -> Option<Shared<BoxFuture<'static, Outcome>>>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut exchanges = self.exchanges();
        exchanges.forget_ended(now);
        if let Some(exchange) = exchanges.get(&flow.id) {
            return exchange.outcome_of(code, now);
        }
        let id = Uuid::new_v4();
        let running = self.under_way.spawn(self.clone().run(flow.id, id, call));
        let outcome = async move { running.await.unwrap_or(Err(ApiError::Internal)) };
        let outcome = outcome.boxed().shared();
        let exchange = Exchange {
            id,
            code: code.clone(),
            begun_at: now,
            outcome: Some(outcome.clone()),
        };
        exchanges.insert(flow.id, exchange, flow.ends_at());
        Some(outcome)
    }

    /// Runs the call to its end, even if the browser disconnects. If the call was not sent, the
    /// flow becomes unspent before any waiting request gets the outcome.
    async fn run<F>(self, flow: Uuid, id: Uuid, call: F) -> Outcome
    where
        F: Future<Output = Outcome>,
    {
        let outcome = AssertUnwindSafe(call).catch_unwind().await;
        let outcome = outcome.unwrap_or(Err(ApiError::Internal));
        if outcome.as_ref().is_err_and(ApiError::leaves_code_unspent) {
            let mut exchanges = self.exchanges();
            if exchanges.get(&flow).is_some_and(|e| e.id == id) {
                exchanges.remove(&flow);
            }
        } else {
            tokio::spawn(self.forget_outcome(flow, id));
        }
        outcome
    }

    /// Drops the token from memory after a minute, without waiting for another request.
    async fn forget_outcome(self, flow: Uuid, id: Uuid) {
        tokio::time::sleep(Duration::from_secs(REMEMBERED_SECONDS.unsigned_abs())).await;
        if let Some(exchange) = self.exchanges().get_mut(&flow)
            && exchange.id == id
        {
            exchange.outcome = None;
        }
    }

    fn exchanges(&self) -> MutexGuard<'_, Expiring<Uuid, Exchange>> {
        self.by_flow.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
