//! Brings the tables of an earlier release up to date, and leaves those of a later one alone.

use sqlx::Row as _;

use super::Connection;
use crate::store::{Error, Result};

/// Applies those of `migrations` that come after the `applied` first ones. Returns whether there were any.
///
/// # Errors
/// When a later release has changed the tables so that this one would damage them.
pub(in crate::store) async fn apply(
    connection: &mut Connection,
    applied: usize,
    migrations: &[&'static str],
) -> Result<bool> {
    ensure_not_newer(connection, applied, migrations).await?;
    for sql in migrations.iter().skip(applied) {
        sqlx::raw_sql(*sql).execute(&mut *connection).await?;
    }
    Ok(applied < migrations.len())
}

/// # Errors
/// As [`apply`].
pub(in crate::store) async fn ensure_not_newer(
    connection: &mut Connection,
    applied: usize,
    migrations: &[&'static str],
) -> Result<()> {
    if applied <= migrations.len() {
        return Ok(());
    }
    let row = sqlx::query("SELECT migration FROM oldest_program").fetch_one(connection);
    let oldest: i64 = row.await?.try_get(0)?;
    if usize::try_from(oldest).is_ok_and(|oldest| oldest <= migrations.len()) {
        return Ok(());
    }
    let problem = "a newer release has changed the tables: run that release, or a later one";
    Err(Error(problem.to_owned()))
}
