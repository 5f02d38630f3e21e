//! Stores a new sign-up.

use sqlx::{Row, SqliteConnection};

use crate::store::{Created, Idempotency, NewSignUp, Result};

/// Stores a sign-up, unless the same request did before.
pub(super) async fn create(
    connection: &mut SqliteConnection,
    new: &NewSignUp,
    once: Option<&Idempotency>,
) -> Result<Created> {
    let sign_up = &new.sign_up;
    if let Some(once) = once {
        let before = sqlx::query("SELECT body, answer FROM idempotency WHERE key = ?");
        let before = before.bind(&once.key[..]).fetch_optional(&mut *connection);
        if let Some(before) = before.await? {
            let body: &[u8] = before.try_get("body")?;
            let is_same = once.bodies.iter().any(|same| same == body);
            return Ok(if is_same {
                Created::Repeated(before.try_get("answer")?)
            } else {
                Created::KeyReused
            });
        }
        sqlx::query(
            "INSERT INTO idempotency (key, body, answer, sign_up, created_at)
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(&once.key[..])
        .bind(once.bodies.first().map(|body| body.to_vec()))
        .bind(&once.answer)
        .bind(&sign_up.id)
        .bind(sign_up.created_at)
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query(
        "INSERT INTO sign_ups (id, site, return_key, claims, webhook, on_return, livemode, status,
         reference, display_name, expected, handle, reference_hash, created_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
    .execute(&mut *connection)
    .await?;
    Ok(Created::New)
}
