//! Limits the calls of one kind under way, and the bytes of their answers in memory.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use super::{CallLimits, Error};

/// A fixed number of concurrent calls, and a fixed number of calls that wait briefly. Slow exports
/// do not delay sign-ups, because each kind of call has a separate bulkhead.
#[derive(Clone)]
pub(super) struct Bulkhead {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    waiting_limit: usize,
    wait: Duration,
}

impl Bulkhead {
    pub(super) fn new(limits: &CallLimits, wait: Duration) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(limits.calls)),
            waiting: Arc::default(),
            waiting_limit: limits.waiting_calls,
            wait,
        }
    }

    /// Acquires a permit, at once or within the wait.
    ///
    /// # Errors
    /// [`Error::Overloaded`].
    pub(super) async fn enter(&self) -> Result<OwnedSemaphorePermit, Error> {
        if let Ok(permit) = self.permits.clone().try_acquire_owned() {
            return Ok(permit);
        }
        if self.waiting.fetch_add(1, Ordering::SeqCst) >= self.waiting_limit {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            return Err(Error::Overloaded);
        }
        let _waiting = Waiting(&self.waiting);
        let permit = tokio::time::timeout(self.wait, self.permits.clone().acquire_owned()).await;
        permit.ok().and_then(Result::ok).ok_or(Error::Overloaded)
    }

    /// The number of free permits.
    pub(super) fn free(&self) -> usize {
        self.permits.available_permits()
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The memory that the answers to all requests may take together, counted in KiB.
#[derive(Clone)]
pub(super) struct Buffers {
    free: Arc<Semaphore>,
    wait: Duration,
}

/// The share of one holder.
pub struct Holder {
    /// The holder's remaining memory, in KiB.
    pub memory: Arc<Semaphore>,
    /// The holder's permit for a details call, released after the last byte has been sent.
    pub place: OwnedSemaphorePermit,
}

/// Reserved memory, released when dropped.
#[derive(Debug)]
pub(super) struct Reservation {
    /// Taken from the holder's share, and from the total.
    permits: [OwnedSemaphorePermit; 2],
    _place: OwnedSemaphorePermit,
}

impl Buffers {
    pub(super) fn new(limits: &CallLimits) -> Self {
        Self {
            free: Arc::new(Semaphore::new(limits.buffered >> 10)),
            wait: limits.wait,
        }
    }

    /// The number of free bytes.
    pub(super) fn free(&self) -> usize {
        self.free.available_permits() << 10
    }

    /// Reserves this many bytes, at once or within the wait.
    ///
    /// # Errors
    /// [`Error::Overloaded`].
    pub(super) async fn reserve(&self, bytes: usize, holder: Holder) -> Result<Reservation, Error> {
        let acquired = async {
            // The holder's share first: waiting for it takes nothing from other holders.
            let own = holder.memory.acquire_many_owned(kibibytes(bytes)).await?;
            let free = self.free.clone().acquire_many_owned(kibibytes(bytes));
            Ok::<_, AcquireError>([own, free.await?])
        };
        let acquired = tokio::time::timeout(self.wait, acquired).await;
        let permits = acquired.ok().and_then(Result::ok);
        Ok(Reservation {
            permits: permits.ok_or(Error::Overloaded)?,
            _place: holder.place,
        })
    }
}

impl Reservation {
    /// Changes the reservation to `bytes` in all. Grows only if the memory is free now: two holders
    /// that each waited for more would block each other.
    ///
    /// # Errors
    /// [`Error::Overloaded`].
    pub(super) fn resize(&mut self, bytes: usize) -> Result<(), Error> {
        let wanted = kibibytes(bytes) as usize;
        for permit in &mut self.permits {
            let held = permit.num_permits();
            if wanted > held {
                let more = permit.semaphore().clone();
                let more = more.try_acquire_many_owned(kibibytes((wanted - held) << 10));
                permit.merge(more.map_err(|_| Error::Overloaded)?);
            } else {
                drop(permit.split(held - wanted));
            }
        }
        Ok(())
    }
}

fn kibibytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1 << 10)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> CallLimits {
        CallLimits {
            calls: 2,
            waiting_calls: 1,
            buffered: 10 << 10,
            ..CallLimits::default()
        }
    }

    /// A reservation with a share of this many bytes.
    fn holder(share: usize) -> Holder {
        Holder {
            memory: Arc::new(Semaphore::new(share >> 10)),
            place: Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn fe_12_one_holder_takes_no_more_than_its_share_and_another_finds_room() {
        let buffers = Buffers::new(&limits());
        let (one, other) = (holder(4 << 10), holder(4 << 10));
        let again = Holder {
            memory: one.memory.clone(),
            ..holder(0)
        };
        let mut held = buffers.reserve(3 << 10, one).await.unwrap();
        assert!(matches!(held.resize(5 << 10), Err(Error::Overloaded)));
        let refused = buffers.reserve(2 << 10, again).await;
        assert!(matches!(refused, Err(Error::Overloaded)));
        assert!(buffers.reserve(4 << 10, other).await.is_ok());
        drop(held);
        assert_eq!(buffers.free(), 10 << 10);
    }

    #[tokio::test(start_paused = true)]
    async fn fe_15_a_full_bulkhead_makes_a_few_wait_and_turns_the_rest_away() {
        let bulkhead = Bulkhead::new(&limits(), Duration::from_secs(2));
        let inside = [bulkhead.enter().await, bulkhead.enter().await];
        let waiting = tokio::spawn({
            let bulkhead = bulkhead.clone();
            async move { bulkhead.enter().await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert!(matches!(bulkhead.enter().await, Err(Error::Overloaded)));
        drop(inside);
        assert!(waiting.await.unwrap().is_ok());
        assert_eq!(bulkhead.waiting.load(Ordering::SeqCst), 0);
        let _inside = [bulkhead.enter().await, bulkhead.enter().await];
        assert!(bulkhead.enter().await.is_err(), "after two seconds");
    }

    #[tokio::test(start_paused = true)]
    async fn fe_13_whoever_holds_memory_never_waits_for_more() {
        let buffers = Buffers::new(&limits());
        let mut one = buffers.reserve(4 << 10, holder(10 << 10)).await.unwrap();
        let mut two = buffers.reserve(4 << 10, holder(10 << 10)).await.unwrap();
        assert!(matches!(one.resize(8 << 10), Err(Error::Overloaded)));
        assert!(one.resize(6 << 10).is_ok());
        assert!(matches!(two.resize(6 << 10), Err(Error::Overloaded)));
        one.resize(1).unwrap();
        assert_eq!(buffers.free(), 5 << 10);
        two.resize(9 << 10).unwrap();
        drop((one, two));
        assert_eq!(buffers.free(), 10 << 10);
    }

    #[tokio::test(start_paused = true)]
    async fn fe_12_who_finds_no_memory_within_two_seconds_is_turned_away() {
        let buffers = Buffers::new(&limits());
        let _held = buffers.reserve(10 << 10, holder(10 << 10)).await.unwrap();
        let refused = buffers.reserve(1, holder(10 << 10)).await;
        assert!(matches!(refused, Err(Error::Overloaded)));
    }
}
