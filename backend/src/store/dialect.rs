//! The differences between the databases. The queries themselves are the same.

use std::time::Duration;

/// The SQL of one database.
pub(super) struct Dialect {
    /// Begins a transaction that writes.
    pub(super) begin_write: &'static str,
    /// Begins a transaction that sees one state of all tables.
    pub(super) begin_read: &'static str,
    /// The clock of leases and fences, in a statement whose `$1` is the program's time.
    pub(super) clock: &'static str,
    /// Locks the row `due` until the end of the transaction, and passes over rows that are locked.
    pub(super) lock_due: &'static str,
    /// Makes events take their positions in the order of their commits.
    pub(super) lock_feed: Option<&'static str>,
    /// Says whether this process may delete old records now, while no other one does.
    pub(super) lock_purge: Option<&'static str>,
    /// Lets the statements of a transaction take two minutes.
    pub(super) take_time: Option<&'static str>,
    /// Removes deleted content from the database's log.
    pub(super) after_deletion: Option<&'static str>,
    /// The time for one call of the store, from waiting for a connection to the commit.
    pub(super) call_timeout: Duration,
}
