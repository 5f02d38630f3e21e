//! One code, one call: a code goes to Authenteq once, however often the browser asks.
//!
//! Authenteq revokes what it issued when a code comes twice, so a double click, a reload or a
//! lost reply must not become a second call. An exchange runs on its own, goes on when the
//! browser hangs up, and its outcome is remembered for a minute, in this process only. That its
//! flow is spent is remembered for as long as the flow's cookie could come back.
//! (`moka` has this as `get_with`, with a clock that no test can move.)

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt, Shared};
use uuid::Uuid;
use webkyc_shared::api::ExchangeRequest;

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

/// The hashes of what came back from the identity server.
pub struct Callback {
    state: Hash,
    code: Hash,
    /// Of both: a session keeps it, to recognise the callback that opened it.
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
/// Spent flows that are remembered, of two hundred bytes each. At the limit no sign-up begins any
/// more; none is forgotten before its end, and those that began go on.
const SPENT_LIMIT: usize = 1 << 16;

type Outcome = Result<SealedSession, ApiError>;

struct Exchange {
    /// Tells it from an earlier one of the same flow, whose call was not sent.
    id: Uuid,
    code: Hash,
    begun_at: i64,
    /// Forgotten after a minute; that the flow is spent is not.
    outcome: Option<Shared<BoxFuture<'static, Outcome>>>,
}

/// The browser that comes back.
pub struct Browser<'a> {
    /// Its cookies.
    pub cookies: Cookies,
    /// The sessions that were revoked here.
    pub revoked: &'a RevokedSessions,
    /// Counts refused states.
    pub metrics: &'a Metrics,
    /// Seconds since 1970.
    pub now: i64,
}

/// The session that this very callback opened within the last minute: a double click or a reload after
/// the flow's cookie went away. The session itself remembers, so any replica can answer.
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

/// The exchanges of the last hour, by flow: a copied state and code join nothing. Each is remembered
/// for as long as its flow is open.
#[derive(Clone, Default)]
pub struct Exchanges(Arc<Mutex<Expiring<Uuid, Exchange>>>);

impl Exchanges {
    /// Redeems a callback: the session it opens, with the cookies to set if it is a new one. `call`
    /// makes the token call, and is dropped unmade when the flow was spent before.
    ///
    /// # Errors
    /// [`ApiError::StateInvalid`] when this browser has no such flow or the flow is spent, else the error of
    /// the call. The flow's cookie goes away, unless the code is still unspent.
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
        let Some(flow) = cookies.flow(&state, now) else {
            return match opened_before(&cookies, revoked, &origin, now) {
                Some(session) => Ok((session, None)),
                None => {
                    metrics.state_refused(StateRefusal::NoFlow);
                    Err(ApiError::StateInvalid.with(cookies.drop_flow(&state)))
                }
            };
        };
        let call = call(flow.clone(), origin);
        let mut outcome = self.once(&flow, code, now, call).await;
        if outcome
            .as_ref()
            .is_ok_and(|session| revoked.contains(session))
        {
            outcome = Err(ApiError::StateInvalid);
        }
        if matches!(outcome, Err(ApiError::StateInvalid)) {
            metrics.state_refused(StateRefusal::Spent);
        }
        let kept = outcome.and_then(|session| {
            let set = cookies.keep_session(&session, &state)?;
            Ok((session, Some(set)))
        });
        kept.map_err(|error| {
            if error.leaves_code_unspent() {
                error.into()
            } else {
                error.with(cookies.drop_flow(&state))
            }
        })
    }

    /// The outcome of this flow's exchange: the one that is under way or just over, else `call`.
    ///
    /// # Errors
    /// [`ApiError::StateInvalid`] when the flow was spent on another code or more than a minute
    /// ago, else what `call` met.
    async fn once<F>(&self, flow: &Flow, code: Hash, now: i64, call: F) -> Outcome
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let running = self.find_or_begin(flow, &code, now, call);
        running.ok_or(ApiError::StateInvalid)?.await
    }

    /// Whether so many flows were spent within the hour that no other may be begun.
    pub fn is_full(&self, now: i64) -> bool {
        let mut exchanges = self.exchanges();
        exchanges.forget_ended(now);
        exchanges.len() >= SPENT_LIMIT
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
            let is_recent = now < exchange.begun_at + REMEMBERED_SECONDS;
            let is_same = is_recent && exchange.code.matches(code);
            return exchange.outcome.clone().filter(|_| is_same);
        }
        let id = Uuid::new_v4();
        let running = tokio::spawn(self.clone().run(flow.id, id, call));
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

    /// Makes the call, also when the browser has hung up. A call that was not sent leaves the flow
    /// unspent; that is settled here, before any waiting request gets the outcome.
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

    /// The token leaves memory after a minute, without any further request.
    async fn forget_outcome(self, flow: Uuid, id: Uuid) {
        tokio::time::sleep(Duration::from_secs(REMEMBERED_SECONDS.unsigned_abs())).await;
        if let Some(exchange) = self.exchanges().get_mut(&flow)
            && exchange.id == id
        {
            exchange.outcome = None;
        }
    }

    fn exchanges(&self) -> MutexGuard<'_, Expiring<Uuid, Exchange>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::authenteq;

    fn flow() -> Flow {
        Flow {
            id: Uuid::nil(),
            state: Hash::of("state"),
            begun_at: 0,
            came_from: None,
        }
    }

    fn session() -> SealedSession {
        SealedSession {
            id: "session".to_owned(),
            token: authenteq::AccessToken::new("token".to_owned()).unwrap(),
            exchanged_at: 0,
            origin: Hash::of("state and code"),
            came_from: None,
        }
    }

    async fn ask(exchanges: &Exchanges, code: &str, now: i64, calls: &Arc<AtomicUsize>) -> Outcome {
        let calls = calls.clone();
        let call = async move {
            calls.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(session())
        };
        exchanges.once(&flow(), Hash::of(code), now, call).await
    }

    #[tokio::test]
    async fn oa_16_fifty_questions_at_once_are_one_call() {
        let (exchanges, calls) = (Exchanges::default(), Arc::default());
        let questions = (0..50).map(|_| ask(&exchanges, "code", 0, &calls));
        let answers = futures_util::future::join_all(questions).await;
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn oa_04_a_flow_spent_on_one_code_takes_no_other() {
        let (exchanges, calls) = (Exchanges::default(), Arc::default());
        ask(&exchanges, "code", 0, &calls).await.unwrap();
        let other = ask(&exchanges, "other", 1, &calls).await;
        assert!(matches!(other, Err(ApiError::StateInvalid)));
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn oa_04_an_outcome_is_remembered_for_a_minute_and_the_flow_is_spent_for_good() {
        let (exchanges, calls) = (Exchanges::default(), Arc::default());
        for now in [0, 59] {
            ask(&exchanges, "code", now, &calls).await.unwrap();
        }
        for (now, code) in [(60, "code"), (60, "other"), (3599, "code")] {
            let late = ask(&exchanges, code, now, &calls).await;
            assert!(matches!(late, Err(ApiError::StateInvalid)));
        }
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn oa_23_at_the_limit_no_spent_flow_is_forgotten_and_no_other_is_begun() {
        let (exchanges, calls) = (Exchanges::default(), Arc::default());
        ask(&exchanges, "code", 0, &calls).await.unwrap();
        for _ in 1..SPENT_LIMIT {
            assert!(!exchanges.is_full(1));
            let spent = Exchange {
                id: Uuid::nil(),
                code: Hash::of("other"),
                begun_at: 1,
                outcome: None,
            };
            exchanges.exchanges().insert(Uuid::new_v4(), spent, 3_601);
        }
        assert!(exchanges.is_full(1));
        // One that was begun before goes on, and the oldest one stays spent.
        let begun = Flow {
            id: Uuid::new_v4(),
            ..flow()
        };
        let session = async { Ok(session()) };
        let outcome = exchanges.once(&begun, Hash::of("code"), 1, session).await;
        assert!(outcome.is_ok());
        let late = ask(&exchanges, "code", 61, &calls).await;
        assert!(matches!(late, Err(ApiError::StateInvalid)));
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        assert!(!exchanges.is_full(3_601));
    }

    #[tokio::test(start_paused = true)]
    async fn prv_05_an_outcome_leaves_memory_when_nobody_comes_any_more() {
        let (exchanges, calls) = (Exchanges::default(), Arc::default());
        ask(&exchanges, "code", 0, &calls).await.unwrap();
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(
            exchanges
                .exchanges()
                .get(&Uuid::nil())
                .unwrap()
                .outcome
                .is_some()
        );
        tokio::time::advance(Duration::from_secs(2)).await;
        tokio::task::yield_now().await;
        assert!(
            exchanges
                .exchanges()
                .get(&Uuid::nil())
                .unwrap()
                .outcome
                .is_none()
        );
    }

    #[tokio::test]
    async fn oa_18_what_reached_nobody_may_be_asked_again() {
        let (exchanges, calls) = (Exchanges::default(), Arc::default());
        let busy = authenteq::Error::Busy { retry_after: 1 };
        let code = Hash::of("code");
        let failing = async move { Err(busy.into()) };
        assert!(exchanges.once(&flow(), code, 0, failing).await.is_err());
        assert!(ask(&exchanges, "code", 1, &calls).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn oa_16_fifty_who_were_turned_away_together_are_one_call_when_they_ask_again() {
        let (exchanges, calls) = (Exchanges::default(), Arc::default());
        let busy = Arc::new(AtomicUsize::new(0));
        let turned_away = async || {
            let busy = busy.clone();
            let failing = async move {
                busy.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Err(authenteq::Error::Busy { retry_after: 1 }.into())
            };
            let code = Hash::of("code");
            let outcome = exchanges.once(&flow(), code, 0, failing).await;
            assert!(outcome.is_err());
            // At once, while others still learn of the first.
            ask(&exchanges, "code", 0, &calls).await
        };
        let answers = futures_util::future::join_all((0..50).map(|_| turned_away())).await;
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(busy.load(Ordering::SeqCst), 1);
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn oa_04_an_attempt_that_reached_nobody_does_not_shorten_the_minute_of_the_next() {
        let (exchanges, calls) = (Exchanges::default(), Arc::default());
        let busy = authenteq::Error::Busy { retry_after: 1 };
        let failing = async move { Err(busy.into()) };
        let code = Hash::of("code");
        assert!(exchanges.once(&flow(), code, 0, failing).await.is_err());
        tokio::time::advance(Duration::from_secs(50)).await;
        ask(&exchanges, "code", 50, &calls).await.unwrap();
        tokio::time::advance(Duration::from_secs(12)).await;
        tokio::task::yield_now().await;
        ask(&exchanges, "code", 62, &calls).await.unwrap();
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn ops_13_a_call_that_panics_is_our_fault_and_spends_the_flow() {
        let (exchanges, calls) = (Exchanges::default(), Arc::default());
        let code = Hash::of("code");
        let panicking = async { panic!("in a test") };
        let outcome = exchanges.once(&flow(), code, 0, panicking).await;
        assert!(matches!(outcome, Err(ApiError::Internal)));
        let again = ask(&exchanges, "code", 1, &calls).await;
        assert!(matches!(again, Err(ApiError::Internal)));
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }
}
