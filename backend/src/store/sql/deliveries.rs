//! The events that are sent to their sites.

use sqlx::{AssertSqlSafe, Row as _};

use super::{Connection, DIALECT, Database, rows};
use crate::store::{Delivery, NotDelivered, Result};

/// Adds the delivery of an event, if its sign-up's site has a webhook.
pub(super) async fn add(connection: &mut Connection, event: &str, now: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO deliveries (event, position, sign_up, site, due_at)
         SELECT events.id, events.position, events.sign_up, events.site, $2
         FROM events JOIN sign_ups ON sign_ups.id = events.sign_up
         WHERE events.id = $1 AND sign_ups.webhook",
    )
    .bind(event)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn lease(
    database: &Database,
    sites: &[String],
    now: i64,
    seconds: i64,
) -> Result<Option<Delivery>> {
    let (clock, lock_due) = (DIALECT.clock, DIALECT.lock_due);
    let numbers = (3..3 + sites.len()).map(|number| format!("${number}"));
    let sites_numbers = numbers.collect::<Vec<_>>().join(", ");
    // While the endpoint fails, the oldest delivery of the site goes first. An earlier event of the
    // same sign-up goes first. Order and conditions come from indexes: thousands may wait.
    let leased = format!(
        "UPDATE deliveries SET lease_until = {clock} + $2 WHERE event = (
            SELECT event FROM deliveries AS due
            WHERE due_at <= $1 AND lease_until <= {clock} AND site IN ({sites_numbers})
            AND (site NOT IN (SELECT site FROM failing_endpoints) OR position IN (
                SELECT (SELECT min(oldest.position) FROM deliveries AS oldest
                    WHERE oldest.site = failing.site AND oldest.due_at IS NOT NULL)
                FROM failing_endpoints AS failing))
            AND position = (SELECT min(earlier.position) FROM deliveries AS earlier
                WHERE earlier.sign_up = due.sign_up AND earlier.due_at IS NOT NULL)
            ORDER BY position LIMIT 1 {lock_due}
         ) RETURNING event"
    );
    let mut leased = sqlx::query(AssertSqlSafe(leased)).bind(now).bind(seconds);
    for site in sites {
        leased = leased.bind(site);
    }
    let mut write = database.begin_write().await?;
    let Some(leased) = leased.fetch_optional(&mut *write).await? else {
        return Ok(None);
    };
    let event: String = leased.try_get("event")?;
    let (columns, sign_up) = (rows::EVENT, rows::SIGN_UP);
    let found = format!(
        "SELECT deliveries.tries AS delivery_tries, {columns}, {sign_up}
         FROM deliveries JOIN events ON events.id = deliveries.event
            JOIN sign_ups ON sign_ups.id = events.sign_up
         WHERE deliveries.event = $1"
    );
    let found = sqlx::query(AssertSqlSafe(found)).bind(event);
    let row = found.fetch_one(&mut *write).await?;
    write.commit().await?;
    Ok(Some(Delivery {
        event: rows::event(&row)?,
        tries: row.try_get("delivery_tries")?,
    }))
}

/// The row of the endpoint is written before those of its deliveries, here and below: two processes
/// that lock them in different orders would wait for each other.
pub(super) async fn delivered(database: &Database, event: &str, now: i64) -> Result<()> {
    let mut write = database.begin_write().await?;
    endpoint_answers(&mut write, event, now).await?;
    sqlx::query(
        "UPDATE deliveries SET due_at = NULL, delivered_at = $1, lease_until = 0 WHERE event = $2",
    )
    .bind(now)
    .bind(event)
    .execute(&mut *write)
    .await?;
    Ok(write.commit().await?)
}

/// The endpoint no longer fails: all that waits for it is due.
async fn endpoint_answers(connection: &mut Connection, event: &str, now: i64) -> Result<()> {
    let recovered = sqlx::query(
        "DELETE FROM failing_endpoints WHERE site = (SELECT site FROM events WHERE id = $1)
         RETURNING site",
    );
    let recovered = recovered.bind(event).fetch_optional(&mut *connection);
    if let Some(row) = recovered.await? {
        let site: String = row.try_get("site")?;
        sqlx::query("UPDATE deliveries SET due_at = $1 WHERE site = $2 AND due_at > $1")
            .bind(now)
            .bind(site)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// The endpoint fails. Its oldest delivery probes it, and waits no longer for that than this one: it may
/// wait for hours because the site has refused it before.
async fn endpoint_fails(connection: &mut Connection, event: &str, due_at: i64) -> Result<()> {
    let failing = sqlx::query(
        "INSERT INTO failing_endpoints (site) SELECT site FROM events WHERE id = $1
         ON CONFLICT DO NOTHING",
    );
    let failing = failing.bind(event).execute(&mut *connection).await?;
    if failing.rows_affected() == 1 {
        sqlx::query(
            "UPDATE deliveries SET due_at = $1 WHERE due_at > $1 AND position = (
                SELECT min(oldest.position) FROM deliveries AS oldest
                WHERE oldest.site = (SELECT site FROM events WHERE id = $2)
                AND oldest.due_at IS NOT NULL)",
        )
        .bind(due_at)
        .bind(event)
        .execute(connection)
        .await?;
    }
    Ok(())
}

pub(super) async fn not_delivered(
    database: &Database,
    NotDelivered {
        event,
        due_at,
        is_failing,
        now,
    }: NotDelivered<'_>,
) -> Result<()> {
    let mut write = database.begin_write().await?;
    if is_failing {
        endpoint_fails(&mut write, event, due_at.unwrap_or(now)).await?;
    } else {
        endpoint_answers(&mut write, event, now).await?;
    }
    sqlx::query(
        "UPDATE deliveries SET due_at = $1, tries = tries + 1, lease_until = 0 WHERE event = $2",
    )
    .bind(due_at)
    .bind(event)
    .execute(&mut *write)
    .await?;
    Ok(write.commit().await?)
}

pub(super) async fn resend(
    database: &Database,
    site: Option<&str>,
    event: &str,
    now: i64,
) -> Result<bool> {
    let sent = sqlx::query(
        "INSERT INTO deliveries (event, position, sign_up, site, due_at)
         SELECT id, position, sign_up, site, $3 FROM events
         WHERE id = $1 AND ($2 IS NULL OR site = $2)
         ON CONFLICT (event) DO UPDATE SET due_at = $3, tries = 0, delivered_at = NULL",
    )
    .bind(event)
    .bind(site)
    .bind(now)
    .execute(&database.0)
    .await?;
    Ok(sent.rows_affected() == 1)
}
