//! When something is too old.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use crate::clock::later;

/// The end of a lifetime: by the client's clock, which developers move, and by the machine's, for what a
/// visitor has shown of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expiry {
    pub(crate) by_client: Timestamp,
    by_machine: Instant,
}

impl Expiry {
    /// This long after `now`, the client's present.
    pub(crate) fn after(lifetime: SignedDuration, now: Timestamp) -> Self {
        Self {
            by_client: later(now, lifetime),
            by_machine: Instant::now() + lifetime.unsigned_abs(),
        }
    }

    /// `now` is the client's present.
    pub(crate) fn is_over(self, is_own: bool, now: Timestamp) -> bool {
        if is_own {
            Instant::now() >= self.by_machine
        } else {
            now >= self.by_client
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    #[test]
    fn sbx_13_a_move_of_the_clock_ages_nothing_of_a_visitors_own() {
        let start = Timestamp::UNIX_EPOCH;
        let expiry = Expiry::after(HOUR, start);
        for (now, is_over) in [(start, false), (start + HOUR, true)] {
            assert_eq!(expiry.is_over(false, now), is_over);
            assert!(!expiry.is_over(true, now));
        }
    }

    #[test]
    fn what_is_a_visitors_own_ages_by_the_machine() {
        let start = Timestamp::UNIX_EPOCH;
        let expiry = Expiry::after(SignedDuration::ZERO, start);
        assert!(expiry.is_over(true, start));
    }
}
