//! Concurrency limits per session and per address, so that none can use up a shared limit.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Idle holders are removed when the map has doubled since the last sweep, but never below this
/// size.
const SWEEP: usize = 256;

/// A semaphore of the same size for each holder. Idle holders are removed.
pub(crate) struct PerHolder<K> {
    size: usize,
    holders: Mutex<Holders<K>>,
}

struct Holders<K> {
    shares: HashMap<K, Weak<Semaphore>>,
    sweep_at: usize,
}

impl<K: Eq + Hash> PerHolder<K> {
    /// `size` permits for each holder.
    pub(crate) fn new(size: usize) -> Self {
        Self {
            size,
            holders: Mutex::new(Holders {
                shares: HashMap::new(),
                sweep_at: SWEEP,
            }),
        }
    }

    /// The semaphore of this holder; the same one while any of its permits is in use.
    pub(crate) fn of(&self, holder: K) -> Arc<Semaphore> {
        let mut holders = self.holders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = holders.shares.get(&holder).and_then(Weak::upgrade) {
            return share;
        }
        if holders.shares.len() >= holders.sweep_at {
            holders.shares.retain(|_, share| share.strong_count() > 0);
            holders.sweep_at = SWEEP.max(2 * holders.shares.len());
        }
        let share = Arc::new(Semaphore::new(self.size));
        holders.shares.insert(holder, Arc::downgrade(&share));
        share
    }

    /// A permit, in the order of requests; `None` after `wait`.
    pub(crate) async fn take(&self, holder: K, wait: Duration) -> Option<OwnedSemaphorePermit> {
        let permit = tokio::time::timeout(wait, self.of(holder).acquire_owned()).await;
        permit.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn try_take<K: Eq + Hash>(shares: &PerHolder<K>, holder: K) -> Option<OwnedSemaphorePermit> {
        shares.of(holder).try_acquire_owned().ok()
    }

    #[tokio::test(start_paused = true)]
    async fn fe_15_one_holder_takes_its_share_and_leaves_the_others_theirs() {
        let shares = PerHolder::new(3);
        let taken: Vec<_> = (0..3).map(|_| try_take(&shares, "a").unwrap()).collect();
        assert!(try_take(&shares, "a").is_none());
        assert!(shares.take("a", Duration::from_secs(2)).await.is_none());
        assert!(try_take(&shares, "b").is_some());
        drop(taken);
        assert!(shares.take("a", Duration::ZERO).await.is_some());
    }

    #[test]
    fn fe_10_nothing_is_kept_of_holders_that_hold_nothing() {
        let shares = PerHolder::new(1);
        let kept = try_take(&shares, 0).unwrap();
        for holder in 1..100_000 {
            assert!(try_take(&shares, holder).is_some());
            assert!(shares.holders.lock().unwrap().shares.len() <= SWEEP + 1);
        }
        assert!(try_take(&shares, 0).is_none());
        drop(kept);
    }
}
