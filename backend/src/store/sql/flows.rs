//! A sign-up's flows: begun, reported, fenced, exchanged.

use sqlx::AssertSqlSafe;

use super::{DIALECT, Database, rows};
use crate::store::{Digest, Exchanged, Fence, Fenced, Result, SignUp};

pub(super) async fn begin(
    database: &Database,
    handle: &Digest,
    owner: &Digest,
    now: i64,
    expires_at: i64,
) -> Result<Option<SignUp>> {
    let columns = rows::SIGN_UP;
    let begun = format!(
        "UPDATE sign_ups SET status = 'started', owner = $2, last_reason = NULL,
         started_at = COALESCE(started_at, $3), expires_at = $4
         WHERE handle = $1 AND status IN ('created', 'started') AND expires_at > $3
         AND (owner IS NULL OR owner = $2) RETURNING {columns}"
    );
    let begun = sqlx::query(AssertSqlSafe(begun))
        .bind(&handle[..])
        .bind(&owner[..])
        .bind(now)
        .bind(expires_at);
    // SQLite commits a statement with `RETURNING` when its transaction ends.
    let mut write = database.begin_write().await?;
    let begun = begun.fetch_optional(&mut *write).await?;
    write.commit().await?;
    begun.as_ref().map(rows::sign_up).transpose()
}

pub(super) async fn report(database: &Database, id: &str, reason: &str) -> Result<()> {
    sqlx::query("UPDATE sign_ups SET last_reason = $1 WHERE id = $2 AND status = 'started'")
        .bind(reason)
        .bind(id)
        .execute(&database.0)
        .await?;
    Ok(())
}

pub(super) async fn raise_fence(database: &Database, fence: &Fence) -> Result<Fenced> {
    let clock = DIALECT.clock;
    let raised = format!(
        "UPDATE sign_ups SET status = 'returned', code = $2, fence = $3, returned_at = $1,
         fence_until = {clock} + $4 WHERE id = $5 AND status = 'started'"
    );
    let raised = sqlx::query(AssertSqlSafe(raised))
        .bind(fence.now)
        .bind(&fence.code[..])
        .bind(&fence.nonce[..])
        .bind(fence.seconds)
        .bind(&fence.id)
        .execute(&database.0)
        .await;
    match raised {
        Ok(done) if done.rows_affected() == 1 => Ok(Fenced::Raised),
        Ok(_) => Ok(Fenced::NotStarted),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(Fenced::CodeUsed),
        Err(error) => Err(error.into()),
    }
}

/// Also takes the row while it is `started`: so it waits for a raise whose commit is under way, and sees
/// its fence.
pub(super) async fn lower_fence(database: &Database, fence: &Fence, reason: &str) -> Result<()> {
    sqlx::query(
        "UPDATE sign_ups SET status = 'started', code = NULL, fence = NULL, returned_at = NULL,
         fence_until = NULL, last_reason = $1
         WHERE id = $2 AND token IS NULL
         AND (status = 'started' OR (status = 'returned' AND fence = $3))",
    )
    .bind(reason)
    .bind(&fence.id)
    .bind(&fence.nonce[..])
    .execute(&database.0)
    .await?;
    Ok(())
}

pub(super) async fn exchanged(database: &Database, exchanged: &Exchanged) -> Result<bool> {
    let (code, until) = exchanged.return_code.unzip();
    let stored = sqlx::query(
        "UPDATE sign_ups SET token = $1, due_at = $2, exchanged_at = $3, return_code = $4,
         return_code_until = $5, last_reason = NULL
         WHERE id = $6 AND fence = $7 AND status = 'returned' AND exchanged_at IS NULL",
    )
    .bind(&exchanged.token)
    .bind(exchanged.due_at)
    .bind(exchanged.exchanged_at)
    .bind(code.map(|code| code.to_vec()))
    .bind(until)
    .bind(&exchanged.id)
    .bind(&exchanged.fence[..])
    .execute(&database.0)
    .await?;
    Ok(stored.rows_affected() == 1)
}
