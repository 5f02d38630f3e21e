//! Opens the database file and brings its tables up to date.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    Connection, Row, SqliteConnection, SqlitePool,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqlitePoolOptions,
        SqliteSynchronous,
    },
};
use tempfile::TempDir;

use super::sql::migrations;
use crate::store::{Error, Result};

/// The migrations in order; the number of the first is 1. Each is forward only and leaves the
/// program before it working, or raises `oldest_program`.
const MIGRATIONS: [&str; 2] = [include_str!("0001.sql"), include_str!("0002.sql")];

/// How long the start waits for another process to let go of the file: a replica that is being
/// replaced may take its drain timeout.
const LOCK_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a transaction waits for those before it, and for the disk.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// The name of a copy, and how often one is made of a file that changes.
const COPY: &str = "webkyc.db";
const COPIES: usize = 5;

/// Opens the file for this process alone, makes it if there is none, and applies the migrations.
pub(super) async fn open(path: &Path) -> Result<SqlitePool> {
    keep_private(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(LOCK_TIMEOUT)
        .locking_mode(SqliteLockingMode::Exclusive)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .optimize_on_close(true, None);
    // Waits here for another process, and not in a transaction later.
    let mut first = SqliteConnection::connect_with(&options).await?;
    migrate(&mut first).await?;
    first.close().await?;
    // One connection: SQLite writes one transaction at a time, and an exclusive lock belongs to one.
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    // The file is ours alone, so every lease is one of a process that has ended.
    sqlx::raw_sql("UPDATE sign_ups SET lease_until = 0 WHERE lease_until > 0")
        .execute(&pool)
        .await?;
    Ok(pool)
}

/// Makes the file if there is none, and gives it and its log to their owner alone. Files that SQLite
/// makes beside it get the same mode.
#[cfg(unix)]
fn keep_private(path: &Path) -> Result<()> {
    use std::{
        fs::{OpenOptions, Permissions},
        os::unix::fs::{OpenOptionsExt, PermissionsExt},
    };
    const OWNER_ONLY: u32 = 0o600;
    let refuse = |error: io::Error| Error(error.kind().to_string());
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(OWNER_ONLY);
    options.open(path).map_err(refuse)?;
    for file in [path, &log(path)] {
        match fs::set_permissions(file, Permissions::from_mode(OWNER_ONLY)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(refuse(error));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> Result<()> {
    Ok(())
}

async fn migrate(connection: &mut SqliteConnection) -> Result<()> {
    let mut migration = connection.begin_with("BEGIN IMMEDIATE").await?;
    let applied = applied(&mut migration).await?;
    if migrations::apply(&mut migration, applied, &MIGRATIONS).await? {
        let set = format!("PRAGMA user_version = {}", MIGRATIONS.len());
        let set = sqlx::raw_sql(sqlx::AssertSqlSafe(set));
        set.execute(&mut *migration).await?;
    }
    migration.commit().await?;
    Ok(())
}

/// The number of migrations that were applied to this file.
async fn applied(connection: &mut SqliteConnection) -> Result<usize> {
    let row = sqlx::query("PRAGMA user_version").fetch_one(connection);
    let version: i64 = row.await?.try_get(0)?;
    usize::try_from(version).map_err(|_| Error("the file is not ours".to_owned()))
}

/// A way to read the file, without writing to it.
pub(super) struct Reader {
    pub(super) pool: SqlitePool,
    /// The copy that it reads, unless it reads the file itself.
    _copy: Option<TempDir>,
}

/// Checks that this program can use the file, and gives a way to read it if it has tables.
pub(super) async fn check(path: &Path) -> Result<Option<Reader>> {
    let copy = copy(path).map_err(|error| Error(error.kind().to_string()))?;
    let options = match &copy {
        Some(folder) => SqliteConnectOptions::new().filename(folder.path().join(COPY)),
        None => SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .immutable(true),
    };
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT);
    let pool = pool.connect_with(options).await?;
    let mut connection = pool.acquire().await?;
    let applied = applied(&mut connection).await?;
    migrations::ensure_not_newer(&mut connection, applied, &MIGRATIONS).await?;
    drop(connection);
    Ok((applied > 0).then_some(Reader { pool, _copy: copy }))
}

/// Copies the file if its log has something that it lacks, after a kill or while a process writes it.
/// SQLite itself cannot read a log without files of its own beside it, and may delete a log that it reads
/// (<https://sqlite.org/wal.html>, "Read-Only Databases").
fn copy(path: &Path) -> io::Result<Option<TempDir>> {
    for _ in 0..COPIES {
        let before = head(&log(path))?;
        if before.is_empty() {
            return Ok(None);
        }
        let folder = tempfile::tempdir()?;
        let copied = folder.path().join(COPY);
        fs::copy(path, &copied)?;
        fs::copy(log(path), log(&copied))?;
        // A log that began anew meanwhile lacks what went into the file after it was copied.
        if head(&log(&copied))? == before {
            return Ok(Some(folder));
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

/// The first bytes of a log, which differ each time that it begins anew
/// (<https://sqlite.org/fileformat2.html#walformat>); none if there is no log.
fn head(log: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    match File::open(log) {
        Ok(log) => log.take(32).read_to_end(&mut head).map(|_| head),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(head),
        Err(error) => Err(error),
    }
}

/// The write-ahead log of the file.
fn log(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}
