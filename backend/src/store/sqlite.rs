//! SQLite: one file, one process.
//!
//! Write-ahead log with `synchronous=FULL`: a committed transaction survives a power cut. Deleted
//! content is overwritten (`secure_delete`).

mod open;
#[path = "sql/store.rs"]
mod sql;

use std::path::Path;

use sqlx::{
    Sqlite as Driver, SqliteConnection as Connection, SqlitePool, sqlite::SqliteRow as Row,
};

use self::Sqlite as Database;
use super::{LONGEST_CALL, Result, Store, dialect::Dialect};

const DIALECT: Dialect = Dialect {
    begin_write: "BEGIN IMMEDIATE",
    begin_read: "BEGIN",
    clock: "$1",
    lock_due: "",
    lock_feed: None,
    lock_purge: None,
    take_time: None,
    after_deletion: Some("PRAGMA wal_checkpoint(TRUNCATE)"),
    call_timeout: LONGEST_CALL,
};

/// An open database file.
pub(super) struct Sqlite(SqlitePool);

impl Sqlite {
    /// Opens the file for this process alone and brings its tables up to date. Waits up to a minute
    /// for another process that holds it.
    ///
    /// # Errors
    /// When the file cannot be opened, or a newer release has changed it.
    pub(super) async fn open(path: &Path) -> Result<Self> {
        Ok(Self(open::open(path).await?))
    }

    /// Checks, without writing, that this program can use the file. Gives the fingerprints of the keys
    /// that what is stored needs, or `None` if the file has no tables yet.
    ///
    /// # Errors
    /// When it cannot.
    pub(super) async fn check(path: &Path) -> Result<Option<Vec<[u8; 4]>>> {
        let Some(reader) = open::check(path).await? else {
            return Ok(None);
        };
        let needed = Self(reader.pool.clone()).key_fingerprints().await;
        reader.pool.close().await;
        needed.map(Some)
    }
}
