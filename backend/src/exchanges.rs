//! One token call per code, however often the browser asks.
//!
//! Authenteq revokes what it issued when a code comes twice, so a double click, a reload or a
//! lost reply must not become a second call. An exchange runs on its own, goes on when the
//! browser hangs up, and its outcome is remembered for a minute, in this process only.
//! (`moka` has this as `get_with`, with a clock that no test can move.)

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::{BoxFuture, FutureExt, Shared};
use uuid::Uuid;

use crate::{
    cookies::{Hash, SealedSession},
    error::ApiError,
};

/// For how long the same question gets the same answer.
pub const REMEMBERED_SECONDS: i64 = 60;
const REMEMBERED_LIMIT: usize = 10_000;

type Outcome = Result<SealedSession, ApiError>;

#[derive(Clone)]
struct Exchange {
    code: Hash,
    begun_at: i64,
    outcome: Shared<BoxFuture<'static, Outcome>>,
}

/// The exchanges of the last minute, by flow: whoever copied a state and a code joins nothing.
#[derive(Clone, Default)]
pub struct Exchanges(Arc<Mutex<HashMap<Uuid, Exchange>>>);

impl Exchanges {
    /// The outcome of this flow's exchange: the one that is under way or just over, else `call`.
    ///
    /// # Errors
    /// [`ApiError::StateInvalid`] when the flow was spent on another code, else what `call` met.
    pub async fn once<F>(&self, flow: Uuid, code: Hash, now: i64, call: F) -> Outcome
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let exchange = self.find_or_begin(flow, &code, now, call);
        if !exchange.code.matches(&code) {
            return Err(ApiError::StateInvalid);
        }
        let outcome = exchange.outcome.clone().await;
        // Nothing reached Authenteq, so the visitor may ask again.
        if outcome.as_ref().is_err_and(ApiError::leaves_code_unspent) {
            let mut exchanges = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            exchanges.retain(|_, other| !other.outcome.ptr_eq(&exchange.outcome));
        }
        outcome
    }

    fn find_or_begin<F>(&self, flow: Uuid, code: &Hash, now: i64, call: F) -> Exchange
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut exchanges = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        exchanges.retain(|_, exchange| now < exchange.begun_at + REMEMBERED_SECONDS);
        if let Some(exchange) = exchanges.get(&flow) {
            return exchange.clone();
        }
        if exchanges.len() >= REMEMBERED_LIMIT {
            let oldest = exchanges.iter().min_by_key(|(_, e)| e.begun_at);
            if let Some(oldest) = oldest.map(|(flow, _)| *flow) {
                exchanges.remove(&oldest);
            }
        }
        let running = tokio::spawn(call);
        let outcome = async move { running.await.unwrap_or(Err(ApiError::Internal)) };
        let exchange = Exchange {
            code: code.clone(),
            begun_at: now,
            outcome: outcome.boxed().shared(),
        };
        exchanges.insert(flow, exchange.clone());
        exchange
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::authenteq;

    fn session() -> SealedSession {
        SealedSession {
            id: "session".to_owned(),
            token: "token".to_owned(),
            exchanged_at: 0,
            expires_at: 870,
            origin: (Hash::of("state"), Hash::of("code")),
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
        exchanges.once(Uuid::nil(), Hash::of(code), now, call).await
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
    async fn an_outcome_is_remembered_for_a_minute() {
        let (exchanges, calls) = (Exchanges::default(), Arc::default());
        for now in [0, 59, 60] {
            ask(&exchanges, "code", now, &calls).await.unwrap();
        }
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn oa_18_what_reached_nobody_may_be_asked_again() {
        let (exchanges, calls) = (Exchanges::default(), Arc::default());
        let busy = authenteq::Error::Busy { retry_after: 1 };
        let code = Hash::of("code");
        let failing = async move { Err(busy.into()) };
        assert!(exchanges.once(Uuid::nil(), code, 0, failing).await.is_err());
        assert!(ask(&exchanges, "code", 1, &calls).await.is_ok());
    }
}
