//! The database, seen from beside the program.

use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use crate::harness::Files;

/// A copy of the database and its log, and its folder.
pub(super) async fn copy(files: &Files) -> (SqliteConnection, TempDir) {
    let copy = tempfile::tempdir().unwrap();
    for name in ["webkyc.db", "webkyc.db-wal"] {
        // There may be no log.
        let _ = std::fs::copy(files.path(name), copy.path().join(name));
    }
    let options = SqliteConnectOptions::new().filename(copy.path().join("webkyc.db"));
    (options.connect().await.unwrap(), copy)
}
