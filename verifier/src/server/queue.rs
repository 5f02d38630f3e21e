//! Some work at a time, some waiting, the rest turned away.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

use super::problem::Problem;

pub(super) struct Queue {
    running: Arc<Semaphore>,
    /// Work that runs has a place too.
    places: Arc<Semaphore>,
    longest_wait: Duration,
}

/// A place in the queue; it is given back when it is dropped.
pub(super) struct Place {
    running: Arc<Semaphore>,
    place: OwnedSemaphorePermit,
    longest_wait: Duration,
}

impl Queue {
    /// For pictures, which take seconds: one at a time.
    pub(super) fn of_pictures() -> Self {
        Self::of(1, 8, Duration::from_secs(15))
    }

    /// For frames, whose visitors look into the camera meanwhile: so many at a time.
    pub(super) fn of_frames(running: usize) -> Self {
        Self::of(running, 16, Duration::from_millis(1500))
    }

    /// So many run at a time; so many may wait for them, and so long.
    fn of(running: usize, waiting: usize, longest_wait: Duration) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            places: Arc::new(Semaphore::new(running + waiting)),
            longest_wait,
        }
    }

    /// A place, before the body is read: so many bodies are in memory and no more.
    pub(super) fn enter(&self) -> Result<Place, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        Ok(Place {
            running: Arc::clone(&self.running),
            place: place.map_err(|_| Problem::Busy)?,
            longest_wait: self.longest_wait,
        })
    }
}

impl Place {
    /// Waits for its turn and does the work. It is done to its end even when its caller has gone, and keeps
    /// its place so long.
    pub(super) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = timeout(self.longest_wait, self.running.acquire_owned()).await;
        let turn = turn.map_err(|_| Problem::Busy)?;
        let turn = turn.map_err(|_| Problem::Internal)?;
        let place = self.place;
        let done = spawn_blocking(move || {
            let result = work();
            drop((turn, place));
            result
        });
        done.await.map_err(|_| Problem::Internal)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn the_tenth_is_turned_away_until_one_is_done() {
        let queue = Queue::of_pictures();
        let mut places: Vec<Place> = (0..9)
            .map(|_| queue.enter().unwrap_or_else(|_| unreachable!()))
            .collect();
        assert!(matches!(queue.enter(), Err(Problem::Busy)));
        let first = places.pop().expect("there are nine");
        assert_eq!(first.run(|| 7).await, Ok(7));
        assert!(queue.enter().is_ok());
    }

    #[tokio::test]
    async fn two_pictures_never_run_at_once() {
        let queue = Queue::of_pictures();
        let (release, wait) = mpsc::channel::<()>();
        let first = queue.enter().unwrap_or_else(|_| unreachable!());
        let first = tokio::spawn(first.run(move || wait.recv().is_ok()));
        let second = queue.enter().unwrap_or_else(|_| unreachable!());
        let free = Arc::clone(&queue.running);
        let second = tokio::spawn(second.run(move || free.available_permits()));
        release.send(()).expect("the first waits for it");
        assert_eq!(first.await.expect("it does not panic"), Ok(true));
        assert_eq!(second.await.expect("it does not panic"), Ok(0));
    }

    #[tokio::test]
    async fn as_many_frames_run_at_once_as_were_asked_for() {
        let queue = Queue::of_frames(2);
        let (begins, begun) = mpsc::channel();
        let work = || {
            let place = queue.enter().unwrap_or_else(|_| unreachable!());
            let (begins, (release, wait)) = (begins.clone(), mpsc::channel::<()>());
            let work = move || begins.send(()).is_ok() && wait.recv().is_err();
            (tokio::spawn(place.run(work)), release)
        };
        let (one, other) = (work(), work());
        for _ in 0..2 {
            let both_run = async {
                while begun.try_recv().is_err() {
                    tokio::task::yield_now().await
                }
            };
            let both_run = timeout(Duration::from_secs(30), both_run).await;
            assert_eq!(both_run, Ok(()));
        }
        assert_eq!(queue.running.available_permits(), 0);
        for (frame, release) in [one, other] {
            drop(release);
            assert_eq!(frame.await.expect("it does not panic"), Ok(true));
        }
        assert_eq!(queue.running.available_permits(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_waits_too_long_is_refused() {
        let queue = Queue::of_pictures();
        let _turn = Arc::clone(&queue.running).acquire_owned().await;
        let place = queue.enter().unwrap_or_else(|_| unreachable!());
        assert_eq!(place.run(|| ()).await, Err(Problem::Busy));
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_place_back() {
        let queue = Queue::of_pictures();
        let place = queue.enter().unwrap_or_else(|_| unreachable!());
        let result = place.run(|| panic!("on purpose")).await;
        assert_eq!(result, Err::<(), _>(Problem::Internal));
        assert_eq!(queue.places.available_permits(), 9);
        assert_eq!(queue.running.available_permits(), 1);
    }
}
