//! The sandbox's own time: the machine's or a standing one, moved forward on request.

use std::{collections::HashMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// A clock that can be moved forward, for all clients or for one. Tests of an expiry need not wait
/// fifteen minutes, and no test moves the time of another.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    /// Where it stands still. Without it, the machine's time goes on underneath.
    standing: Option<Timestamp>,
    moved: watch::Sender<Moved>,
}

/// Seconds ahead of the machine's or the standing time.
#[derive(Debug, Default)]
struct Moved {
    everybody: i64,
    clients: HashMap<String, i64>,
    /// Counts the moves that were taken back. Waits that began in an earlier era end at once.
    era: u64,
    eras: HashMap<String, u64>,
}

/// From one taking back of moves to the next, for one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Era(u64, u64);

impl Moved {
    fn era_of(&self, client_id: &str) -> Era {
        Era(
            self.era,
            self.eras.get(client_id).copied().unwrap_or_default(),
        )
    }
}

impl Clock {
    /// A clock that stands still until it is moved.
    pub(crate) fn standing_at(time: Timestamp) -> Self {
        Self {
            standing: Some(time),
            moved: watch::Sender::default(),
        }
    }

    /// The present of clients whose own clock was not moved.
    pub(crate) fn now(&self) -> Timestamp {
        self.ahead_by(self.moved.borrow().everybody)
    }

    /// The present of one client.
    pub(crate) fn now_of(&self, client_id: &str) -> Timestamp {
        let moved = self.moved.borrow();
        let alone = moved.clients.get(client_id).copied().unwrap_or_default();
        self.ahead_by(moved.everybody.saturating_add(alone))
    }

    /// Moves the present of everybody and returns it. The end of the calendar stops it.
    pub(crate) fn advance(&self, by: Duration) -> Timestamp {
        self.moved
            .send_modify(|moved| moved.everybody = moved.everybody.saturating_add(seconds(by)));
        self.now()
    }

    /// Moves the present of one client and returns it.
    pub(crate) fn advance_of(&self, client_id: &str, by: Duration) -> Timestamp {
        self.moved.send_modify(|moved| {
            let alone = moved.clients.entry(client_id.to_owned()).or_default();
            *alone = alone.saturating_add(seconds(by));
        });
        self.now_of(client_id)
    }

    /// Takes back the moves of one client.
    pub(crate) fn forget(&self, client_id: &str) {
        self.moved.send_modify(|moved| {
            moved.clients.remove(client_id);
            *moved.eras.entry(client_id.to_owned()).or_default() += 1;
        });
    }

    /// Takes back every move.
    pub(crate) fn reset(&self) {
        self.moved.send_modify(|moved| {
            *moved = Moved {
                era: moved.era + 1,
                ..Moved::default()
            };
        });
    }

    /// Another one after every move that was taken back.
    pub(crate) fn era_of(&self, client_id: &str) -> Era {
        self.moved.borrow().era_of(client_id)
    }

    /// Returns once this time has passed for the client, by waiting or because the clock was moved,
    /// or once moves are taken back.
    pub(crate) async fn pass(&self, client_id: &str, time: Duration) {
        let mut moves = self.moved.subscribe();
        let (start, era) = (self.now_of(client_id), self.era_of(client_id));
        while self.era_of(client_id) == era {
            let passed = self.now_of(client_id).duration_since(start);
            let passed = Duration::try_from(passed).unwrap_or_default();
            let Some(left) = time.checked_sub(passed).filter(|left| !left.is_zero()) else {
                return;
            };
            // Both ends mean the same: look again.
            let _ = tokio::time::timeout(left, moves.changed()).await;
        }
    }

    fn ahead_by(&self, seconds: i64) -> Timestamp {
        let base = self.standing.unwrap_or_else(Timestamp::now);
        later(base, SignedDuration::from_secs(seconds))
    }
}

/// The time `by` after `time`, or the last one there is.
pub(crate) fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_add(by)
        .expect("only a span with calendar units cannot be added")
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: Duration = Duration::from_secs(900);

    #[test]
    fn the_clock_moves_forward_by_what_was_asked() {
        let clock = Clock::default();
        let before = clock.now();
        let after = clock.advance(QUARTER);
        let moved = after.duration_since(before).as_secs();
        assert!((900..905).contains(&moved), "moved by {moved} s");
    }

    #[test]
    fn a_standing_clock_is_moved_for_one_or_for_all() {
        let start = Timestamp::UNIX_EPOCH;
        let clock = Clock::standing_at(start);
        assert_eq!(clock.advance_of("shop", QUARTER), start + QUARTER);
        assert_eq!((clock.now(), clock.now_of("bank")), (start, start));
        clock.advance(QUARTER);
        assert_eq!(clock.now_of("bank"), start + QUARTER);
        assert_eq!(clock.now_of("shop"), start + 2 * QUARTER);
        clock.forget("shop");
        assert_eq!(clock.now_of("shop"), start + QUARTER);
        clock.reset();
        assert_eq!(clock.now_of("shop"), start);
    }

    #[tokio::test]
    async fn time_passes_as_fast_as_the_clock_is_moved() {
        let clock = Clock::standing_at(Timestamp::UNIX_EPOCH);
        let waiting = clock.pass("shop", 2 * QUARTER);
        let moving = async {
            clock.advance(QUARTER);
            tokio::task::yield_now().await;
            clock.advance_of("shop", QUARTER);
        };
        let both = async { tokio::join!(waiting, moving) };
        tokio::time::timeout(Duration::from_secs(10), both)
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_wait_ends_when_moves_are_taken_back() {
        let clock = Clock::standing_at(Timestamp::UNIX_EPOCH);
        clock.advance_of("shop", QUARTER);
        for take_back in [|clock: &Clock| clock.forget("shop"), Clock::reset] {
            let waiting = clock.pass("shop", QUARTER);
            let both = async { tokio::join!(waiting, async { take_back(&clock) }) };
            tokio::time::timeout(Duration::from_secs(10), both)
                .await
                .unwrap();
        }
    }

    #[test]
    fn the_end_of_the_calendar_stops_the_clock() {
        let clock = Clock::default();
        clock.advance(Duration::from_secs(u64::MAX));
        clock.advance_of("shop", Duration::from_secs(u64::MAX));
        assert_eq!(clock.now(), Timestamp::MAX);
        assert_eq!(clock.now_of("shop"), Timestamp::MAX);
    }
}
