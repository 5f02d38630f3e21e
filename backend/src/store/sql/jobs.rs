//! From the token to the result.

use sqlx::AssertSqlSafe;

use super::{DIALECT, Database, events::close_if_complete, rows};
use crate::store::{Digest, Job, Result};

pub(super) async fn lease(database: &Database, now: i64, seconds: i64) -> Result<Option<Job>> {
    let (clock, lock_due) = (DIALECT.clock, DIALECT.lock_due);
    let (sign_up, job) = (rows::SIGN_UP, rows::JOB);
    let leased = format!(
        "UPDATE sign_ups SET lease_until = {clock} + $2 WHERE id = (
            SELECT id FROM sign_ups AS due
            WHERE status = 'returned' AND token IS NOT NULL AND ended_at IS NULL
            AND result IS NULL AND due_at <= $1 AND lease_until <= {clock}
            ORDER BY due_at LIMIT 1 {lock_due}
         ) RETURNING {sign_up}, {job}"
    );
    let leased = sqlx::query(AssertSqlSafe(leased)).bind(now).bind(seconds);
    let mut write = database.begin_write().await?;
    let leased = leased.fetch_optional(&mut *write).await?;
    write.commit().await?;
    leased.as_ref().map(rows::job).transpose()
}

pub(super) async fn postpone(
    database: &Database,
    id: &str,
    due_at: i64,
    reason: &str,
) -> Result<()> {
    sqlx::query(
        "UPDATE sign_ups SET lease_until = 0, due_at = $1, tries = tries + 1, last_reason = $2
         WHERE id = $3 AND status = 'returned' AND result IS NULL",
    )
    .bind(due_at)
    .bind(reason)
    .bind(id)
    .execute(&database.0)
    .await?;
    Ok(())
}

pub(super) async fn verified(
    database: &Database,
    id: &str,
    result: &[u8],
    now: i64,
) -> Result<bool> {
    let mut write = database.begin_write().await?;
    let stored = sqlx::query(
        "UPDATE sign_ups SET result = $1, token = NULL, last_reason = NULL
         WHERE id = $2 AND status = 'returned' AND result IS NULL",
    );
    let stored = stored.bind(result).bind(id).execute(&mut *write).await?;
    close_if_complete(&mut write, id, now).await?;
    write.commit().await?;
    Ok(stored.rows_affected() == 1)
}

pub(super) async fn claim(database: &Database, id: &str, code: &Digest, now: i64) -> Result<bool> {
    let mut write = database.begin_write().await?;
    let claimed = sqlx::query(
        "UPDATE sign_ups SET claimed_at = $3, return_code = NULL
         WHERE id = $1 AND status = 'returned' AND return_code = $2 AND return_code_until > $3",
    )
    .bind(id)
    .bind(&code[..])
    .bind(now)
    .execute(&mut *write)
    .await?;
    close_if_complete(&mut write, id, now).await?;
    write.commit().await?;
    Ok(claimed.rows_affected() == 1)
}
