//! How often one client may ask for what costs something, per process: two replicas allow twice
//! as much.

use std::{
    num::NonZeroU32,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::{client_address::ClientAddress, error::ApiError};

/// More clients than this are not remembered.
const CLIENT_LIMIT: usize = 50_000;
/// After so many requests those are forgotten that have their full allowance again.
const SWEEP: usize = 1_000;

/// What is limited.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    /// Beginning a sign-up.
    Begin,
    /// A token call. Asking again for the outcome of one costs nothing.
    Exchange,
    /// A details call.
    Details,
    /// An export.
    Export,
}

/// One limit for each [`Action`].
#[derive(Clone)]
pub(crate) struct RateLimits(Arc<[Limit; 4]>);

struct Limit {
    quota: Quota,
    clients: RwLock<Arc<DefaultKeyedRateLimiter<ClientAddress>>>,
    asked: AtomicUsize,
}

impl Default for RateLimits {
    /// Five hundred honest visitors behind one address begin within ten minutes.
    fn default() -> Self {
        let limit = |a_minute: u32| {
            let quota = Quota::per_minute(NonZeroU32::new(a_minute).unwrap_or(NonZeroU32::MIN));
            Limit {
                quota,
                clients: RwLock::new(Arc::new(RateLimiter::keyed(quota))),
                asked: AtomicUsize::new(0),
            }
        };
        Self(Arc::new([limit(60), limit(30), limit(120), limit(60)]))
    }
}

impl RateLimits {
    /// Counts a request of this client's.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`].
    pub(crate) fn check(&self, action: Action, client: ClientAddress) -> Result<(), ApiError> {
        self.0[action as usize].check(client)
    }
}

impl Limit {
    fn check(&self, client: ClientAddress) -> Result<(), ApiError> {
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

    fn clients(&self) -> Arc<DefaultKeyedRateLimiter<ClientAddress>> {
        let clients = self.clients.read();
        clients.unwrap_or_else(PoisonError::into_inner).clone()
    }
}
