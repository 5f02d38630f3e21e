//! Deletes what is no longer kept.

use sqlx::{SqliteConnection, SqlitePool};

use super::events::append_event;
use crate::store::{Result, Retention};

/// Deletes all that is personal of a sign-up that has ended. A second time changes nothing.
pub(super) async fn redact(connection: &mut SqliteConnection, id: &str, now: i64) -> Result<()> {
    let redacted = sqlx::query(
        "UPDATE sign_ups SET redacted_at = ?, reference = NULL, reference_hash = NULL,
         display_name = NULL, expected = NULL, result = NULL, token = NULL, owner = NULL,
         handle = randomblob(32)
         WHERE id = ? AND ended_at IS NOT NULL AND redacted_at IS NULL",
    );
    let redacted = redacted.bind(now).bind(id).execute(&mut *connection);
    if redacted.await?.rows_affected() == 0 {
        return Ok(());
    }
    let answers = sqlx::query("DELETE FROM idempotency WHERE sign_up = ?").bind(id);
    answers.execute(&mut *connection).await?;
    append_event(connection, id, "redacted", now).await
}

pub(super) async fn purge(connection: &mut SqliteConnection, kept: &Retention) -> Result<()> {
    // A reader behind these events learns that it missed some. The claims of a sign-up may be kept
    // for less time than its events; with the sign-up, its events go.
    sqlx::query(
        "INSERT INTO purged_events (site, position)
         SELECT site, MAX(position) FROM events WHERE created_at <= MAX(?1, ?2) GROUP BY site
         ON CONFLICT (site) DO UPDATE SET position = MAX(position, excluded.position)",
    )
    .bind(kept.events_before)
    .bind(kept.sign_ups_before)
    .execute(&mut *connection)
    .await?;
    for (sql, before) in [
        (
            "UPDATE sign_ups SET result = NULL WHERE result IS NOT NULL AND ended_at <= ?",
            kept.claims_before,
        ),
        (
            "DELETE FROM events WHERE created_at <= ?",
            kept.events_before,
        ),
        (
            "DELETE FROM events
             WHERE sign_up IN (SELECT id FROM sign_ups WHERE ended_at <= ?)",
            kept.sign_ups_before,
        ),
        (
            "DELETE FROM sign_ups WHERE ended_at <= ?",
            kept.sign_ups_before,
        ),
        (
            "DELETE FROM idempotency WHERE created_at <= ?",
            kept.answers_before,
        ),
    ] {
        let deleted = sqlx::query(sql).bind(before).execute(&mut *connection);
        deleted.await?;
    }
    Ok(())
}

/// Moves the log into the database and empties it, so that it holds no deleted content.
pub(super) async fn truncate_log(pool: &SqlitePool) -> Result<()> {
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(pool)
        .await?;
    Ok(())
}
