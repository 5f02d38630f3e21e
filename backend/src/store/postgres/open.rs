//! Connects to the database and brings its tables up to date.

use std::time::Duration;

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection as _, Executor, PgConnection, PgPool, Row,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::sql::migrations;
use crate::store::{Error, PostgresUrl, Result};

/// The migrations in order; the number of the first is 1. Each is forward only and leaves the
/// program before it working, or raises `oldest_program`.
const MIGRATIONS: [&str; 2] = [include_str!("0001.sql"), include_str!("0002.sql")];

/// Connections of one process. PostgreSQL takes 100 by default, from all replicas.
const CONNECTIONS: u32 = 8;

/// How long a call waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a connection has to end its transaction before the next call gets it.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(2);

/// How long start and check wait for the database.
const START_TIMEOUT: Duration = Duration::from_secs(60);
const CHECK_TIMEOUT: Duration = Duration::from_secs(10);

/// One process migrates at a time.
const LOCK_MIGRATION: &str = "SELECT pg_advisory_xact_lock(x'776b796300000003'::bigint)";

/// Connects, makes the tables if there are none, and applies the migrations.
pub(super) async fn open(url: &PostgresUrl) -> Result<PgPool> {
    let options = options(url)?;
    let first = connect(&options, START_TIMEOUT).await?;
    migrate(first).await?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_release(|connection, _| Box::pin(end_transaction(connection)))
        .connect_lazy_with(options);
    Ok(pool)
}

/// A caller that goes away while a transaction begins leaves it open: what comes next on the connection
/// would be rolled back with it. A connection that does not answer is closed.
async fn end_transaction(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let ended = connection.execute("ROLLBACK");
    let ended = tokio::time::timeout(RELEASE_TIMEOUT, ended).await;
    ended.map_err(|_| sqlx::Error::PoolTimedOut)??;
    Ok(true)
}

fn options(url: &PostgresUrl) -> Result<PgConnectOptions> {
    let options = url.options()?;
    Ok(options.application_name("webkyc").options([
        // A committed transaction survives a power cut.
        ("synchronous_commit", "on"),
        // The locks of a process that hangs end.
        ("statement_timeout", "8s"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "10s"),
        // Not that there was no transaction to end.
        ("client_min_messages", "error"),
    ]))
}

/// Tries again while the database starts or is away.
async fn connect(options: &PgConnectOptions, limit: Duration) -> Result<PgConnection> {
    let try_connect = async {
        loop {
            let error = match options.connect().await {
                Ok(connection) => return Ok(connection),
                Err(error) => error,
            };
            if !is_passing(&error) {
                return Err(error.into());
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    };
    let connected = tokio::time::timeout(limit, try_connect).await;
    connected.map_err(|_| Error("it does not answer".to_owned()))?
}

/// Whether the database may answer a moment later: it is away, starts, stops, or is full.
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            code.starts_with("57P0") || code == "53300"
        }
        _ => false,
    }
}

async fn migrate(mut connection: PgConnection) -> Result<()> {
    let mut migration = connection.begin().await?;
    // It may take its time, and another replica waits for it.
    sqlx::raw_sql("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        .execute(&mut *migration)
        .await?;
    sqlx::query(LOCK_MIGRATION).execute(&mut *migration).await?;
    let applied = applied(&mut migration).await?;
    if migrations::apply(&mut migration, applied, &MIGRATIONS).await? {
        let newest = MIGRATIONS.len();
        let set = format!("DELETE FROM migrations; INSERT INTO migrations VALUES ({newest})");
        let set = sqlx::raw_sql(AssertSqlSafe(set));
        set.execute(&mut *migration).await?;
    }
    migration.commit().await?;
    connection.close().await?;
    Ok(())
}

/// The number of migrations that were applied to this database.
async fn applied(connection: &mut PgConnection) -> Result<usize> {
    let row = sqlx::query("SELECT to_regclass('migrations') IS NOT NULL");
    let row = row.fetch_one(&mut *connection).await?;
    if !row.try_get::<bool, _>(0)? {
        return Ok(0);
    }
    let row = sqlx::query("SELECT newest FROM migrations").fetch_one(connection);
    let newest: i64 = row.await?.try_get(0)?;
    usize::try_from(newest).map_err(|_| Error("the tables are not ours".to_owned()))
}

/// Connects and checks, without writing, that this program can use the database, and gives a way to read
/// it if it has tables.
pub(super) async fn check(url: &PostgresUrl) -> Result<Option<PgPool>> {
    let options = options(url)?;
    let mut connection = connect(&options, CHECK_TIMEOUT).await?;
    let refuse = |problem: &str| Err(Error(problem.to_owned()));
    let row = sqlx::query(
        "SELECT current_setting('server_version_num')::BIGINT >= 130000,
         current_setting('transaction_read_only')::BOOLEAN,
         has_schema_privilege(current_schema(), 'CREATE'),
         to_regclass('migrations') IS NOT NULL",
    );
    let row = row.fetch_one(&mut connection).await?;
    if !row.try_get::<bool, _>(0)? {
        return refuse("PostgreSQL 13 or newer is required");
    }
    if row.try_get(1)? {
        return refuse("it is read-only: name the primary, not a standby");
    }
    let (may_create, has_tables): (Option<bool>, bool) = (row.try_get(2)?, row.try_get(3)?);
    if !has_tables && may_create != Some(true) {
        return refuse("this user may not create tables in its schema");
    }
    let applied = applied(&mut connection).await?;
    migrations::ensure_not_newer(&mut connection, applied, &MIGRATIONS).await?;
    connection.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT);
    Ok(has_tables.then(|| pool.connect_lazy_with(options)))
}
