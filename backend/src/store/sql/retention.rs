//! Deletes what is no longer kept.

use sqlx::Row as _;

use super::{Connection, DIALECT, Database, Row, events::append_event};
use crate::store::{Error, Result, Retention};

/// How many rows of each kind one call deletes.
const BATCH: i64 = 1000;

/// Deletes all that is personal of a sign-up that has ended. A second time changes nothing.
pub(super) async fn redact(database: &Database, id: &str, now: i64) -> Result<()> {
    let mut write = database.begin_write().await?;
    let redacted = sqlx::query(
        "UPDATE sign_ups SET redacted_at = $1, reference = NULL, reference_hash = NULL,
         display_name = NULL, expected = NULL, result = NULL, token = NULL, owner = NULL,
         handle = $2 WHERE id = $3 AND ended_at IS NOT NULL AND redacted_at IS NULL",
    );
    // The handle opens nothing any more; the column is unique.
    let nothing = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()].map(uuid::Uuid::into_bytes);
    let redacted = redacted.bind(now).bind(nothing.concat()).bind(id);
    if redacted.execute(&mut *write).await?.rows_affected() == 1 {
        let answers = sqlx::query("DELETE FROM idempotency WHERE sign_up = $1").bind(id);
        answers.execute(&mut *write).await?;
        append_event(&mut write, id, "redacted", now).await?;
    }
    write.commit().await?;
    after_deletion(database).await
}

pub(super) async fn purge(database: &Database, kept: &Retention) -> Result<bool> {
    let mut write = database.begin_write().await?;
    if let Some(lock) = DIALECT.lock_purge {
        let locked = sqlx::query(lock).fetch_one(&mut *write).await?;
        if !locked.try_get::<bool, _>(0)? {
            return Ok(false);
        }
    }
    let is_full = delete_old(&mut write, kept).await?;
    write.commit().await?;
    // Also what a caller who went away before the end of a redaction left in the log.
    after_deletion(database).await?;
    Ok(is_full)
}

/// At most [`BATCH`] rows of each kind; `true` if the next call has to go on.
async fn delete_old(connection: &mut Connection, kept: &Retention) -> Result<bool> {
    // A reader behind these events learns that it missed some. The claims of a sign-up may be kept
    // for less time than its events; with the sign-up, its events go.
    sqlx::query(
        "INSERT INTO purged_events (site, position)
         SELECT site, MAX(position) FROM events WHERE created_at <= $1
            OR sign_up IN (SELECT id FROM sign_ups WHERE ended_at <= $2) GROUP BY site
         ON CONFLICT (site) DO UPDATE SET position = excluded.position
         WHERE excluded.position > purged_events.position",
    )
    .bind(kept.events_before)
    .bind(kept.sign_ups_before)
    .execute(&mut *connection)
    .await?;
    let mut is_full = false;
    for (sql, before) in [
        (
            "UPDATE sign_ups SET result = NULL WHERE id IN (
                SELECT id FROM sign_ups WHERE result IS NOT NULL AND ended_at <= $1 LIMIT $2)",
            kept.claims_before,
        ),
        (
            "DELETE FROM events WHERE position IN (
                SELECT position FROM events WHERE created_at <= $1 LIMIT $2)",
            kept.events_before,
        ),
        (
            "DELETE FROM events WHERE sign_up IN (
                SELECT id FROM sign_ups WHERE ended_at <= $1 ORDER BY ended_at, id LIMIT $2)",
            kept.sign_ups_before,
        ),
        (
            "DELETE FROM sign_ups WHERE id IN (
                SELECT id FROM sign_ups WHERE ended_at <= $1 ORDER BY ended_at, id LIMIT $2)",
            kept.sign_ups_before,
        ),
        (
            "DELETE FROM idempotency WHERE key IN (
                SELECT key FROM idempotency WHERE created_at <= $1 LIMIT $2)",
            kept.answers_before,
        ),
    ] {
        let deleted = sqlx::query(sql).bind(before).bind(BATCH);
        let deleted = deleted.execute(&mut *connection).await?;
        is_full |= deleted.rows_affected() >= BATCH.unsigned_abs();
    }
    Ok(is_full)
}

async fn after_deletion(database: &Database) -> Result<()> {
    if let Some(statement) = DIALECT.after_deletion {
        sqlx::raw_sql(statement).execute(&database.0).await?;
    }
    Ok(())
}

pub(super) async fn key_fingerprints(database: &Database) -> Result<Vec<[u8; 4]>> {
    let mut read = database.begin_read().await?;
    if let Some(take_time) = DIALECT.take_time {
        sqlx::query(take_time).execute(&mut *read).await?;
    }
    let found = sqlx::query(
        "SELECT DISTINCT substr(sealed, 1, 4) FROM (
            SELECT reference AS sealed FROM sign_ups UNION ALL
            SELECT display_name FROM sign_ups UNION ALL SELECT expected FROM sign_ups UNION ALL
            SELECT result FROM sign_ups UNION ALL SELECT token FROM sign_ups UNION ALL
            SELECT answer FROM idempotency
         ) AS fields WHERE sealed IS NOT NULL",
    );
    let found = found.fetch_all(&mut *read).await?;
    read.commit().await?;
    let fingerprint = |row: &Row| {
        let bytes: &[u8] = row.try_get(0)?;
        let bytes = bytes.try_into();
        bytes.map_err(|_| Error("a sealed field is too short".to_owned()))
    };
    found.iter().map(fingerprint).collect()
}
