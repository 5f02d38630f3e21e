//! A store whose calls are counted and can be made to fail.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use webkyc_backend::store::{
    Created, Delivery, Digest, Ending, Error, Exchanged, Feed, Fence, Fenced, Filter, Idempotency,
    Job, NewSignUp, NotDelivered, Result, Retention, SignUp, Store,
};

#[derive(Clone, Default)]
pub(crate) struct StoreFaults(Arc<Mutex<Calls>>);

#[derive(Default)]
struct Calls {
    /// By their names, or `*` for all.
    failing: Vec<&'static str>,
    counts: BTreeMap<&'static str, usize>,
}

impl StoreFaults {
    pub(crate) fn fail(&self, calls: &[&'static str]) {
        self.calls().failing = calls.to_vec();
    }

    /// How often this call was made.
    pub(crate) fn count(&self, call: &str) -> usize {
        self.calls().counts.get(call).copied().unwrap_or(0)
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn over(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        Arc::new(Faulty(store, self.clone()))
    }

    fn check(&self, call: &'static str) -> Result<()> {
        let mut calls = self.calls();
        *calls.counts.entry(call).or_default() += 1;
        if calls
            .failing
            .iter()
            .any(|name| *name == call || *name == "*")
        {
            return Err(Error("played".to_owned()));
        }
        Ok(())
    }
}

struct Faulty(Arc<dyn Store>, StoreFaults);

macro_rules! pass_on {
    ($($call:ident($($name:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl Store for Faulty {
            $(async fn $call(&self, $($name: $type),*) -> Result<$answer> {
                self.1.check(stringify!($call))?;
                let answer = self.0.$call($($name),*).await;
                self.1.check(concat!("reply of ", stringify!($call)))?;
                answer
            })*
        }
    };
}

pass_on! {
    create(new: &NewSignUp, once: Option<&Idempotency>) -> Created;
    find(id: &str) -> Option<SignUp>;
    find_by_handle(handle: &Digest) -> Option<SignUp>;
    list(filter: &Filter) -> Vec<SignUp>;
    begin(handle: &Digest, owner: &Digest, now: i64, expires_at: i64) -> Option<SignUp>;
    report(id: &str, reason: &str) -> ();
    raise_fence(fence: &Fence) -> Fenced;
    lower_fence(fence: &Fence, reason: &str) -> ();
    exchanged(exchanged: &Exchanged) -> bool;
    lease_job(now: i64, seconds: i64) -> Option<Job>;
    postpone_job(id: &str, due_at: i64, reason: &str) -> ();
    verified(id: &str, result: &[u8], now: i64) -> bool;
    claim(id: &str, code: &Digest, now: i64) -> bool;
    end(ending: &Ending) -> bool;
    end_overdue(now: i64, except: &[String], limit: i64) -> usize;
    redact(id: &str, now: i64) -> ();
    purge(retention: &Retention) -> bool;
    events(site: Option<&str>, after: Option<i64>, limit: i64) -> Feed;
    lease_delivery(sites: &[String], now: i64, seconds: i64) -> Option<Delivery>;
    delivered(event: &str, now: i64) -> ();
    not_delivered(not_delivered: NotDelivered<'_>) -> ();
    site_of_event(event: &str) -> Option<String>;
    resend(site: Option<&str>, event: &str, now: i64) -> bool;
    key_fingerprints() -> Vec<[u8; 4]>;
}
