//! The sign-ups that a site's server creates, from creation to the event that carries its result.
//!
//! The state machine is `created → started → returned → verified | failed | expired | canceled`.
//! Around the one token call stands a fence: `returned` is committed with the code's hash before
//! the call is sent, so no replica and no restart sends a second one. A worker fetches the details
//! with the stored token; the browser is not needed any more.

mod create;
mod exchange;
mod feed;
mod site;
mod trigger;
mod view;
mod visitor;
mod webhooks;
mod worker;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use tokio::{
    runtime::Handle,
    sync::{Notify, watch},
};
use tokio_util::task::TaskTracker;
use uuid::{ContextV7, Uuid};

use self::exchange::Unwritten;
pub(crate) use self::visitor::return_url;
pub use self::{
    create::{CreateSignUp, CreatedSignUp, DEFAULT_EXPIRY},
    exchange::Leaving,
    feed::{EventBody, EventData, EventPage, EventView},
    site::{ListSignUps, SignUpPage},
    trigger::{EventKind, TriggerEvent},
    view::SignUpView,
};
use crate::{
    authenteq,
    clock::Clock,
    config::{Config, Secret},
    error::ApiError,
    listener::Draining,
    metrics::Metrics,
    per_holder::PerHolder,
    sealing::SealingKeys,
    store::{self, Digest, Store},
};

/// Long polls under way for one key.
const POLLS: usize = 64;

/// A long poll looks again after this time even if this process knows of no change: another one may
/// share the database.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// The sign-ups of one deployment. Cheap to clone.
#[derive(Clone)]
pub struct SignUps(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    keys: Secret<SealingKeys>,
    config: Arc<Config>,
    clock: Clock,
    draining: Draining,
    authenteq: authenteq::Client,
    metrics: Metrics,
    /// Counts the changes that this process has committed.
    changes: watch::Sender<u64>,
    /// Wakes the worker.
    work: Notify,
    /// The sign-ups whose exchange this process makes or still has to write down.
    unwritten: Mutex<HashMap<String, Unwritten>>,
    /// Write them down when the browser has gone.
    tasks: TaskTracker,
    polls: PerHolder<String>,
    /// The worker's share of memory for details.
    memory: PerHolder<()>,
    /// Keeps the ids of one second in order.
    last_id: Mutex<ContextV7>,
}

/// Why sign-ups cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database does not answer.
    #[error("[store] url: {0}")]
    Store(#[from] store::Error),
    /// The keys do not open what is stored.
    #[error("[store] keys_file: {0}")]
    Keys(String),
}

impl SignUps {
    /// Checks that the configured keys open what is stored; keys that are read from their file later
    /// are checked in the same way, and refused.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn new(
        store: Arc<dyn Store>,
        keys: Secret<SealingKeys>,
        config: Arc<Config>,
        clock: Clock,
        draining: Draining,
        authenteq: authenteq::Client,
        metrics: Metrics,
    ) -> Result<Self, StartError> {
        check_keys(store.as_ref(), &keys.get())
            .await?
            .map_err(StartError::Keys)?;
        let (again, runtime) = (store.clone(), Handle::current());
        // A file is read again on a thread that may wait.
        keys.guard(move |keys| {
            let checked = runtime.block_on(check_keys(again.as_ref(), keys));
            checked.map_err(|error| error.to_string())?
        });
        let memory = PerHolder::new(authenteq.details_memory_for_one());
        Ok(Self(Arc::new(Inner {
            store,
            keys,
            config,
            clock,
            draining,
            authenteq,
            metrics,
            changes: watch::Sender::new(0),
            work: Notify::new(),
            unwritten: Mutex::default(),
            tasks: TaskTracker::new(),
            polls: PerHolder::new(POLLS),
            memory,
            last_id: Mutex::new(ContextV7::new()),
        })))
    }

    /// Waits until the exchanges of this process are written down: before the process ends.
    pub async fn finish(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    fn now(&self) -> i64 {
        self.0.clock.now()
    }

    /// The id of a sign-up created at this time: later ids of this process sort after earlier ones.
    fn new_id(&self, now: i64) -> String {
        let seconds = u64::try_from(now).unwrap_or_default();
        let timestamp = uuid::Timestamp::from_unix(&self.0.last_id, seconds, 0);
        format!("su_{}", Uuid::new_v7(timestamp).simple())
    }

    /// Wakes the long polls.
    fn changed(&self) {
        self.0.changes.send_modify(|changes| *changes += 1);
    }

    fn seal(&self, id: &str, field: &'static str, plain: &[u8]) -> Vec<u8> {
        self.0.keys.get().seal(id, field, plain)
    }

    /// Opens a field that is text, if the row has it.
    ///
    /// # Errors
    /// [`ApiError::Internal`] if no key opens it: another replica may have a newer one. Absent would
    /// mean deleted.
    fn open_text(
        &self,
        id: &str,
        field: &'static str,
        sealed: Option<&[u8]>,
    ) -> Result<Option<String>, ApiError> {
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let opened = self.0.keys.get().open(id, field, sealed);
        let text = opened.and_then(|opened| String::from_utf8(opened).ok());
        text.map(Some).ok_or_else(|| {
            tracing::error!(sign_up = id, field, "no key of this process opens a field");
            ApiError::Internal
        })
    }

    /// Asks `look` now and after each change, until it has an answer, `seconds` are over, or the
    /// shutdown begins; then returns its last answer.
    async fn poll<T, F>(
        &self,
        holder: &str,
        seconds: u64,
        look: impl Fn() -> F,
    ) -> Result<T, ApiError>
    where
        F: Future<Output = Result<Look<T>, ApiError>>,
    {
        if seconds == 0 {
            return look().await.map(Look::into_inner);
        }
        let place = self.0.polls.of(holder.to_owned()).try_acquire_owned();
        let _place = place.map_err(|_| ApiError::TooManyPolls)?;
        let mut changes = self.0.changes.subscribe();
        let end = tokio::time::Instant::now() + Duration::from_secs(seconds);
        loop {
            changes.borrow_and_update();
            let seen = match look().await? {
                Look::Final(seen) => return Ok(seen),
                Look::Preliminary(seen) => seen,
            };
            let again = end.min(tokio::time::Instant::now() + LOOK_AGAIN);
            let is_over = tokio::select! {
                _ = changes.changed() => false,
                () = self.0.draining.began() => true,
                () = tokio::time::sleep_until(again) => again == end,
            };
            if is_over {
                return Ok(seen);
            }
        }
    }
}

/// Checks that these keys open everything that is stored.
async fn check_keys(store: &dyn Store, keys: &SealingKeys) -> store::Result<Result<(), String>> {
    let needed = store.key_fingerprints().await?;
    Ok(check_fingerprints(keys, &needed))
}

/// Checks that keys with these fingerprints, which stored sign-ups need, are among `keys`.
///
/// # Errors
/// Names the fingerprints of those that are not.
pub fn check_fingerprints(keys: &SealingKeys, needed: &[[u8; 4]]) -> Result<(), String> {
    let known = keys.fingerprints();
    let missing = needed.iter().filter(|needed| !known.contains(*needed));
    let missing = missing.map(|needed| format!("{:08x}", u32::from_be_bytes(*needed)));
    let missing: Vec<_> = missing.collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(" ");
    Err(format!(
        "stored sign-ups were sealed with a key that is missing: {missing}"
    ))
}

/// The answer of a long poll.
enum Look<T> {
    /// Worth answering at once.
    Final(T),
    /// The answer when the time is over.
    Preliminary(T),
}

impl<T> Look<T> {
    fn into_inner(self) -> T {
        match self {
            Self::Final(seen) | Self::Preliminary(seen) => seen,
        }
    }
}

/// The hash of a handle, a code or a key, with its purpose.
fn digest(purpose: &str, text: &str) -> Digest {
    Sha256::new()
        .chain_update(purpose)
        .chain_update([0])
        .chain_update(text)
        .finalize()
        .into()
}

/// `N` random bytes as base64url.
fn random<const N: usize>() -> String {
    use aes_gcm::aead::{OsRng, rand_core::RngCore};
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// A secret that makes a browser the owner of the sign-ups that it begins.
pub(crate) fn new_owner() -> String {
    random::<32>()
}
