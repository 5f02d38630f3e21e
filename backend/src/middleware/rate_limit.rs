//! How often one client may ask for what costs something, per process: two replicas allow twice
//! as much.
//!
//! Visitors behind one address share what they may begin. What comes after that is counted for each
//! session by itself: nobody is turned away at the end, with face and passport shown, because of others.

use std::{
    hash::Hash,
    num::NonZeroU32,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use governor::{
    DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::{error::ApiError, middleware::client_ip::ClientIp};

/// More clients than this are not remembered.
const CLIENT_LIMIT: usize = 50_000;
/// After so many requests those are forgotten that have their full allowance again.
const SWEEP: usize = 1_000;

/// Sign-ups begun in a second, all clients together, and how many more at once. As many as token calls
/// are made in a second: many addresses with invented codes fill no queue.
const BEGUN: (u32, u32) = (50, 500);

/// A session, as one address uses it.
type Use = (String, ClientIp);

/// What is limited, and of whom.
pub(crate) struct RateLimits {
    begun: Limit<ClientIp>,
    begun_in_all: DefaultDirectRateLimiter,
    details: Limit<Use>,
    exports: Limit<Use>,
}

struct Limit<K: Clone + Eq + Hash> {
    quota: Quota,
    clients: RwLock<Arc<DefaultKeyedRateLimiter<K>>>,
    asked: AtomicUsize,
}

impl Default for RateLimits {
    /// Five hundred honest visitors behind one address begin within ten minutes.
    fn default() -> Self {
        let (a_second, burst) = BEGUN;
        Self {
            begun: Limit::a_minute(60),
            begun_in_all: RateLimiter::direct(
                Quota::per_second(count(a_second)).allow_burst(count(burst)),
            ),
            details: Limit::a_minute(120),
            exports: Limit::a_minute(60),
        }
    }
}

fn count(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

impl RateLimits {
    /// Counts a sign-up that this client begins.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`], or [`ApiError::Overloaded`] when too many begin in all.
    pub(crate) fn begin(&self, client: ClientIp) -> Result<(), ApiError> {
        self.begun.check(client)?;
        let begun = self.begun_in_all.check();
        begun.map_err(|_| ApiError::Overloaded)
    }

    /// Counts a details call of this session.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`].
    pub(crate) fn details(&self, session: &str, client: ClientIp) -> Result<(), ApiError> {
        self.details.check((session.to_owned(), client))
    }

    /// Counts an export of this session.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`].
    pub(crate) fn export(&self, session: &str, client: ClientIp) -> Result<(), ApiError> {
        self.exports.check((session.to_owned(), client))
    }
}

impl<K: Clone + Eq + Hash> Limit<K> {
    fn a_minute(number: u32) -> Self {
        let quota = Quota::per_minute(count(number));
        Self {
            quota,
            clients: RwLock::new(Arc::new(RateLimiter::keyed(quota))),
            asked: AtomicUsize::new(0),
        }
    }

    fn check(&self, client: K) -> Result<(), ApiError> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.sweep();
        }
        let checked = self.clients().check_key(&client);
        checked.map_err(|refused| {
            let wait = refused.wait_time_from(DefaultClock::default().now());
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(60);
            ApiError::RateLimited {
                retry_after: seconds.saturating_add(1).min(60),
            }
        })
    }

    /// A flood from more addresses than we remember starts with a clean slate: nobody honest is
    /// shut out by it, and what it costs is bounded by the other limits.
    fn sweep(&self) {
        let clients = self.clients();
        clients.retain_recent();
        clients.shrink_to_fit();
        if clients.len() > CLIENT_LIMIT {
            let fresh = Arc::new(RateLimiter::keyed(self.quota));
            *self.clients.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
    }

    fn clients(&self) -> Arc<DefaultKeyedRateLimiter<K>> {
        let clients = self.clients.read();
        clients.unwrap_or_else(PoisonError::into_inner).clone()
    }
}
