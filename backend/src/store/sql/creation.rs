//! Stores a new sign-up.

use sqlx::Row as _;

use super::{Connection, Database};
use crate::store::{Created, Error, Idempotency, NewSignUp, Result};

/// Stores a sign-up, unless the same request did before.
pub(super) async fn create(
    database: &Database,
    new: &NewSignUp,
    once: Option<&Idempotency>,
) -> Result<Created> {
    let mut write = database.begin_write().await?;
    if let Some(once) = once
        && !remember(&mut write, new, once).await?
    {
        return created_before(&mut write, once).await;
    }
    let sign_up = &new.sign_up;
    sqlx::query(
        "INSERT INTO sign_ups (id, site, return_key, claims, webhook, on_return, livemode, status,
         reference, display_name, expected, handle, reference_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(&sign_up.id)
    .bind(&sign_up.site)
    .bind(&sign_up.return_key)
    .bind(&sign_up.claims)
    .bind(sign_up.webhook)
    .bind(sign_up.on_return)
    .bind(sign_up.livemode)
    .bind(sign_up.status.name())
    .bind(&sign_up.reference)
    .bind(&sign_up.display_name)
    .bind(&sign_up.expected)
    .bind(&new.handle[..])
    .bind(&new.reference_hash[..])
    .bind(sign_up.created_at)
    .bind(sign_up.expires_at)
    .execute(&mut *write)
    .await?;
    write.commit().await?;
    Ok(Created::New)
}

/// Keeps the answer under the request's key; `false` if the key came before. Of two requests at the
/// same time the second waits for the first.
async fn remember(
    connection: &mut Connection,
    new: &NewSignUp,
    once: &Idempotency,
) -> Result<bool> {
    let kept = sqlx::query(
        "INSERT INTO idempotency (key, body, answer, sign_up, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind(&once.key[..])
    .bind(once.bodies.first().map(|body| body.to_vec()))
    .bind(&once.answer)
    .bind(&new.sign_up.id)
    .bind(new.sign_up.created_at)
    .execute(connection)
    .await?;
    Ok(kept.rows_affected() == 1)
}

async fn created_before(connection: &mut Connection, once: &Idempotency) -> Result<Created> {
    let before = sqlx::query("SELECT body, answer FROM idempotency WHERE key = $1");
    let before = before.bind(&once.key[..]).fetch_optional(connection);
    let Some(before) = before.await? else {
        return Err(Error("an answer was deleted at this moment".to_owned()));
    };
    let body: &[u8] = before.try_get("body")?;
    let is_same = once.bodies.iter().any(|same| same == body);
    let answer = before.try_get("answer")?;
    Ok(if is_same {
        Created::Repeated(answer)
    } else {
        Created::KeyReused(answer)
    })
}
