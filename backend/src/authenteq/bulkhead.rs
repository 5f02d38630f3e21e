//! The line in which calls of one kind wait.

use std::{net::IpAddr, sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{CallLimits, Error};
use crate::per_holder::PerHolder;

/// A fixed number of places for concurrent calls of one kind, and one line before them, first come,
/// first served. Slow exports do not delay sign-ups, because each kind of call has its own.
///
/// An address holds an eighth of the places at most, and stands in the line once: its other calls
/// wait behind that one. So the line moves on by one call of each address, and a hundred calls of
/// one address delay another by one call.
#[derive(Clone)]
pub(super) struct Bulkhead(Arc<Line>);

struct Line {
    places: Arc<Semaphore>,
    of_address: PerHolder<IpAddr>,
    /// The right to stand in the line: one for each address.
    turns: PerHolder<IpAddr>,
    /// How many addresses, and calls of our own, may still begin to wait.
    room: Semaphore,
    wait: Duration,
}

/// The right to make one call, until it is dropped.
#[derive(Debug)]
pub struct Slot {
    _place: OwnedSemaphorePermit,
    _of_address: Option<OwnedSemaphorePermit>,
}

impl Bulkhead {
    pub(super) fn new(limits: &CallLimits, wait: Duration) -> Self {
        Self(Arc::new(Line {
            places: Arc::new(Semaphore::new(limits.calls)),
            of_address: PerHolder::new(limits.calls.div_ceil(8)),
            turns: PerHolder::new(1),
            room: Semaphore::new(limits.waiting_calls),
            wait,
        }))
    }

    /// A place for a call that this address asks for; our own calls have no address. Waits in line.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when the wait is over, or too many wait.
    pub(super) async fn enter(&self, address: Option<IpAddr>) -> Result<Slot, Error> {
        let entered = timeout(self.0.wait, self.stand_in_line(address)).await;
        entered.ok().flatten().ok_or(Error::Overloaded)
    }

    /// `None` when too many addresses wait.
    async fn stand_in_line(&self, address: Option<IpAddr>) -> Option<Slot> {
        let Line {
            places,
            of_address,
            turns,
            room,
            ..
        } = &*self.0;
        let of_address = match address {
            Some(address) => Some(of_address.of(address).acquire_owned().await.ok()?),
            None => None,
        };
        let place = match places.clone().try_acquire_owned() {
            Ok(place) => place,
            Err(_) => {
                let _turn = match address {
                    Some(address) => Some(turns.of(address).acquire_owned().await.ok()?),
                    None => None,
                };
                // After the address' own limits: its other calls take no room from other addresses.
                let _room = room.try_acquire().ok()?;
                places.clone().acquire_owned().await.ok()?
            }
        };
        Some(Slot {
            _place: place,
            _of_address: of_address,
        })
    }

    /// The number of free places.
    pub(super) fn free(&self) -> usize {
        self.0.places.available_permits()
    }
}

#[cfg(test)]
mod tests {
    use tokio::{sync::mpsc, time::Instant};

    use super::*;

    fn limits() -> CallLimits {
        CallLimits {
            calls: 2,
            waiting_calls: 1,
            ..CallLimits::default()
        }
    }

    fn address(last: u8) -> Option<IpAddr> {
        Some([192, 0, 2, last].into())
    }

    #[tokio::test(start_paused = true)]
    async fn fe_15_those_who_find_no_place_wait_for_one_up_to_two_seconds() {
        let bulkhead = Bulkhead::new(&limits(), Duration::from_secs(2));
        let inside = [
            bulkhead.enter(address(1)).await,
            bulkhead.enter(address(2)).await,
        ];
        let waiting = tokio::spawn({
            let bulkhead = bulkhead.clone();
            async move { bulkhead.enter(address(3)).await.map(drop) }
        });
        tokio::task::yield_now().await;
        let refused = bulkhead.enter(address(4)).await;
        assert!(matches!(refused, Err(Error::Overloaded)), "one may wait");
        drop(inside);
        assert!(waiting.await.unwrap().is_ok());
        let _inside = [
            bulkhead.enter(address(1)).await,
            bulkhead.enter(address(2)).await,
        ];
        let began = Instant::now();
        assert!(bulkhead.enter(address(3)).await.is_err());
        assert_eq!(began.elapsed().as_secs(), 2);
        let line = &bulkhead.0;
        assert_eq!((line.room.available_permits(), bulkhead.free()), (1, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn oa_24_calls_that_wait_for_their_own_address_take_no_room_from_others() {
        let limits = CallLimits {
            calls: 8,
            ..limits()
        };
        let bulkhead = Bulkhead::new(&limits, Duration::from_secs(2));
        let _held = bulkhead.enter(address(1)).await.unwrap();
        for _ in 0..3 {
            let bulkhead = bulkhead.clone();
            tokio::spawn(async move { bulkhead.enter(address(1)).await.map(drop) });
        }
        tokio::task::yield_now().await;
        assert!(bulkhead.enter(address(2)).await.is_ok());
        assert_eq!(bulkhead.0.room.available_permits(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn fe_10_an_address_gets_an_eighth_of_the_places() {
        let limits = CallLimits {
            calls: 16,
            ..CallLimits::default()
        };
        let bulkhead = Bulkhead::new(&limits, Duration::from_secs(2));
        let held = [
            bulkhead.enter(address(1)).await.unwrap(),
            bulkhead.enter(address(1)).await.unwrap(),
        ];
        assert!(bulkhead.enter(address(1)).await.is_err());
        assert!(bulkhead.enter(address(2)).await.is_ok());
        assert!(bulkhead.enter(None).await.is_ok());
        drop(held);
        assert!(bulkhead.enter(address(1)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn oa_24_a_hundred_calls_of_one_address_delay_another_by_one_call() {
        let limits = CallLimits {
            calls: 8,
            ..CallLimits::default()
        };
        let bulkhead = Bulkhead::new(&limits, Duration::from_secs(2));
        let mut inside = Vec::new();
        for last in 1..=8 {
            inside.push(bulkhead.enter(address(last)).await.unwrap());
        }
        let (arrived, mut order) = mpsc::unbounded_channel();
        let greedy = std::iter::repeat_n(100, 100);
        for last in greedy.chain([101, 102, 100, 101]) {
            let (bulkhead, arrived) = (bulkhead.clone(), arrived.clone());
            tokio::spawn(async move {
                if let Ok(place) = bulkhead.enter(address(last)).await {
                    arrived.send((last, place)).unwrap();
                }
            });
            tokio::task::yield_now().await;
        }
        // One place becomes free at a time.
        drop(inside.pop());
        let mut served = Vec::new();
        for _ in 0..5 {
            let (last, place) = order.recv().await.unwrap();
            served.push(last);
            drop(place);
        }
        assert_eq!(served, [100, 101, 102, 100, 101]);
    }
}
