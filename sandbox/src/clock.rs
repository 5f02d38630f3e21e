//! The sandbox's own time: the machine's, moved forward on request.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A clock that can be moved forward, so that nobody has to wait fifteen minutes for an expiry.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead_seconds: AtomicI64,
}

impl Clock {
    /// The sandbox's present.
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead_seconds.load(Ordering::SeqCst));
        Timestamp::now()
            .saturating_add(ahead)
            .unwrap_or(Timestamp::MAX)
    }

    /// Moves the present forward and returns it. The end of the calendar stops it.
    pub(crate) fn advance(&self, by: Duration) -> Timestamp {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        let moved = self
            .ahead_seconds
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |ahead| {
                Some(ahead.saturating_add(seconds))
            });
        // `fetch_update` fails only when the closure answers `None`, which this one never does.
        debug_assert!(moved.is_ok());
        self.now()
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

    #[test]
    fn the_end_of_the_calendar_stops_the_clock() {
        let clock = Clock::default();
        clock.advance(Duration::from_secs(u64::MAX));
        clock.advance(Duration::from_secs(u64::MAX));
        assert_eq!(clock.now(), Timestamp::MAX);
    }
}
