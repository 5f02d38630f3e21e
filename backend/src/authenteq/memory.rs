//! The memory that answers take.

use std::{net::IpAddr, sync::Arc, time::Duration};

use tokio::{
    sync::{AcquireError, Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{CallLimits, Error};

/// The memory that the answers to all requests may take together, counted in KiB.
///
/// Some is kept for answers that turn out to need more than was reserved for them. One answer at a
/// time takes of it. The next waits until that one has all it needs, so two never wait for each
/// other.
#[derive(Clone)]
pub(super) struct Buffers {
    free: Arc<Semaphore>,
    for_growth: Arc<Semaphore>,
    /// All of it, in KiB.
    size_for_growth: usize,
    growing: Arc<Mutex<()>>,
    wait: Duration,
}

/// The share of one holder.
pub struct Holder {
    /// The visitor's address; a call of our own has none.
    pub address: Option<IpAddr>,
    /// The holder's remaining memory, in KiB.
    pub memory: Arc<Semaphore>,
    /// The holder's permit for a details call, released after the last byte has been sent.
    pub place: OwnedSemaphorePermit,
}

/// Reserved memory, released when dropped.
pub(super) struct Reservation {
    buffers: Buffers,
    /// Taken from the holder's share: as much as from the two others.
    own: OwnedSemaphorePermit,
    /// Taken from [`Buffers::free`].
    free: OwnedSemaphorePermit,
    /// Taken from [`Buffers::for_growth`].
    growth: Option<OwnedSemaphorePermit>,
    /// The right to take more of it.
    turn: Option<OwnedMutexGuard<()>>,
    _place: OwnedSemaphorePermit,
}

impl Buffers {
    pub(super) fn new(limits: &CallLimits) -> Self {
        let for_growth = limits.buffered_for_growth() >> 10;
        Self {
            free: Arc::new(Semaphore::new((limits.buffered >> 10) - for_growth)),
            for_growth: Arc::new(Semaphore::new(for_growth)),
            size_for_growth: for_growth,
            growing: Arc::default(),
            wait: limits.wait,
        }
    }

    /// The number of free bytes.
    pub(super) fn free(&self) -> usize {
        (self.free.available_permits() + self.for_growth.available_permits()) << 10
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
            Ok::<_, AcquireError>((own, free.await?))
        };
        let acquired = timeout(self.wait, acquired).await;
        let acquired = acquired.ok().and_then(Result::ok);
        let (own, free) = acquired.ok_or(Error::Overloaded)?;
        Ok(Reservation {
            buffers: self.clone(),
            own,
            free,
            growth: None,
            turn: None,
            _place: holder.place,
        })
    }
}

impl Reservation {
    /// Changes the reservation to `bytes` in all: at once, or within the wait when others hold the
    /// memory.
    ///
    /// # Errors
    /// [`Error::Overloaded`].
    pub(super) async fn resize(&mut self, bytes: usize) -> Result<(), Error> {
        let wanted = kibibytes(bytes) as usize;
        let held = self.own.num_permits();
        if wanted <= held {
            self.release(held - wanted);
            return Ok(());
        }
        let more = kibibytes((wanted - held) << 10);
        if self.grow_at_once(more) {
            return Ok(());
        }
        let grown = timeout(self.buffers.wait, self.wait_for_growth(more)).await;
        grown.ok().flatten().ok_or(Error::Overloaded)
    }

    /// Ends the growth: another answer may take of the memory that is kept for it.
    pub(super) fn grown(mut self) -> Arc<Self> {
        self.turn = None;
        Arc::new(self)
    }

    /// From what is free, which nothing is while others wait.
    fn grow_at_once(&mut self, more: u32) -> bool {
        let [own, free] = [&self.own, &self.free].map(|held| held.semaphore().clone());
        let taken = [own, free].map(|pool| pool.try_acquire_many_owned(more));
        let [Ok(own), Ok(free)] = taken else {
            return false;
        };
        self.own.merge(own);
        self.free.merge(free);
        true
    }

    /// From what is kept for growth. Within the holder's share as well, for which an answer waits only before its
    /// turn: another of the same holder may wait for the turn.
    async fn wait_for_growth(&mut self, more: u32) -> Option<()> {
        if more as usize > self.buffers.size_for_growth {
            return None;
        }
        let share = self.own.semaphore().clone();
        let own = if self.turn.is_some() {
            share.try_acquire_many_owned(more).ok()?
        } else {
            let own = share.acquire_many_owned(more).await.ok()?;
            self.turn = Some(self.buffers.growing.clone().lock_owned().await);
            own
        };
        let pool = self.buffers.for_growth.clone();
        let more = pool.acquire_many_owned(more).await.ok()?;
        self.own.merge(own);
        match &mut self.growth {
            Some(held) => held.merge(more),
            None => self.growth = Some(more),
        }
        Some(())
    }

    fn release(&mut self, kibibytes: usize) {
        drop(self.own.split(kibibytes));
        let growth = self.growth.as_ref();
        let of_growth = growth
            .map_or(0, OwnedSemaphorePermit::num_permits)
            .min(kibibytes);
        if let Some(growth) = &mut self.growth {
            drop(growth.split(of_growth));
        }
        drop(self.free.split(kibibytes - of_growth));
    }
}

fn kibibytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1 << 10)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    fn limits() -> CallLimits {
        CallLimits {
            buffered: 10 << 10,
            ..CallLimits::default()
        }
    }

    /// A reservation with a share of this many bytes.
    fn holder(share: usize) -> Holder {
        Holder {
            address: None,
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
        let refused = buffers.reserve(2 << 10, again).await;
        assert!(matches!(refused, Err(Error::Overloaded)));
        let refused = held.resize(5 << 10).await;
        assert!(matches!(refused, Err(Error::Overloaded)));
        held.resize(4 << 10).await.unwrap();
        assert!(buffers.reserve(4 << 10, other).await.is_ok());
        drop(held);
        assert_eq!(buffers.free(), 10 << 10);
    }

    #[tokio::test(start_paused = true)]
    async fn fe_13_answers_that_need_more_get_it_one_after_the_other() {
        let buffers = Buffers::new(&limits());
        let mut one = buffers.reserve(4 << 10, holder(10 << 10)).await.unwrap();
        let mut two = buffers.reserve(4 << 10, holder(10 << 10)).await.unwrap();
        one.resize(5 << 10).await.unwrap();
        let two = tokio::spawn(async move { two.resize(5 << 10).await.map(|()| two) });
        tokio::task::yield_now().await;
        assert_eq!(buffers.free(), 1 << 10, "the other waits for its turn");
        one.resize(6 << 10).await.unwrap();
        let one = one.grown();
        tokio::task::yield_now().await;
        assert!(!two.is_finished(), "and for memory");
        drop(one);
        let mut two = two.await.unwrap().unwrap();
        two.resize(1).await.unwrap();
        assert_eq!(buffers.free(), 9 << 10);
        drop(two);
        assert_eq!(buffers.free(), 10 << 10);
    }

    #[tokio::test(start_paused = true)]
    async fn fe_13_an_answer_waits_two_seconds_for_more_and_then_holds_no_other_up() {
        let buffers = Buffers::new(&limits());
        let mut one = buffers.reserve(4 << 10, holder(20 << 10)).await.unwrap();
        let mut two = buffers.reserve(4 << 10, holder(20 << 10)).await.unwrap();
        two.resize(6 << 10).await.unwrap();
        let began = Instant::now();
        let refused = one.resize(5 << 10).await;
        assert!(matches!(refused, Err(Error::Overloaded)));
        assert_eq!(began.elapsed().as_secs(), 2);
        let refused = one.resize(7 << 10).await;
        assert!(matches!(refused, Err(Error::Overloaded)));
        assert_eq!(began.elapsed().as_secs(), 2, "there is never so much");
        drop((one, two));
        let mut two = buffers.reserve(8 << 10, holder(20 << 10)).await.unwrap();
        assert!(two.resize(10 << 10).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn fe_12_who_finds_no_memory_within_two_seconds_is_turned_away() {
        let buffers = Buffers::new(&limits());
        let _held = buffers.reserve(8 << 10, holder(10 << 10)).await.unwrap();
        let refused = buffers.reserve(1, holder(10 << 10)).await;
        assert!(matches!(refused, Err(Error::Overloaded)));
    }
}
