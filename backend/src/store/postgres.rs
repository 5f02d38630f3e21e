//! PostgreSQL: one database, any number of processes.
//!
//! Leases and fences go by the database's clock, since those of the replicas may differ. Events take
//! their positions under an advisory lock: a sequence alone gives them in another order than the
//! commits, and a reader of the feed would miss some.

mod open;
#[path = "sql/store.rs"]
mod sql;

use std::time::Duration;

use sqlx::{PgConnection as Connection, PgPool, Postgres as Driver, postgres::PgRow as Row};

use self::Postgres as Database;
use super::{PostgresUrl, Result, Store, dialect::Dialect};

/// Numbers of advisory locks, which all programs on this database share; ours begin with `wkyc` in
/// ASCII.
const DIALECT: Dialect = Dialect {
    begin_write: "BEGIN",
    begin_read: "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    clock: "webkyc_now()",
    lock_due: "FOR UPDATE OF due SKIP LOCKED",
    lock_feed: Some("SELECT pg_advisory_xact_lock(x'776b796300000001'::bigint)"),
    lock_purge: Some("SELECT pg_try_advisory_xact_lock(x'776b796300000002'::bigint)"),
    take_time: Some("SET LOCAL statement_timeout = '2min'"),
    after_deletion: None,
    call_timeout: Duration::from_secs(10),
};

/// Connections to a database.
pub(super) struct Postgres(PgPool);

impl Postgres {
    /// Connects and brings the tables up to date.
    ///
    /// # Errors
    /// When the database does not answer or cannot be used, or a newer release has changed it.
    pub(super) async fn open(url: &PostgresUrl) -> Result<Self> {
        Ok(Self(open::open(url).await?))
    }

    /// Checks, without writing, that this program can use the database. Gives the fingerprints of the
    /// keys that what is stored needs, or `None` if it has no tables yet.
    ///
    /// # Errors
    /// When it cannot.
    pub(super) async fn check(url: &PostgresUrl) -> Result<Option<Vec<[u8; 4]>>> {
        let Some(pool) = open::check(url).await? else {
            return Ok(None);
        };
        let needed = Self(pool.clone()).key_fingerprints().await;
        pool.close().await;
        needed.map(Some)
    }
}
