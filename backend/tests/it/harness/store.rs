//! A store whose calls can be made to fail.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use webkyc_backend::store::{
    Created, Digest, Ending, Error, Exchanged, Feed, Fence, Fenced, Filter, Idempotency, Job,
    NewSignUp, Result, Retention, SignUp, Store,
};

/// The calls that fail: by their names, or `*` for all.
#[derive(Clone, Default)]
pub(crate) struct StoreFaults(Arc<Mutex<Vec<&'static str>>>);

impl StoreFaults {
    pub(crate) fn fail(&self, calls: &[&'static str]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = calls.to_vec();
    }

    pub(crate) fn over(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        Arc::new(Faulty(store, self.clone()))
    }

    fn check(&self, call: &str) -> Result<()> {
        let failing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failing.iter().any(|name| *name == call || *name == "*") {
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
                self.0.$call($($name),*).await
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
    lease_job(now: i64, lease_until: i64) -> Option<Job>;
    postpone_job(id: &str, due_at: i64, reason: &str) -> ();
    verified(id: &str, result: &[u8], now: i64) -> bool;
    claim(id: &str, code: &Digest, now: i64) -> bool;
    end(ending: &Ending) -> bool;
    end_overdue(now: i64, except: &[String], limit: i64) -> usize;
    redact(id: &str, now: i64) -> ();
    purge(retention: &Retention) -> ();
    events(site: Option<&str>, after: Option<i64>, limit: i64) -> Feed;
    key_fingerprints() -> Vec<[u8; 4]>;
    ping() -> ();
}
