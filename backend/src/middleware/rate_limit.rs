//! Limits how often one client may make expensive requests, per process: two replicas allow twice
//! as many.
//!
//! Visitors behind one address share its limit on new sign-ups. Later requests are counted per
//! session, so other visitors cannot block one who has already shown face and passport.

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

/// The maximum number of remembered clients.
const CLIENT_LIMIT: usize = 50_000;
/// After this many requests, clients with a full allowance are removed.
const SWEEP: usize = 1_000;

/// New sign-ups per second of all clients together, and the burst. The rate equals that of token
/// calls, so many addresses with invented codes cannot fill a queue.
const BEGUN: (u32, u32) = (50, 500);

/// A session used from one address.
type Use = (String, ClientIp);

/// The limits by kind of request and holder.
pub(crate) struct RateLimits {
    begun: Limit<ClientIp>,
    begun_in_all: DefaultDirectRateLimiter,
    opened: Limit<ClientIp>,
    details: Limit<Use>,
    exports: Limit<Use>,
}

struct Limit<K: Clone + Eq + Hash> {
    quota: Quota,
    clients: RwLock<Arc<DefaultKeyedRateLimiter<K>>>,
    asked: AtomicUsize,
}

impl Default for RateLimits {
    /// Enough for five hundred honest visitors behind one address within ten minutes.
    fn default() -> Self {
        let (a_second, burst) = BEGUN;
        Self {
            begun: Limit::a_minute(60),
            begun_in_all: RateLimiter::direct(
                Quota::per_second(count(a_second)).allow_burst(count(burst)),
            ),
            opened: Limit::a_minute(120),
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
    /// [`ApiError::RateLimited`], or [`ApiError::Overloaded`] when all clients together begin too
    /// many.
    pub(crate) fn begin(&self, client: ClientIp) -> Result<(), ApiError> {
        self.begun.check(client)?;
        let begun = self.begun_in_all.check();
        begun.map_err(|_| ApiError::Overloaded)
    }

    /// Counts a look at a sign-up, or a report, by this client.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`].
    pub(crate) fn open(&self, client: ClientIp) -> Result<(), ApiError> {
        self.opened.check(client)
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

    /// When a flood comes from more addresses than we remember, all counts are reset: this blocks
    /// no honest visitor, and the other limits bound its cost.
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
