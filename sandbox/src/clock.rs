//! The sandbox's own time: the machine's, moved forward on request.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// A clock that can be moved forward, so that nobody has to wait fifteen minutes for an expiry.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead_seconds: watch::Sender<i64>,
}

impl Clock {
    /// The sandbox's present.
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(*self.ahead_seconds.borrow());
        Timestamp::now()
            .saturating_add(ahead)
            .unwrap_or(Timestamp::MAX)
    }

    /// Moves the present forward and returns it. The end of the calendar stops it.
    pub(crate) fn advance(&self, by: Duration) -> Timestamp {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        self.ahead_seconds
            .send_modify(|ahead| *ahead = ahead.saturating_add(seconds));
        self.now()
    }

    /// Returns once so much of the sandbox's time has passed, be it by waiting or by
    /// [`Self::advance`].
    pub(crate) async fn pass(&self, time: Duration) {
        let mut moves = self.ahead_seconds.subscribe();
        let start = self.now();
        loop {
            let passed = Duration::try_from(self.now().duration_since(start)).unwrap_or_default();
            let Some(left) = time.checked_sub(passed).filter(|left| !left.is_zero()) else {
                return;
            };
            // Both ends mean the same: look again.
            let _ = tokio::time::timeout(left, moves.changed()).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_forward_by_what_was_asked() {
        let clock = Clock::default();
        let before = clock.now();
        let after = clock.advance(Duration::from_secs(900));
        let moved = after.duration_since(before).as_secs();
        assert!((900..905).contains(&moved), "moved by {moved} s");
    }

    #[tokio::test]
    async fn time_passes_as_fast_as_the_clock_is_moved() {
        let clock = Clock::default();
        let waiting = clock.pass(Duration::from_secs(3600));
        let moving = async {
            clock.advance(Duration::from_secs(1800));
            tokio::task::yield_now().await;
            clock.advance(Duration::from_secs(1800));
        };
        let both = async { tokio::join!(waiting, moving) };
        tokio::time::timeout(Duration::from_secs(10), both)
            .await
            .unwrap();
    }

    #[test]
    fn the_end_of_the_calendar_stops_the_clock() {
        let clock = Clock::default();
        clock.advance(Duration::from_secs(u64::MAX));
        clock.advance(Duration::from_secs(u64::MAX));
        assert_eq!(clock.now(), Timestamp::MAX);
    }
}
