//! The events that are sent to their sites.

use sqlx::{Row, Sqlite, SqliteConnection};

use super::rows;
use crate::store::{Delivery, Result};

/// Adds the delivery of an event, if its sign-up's site has a webhook.
pub(super) async fn add(connection: &mut SqliteConnection, event: &str, now: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO deliveries (event, position, sign_up, site, due_at)
         SELECT events.id, events.position, events.sign_up, events.site, ?2
         FROM events JOIN sign_ups ON sign_ups.id = events.sign_up
         WHERE events.id = ?1 AND sign_ups.webhook",
    )
    .bind(event)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn lease(
    connection: &mut SqliteConnection,
    sites: &[String],
    now: i64,
    lease_until: i64,
) -> Result<Option<Delivery>> {
    let mut query = sqlx::QueryBuilder::<Sqlite>::new("UPDATE deliveries SET lease_until = ");
    query.push_bind(lease_until);
    query.push(" WHERE event = (SELECT event FROM deliveries AS due WHERE due_at <= ");
    query
        .push_bind(now)
        .push(" AND lease_until <= ")
        .push_bind(now);
    query.push(" AND site IN (");
    let mut names = query.separated(", ");
    for site in sites {
        names.push_bind(site);
    }
    // An earlier event of the same sign-up goes first. While the endpoint fails, the oldest
    // delivery of the site goes first.
    query.push(
        ") AND NOT EXISTS (SELECT 1 FROM deliveries AS earlier
            WHERE earlier.due_at IS NOT NULL AND earlier.position < due.position
            AND (earlier.sign_up = due.sign_up OR (earlier.site = due.site
                AND due.site IN (SELECT site FROM failing_endpoints))))
         ORDER BY position LIMIT 1) RETURNING event",
    );
    let Some(leased) = query.build().fetch_optional(&mut *connection).await? else {
        return Ok(None);
    };
    let event: String = leased.try_get("event")?;
    let found = sqlx::query(
        "SELECT events.position, events.id AS event_id, events.kind,
            events.created_at AS happened_at, deliveries.tries AS delivery_tries, sign_ups.*
         FROM deliveries JOIN events ON events.id = deliveries.event
            JOIN sign_ups ON sign_ups.id = events.sign_up
         WHERE deliveries.event = ?",
    );
    let row = found.bind(event).fetch_one(connection).await?;
    Ok(Some(Delivery {
        event: rows::event(&row)?,
        tries: row.try_get("delivery_tries")?,
    }))
}

pub(super) async fn delivered(
    connection: &mut SqliteConnection,
    event: &str,
    now: i64,
) -> Result<()> {
    sqlx::query(
        "UPDATE deliveries SET due_at = NULL, delivered_at = ?, lease_until = 0 WHERE event = ?",
    )
    .bind(now)
    .bind(event)
    .execute(&mut *connection)
    .await?;
    let recovered = sqlx::query(
        "DELETE FROM failing_endpoints WHERE site = (SELECT site FROM events WHERE id = ?)
         RETURNING site",
    );
    let recovered = recovered
        .bind(event)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(row) = recovered {
        let site: String = row.try_get("site")?;
        sqlx::query("UPDATE deliveries SET due_at = ?1 WHERE site = ?2 AND due_at > ?1")
            .bind(now)
            .bind(site)
            .execute(connection)
            .await?;
    }
    Ok(())
}

pub(super) async fn not_delivered(
    connection: &mut SqliteConnection,
    event: &str,
    due_at: Option<i64>,
    is_failing: bool,
) -> Result<()> {
    let postponed =
        "UPDATE deliveries SET due_at = ?, tries = tries + 1, lease_until = 0 WHERE event = ?";
    sqlx::query(postponed)
        .bind(due_at)
        .bind(event)
        .execute(&mut *connection)
        .await?;
    if !is_failing {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO failing_endpoints (site) SELECT site FROM events WHERE id = ?
         ON CONFLICT DO NOTHING",
    )
    .bind(event)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn resend(
    connection: &mut SqliteConnection,
    site: Option<&str>,
    event: &str,
    now: i64,
) -> Result<bool> {
    let known = sqlx::query("SELECT 1 FROM events WHERE id = ?1 AND (?2 IS NULL OR site = ?2)");
    let known = known.bind(event).bind(site);
    if known.fetch_optional(&mut *connection).await?.is_none() {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO deliveries (event, position, sign_up, site, due_at)
         SELECT id, position, sign_up, site, ?2 FROM events WHERE id = ?1
         ON CONFLICT (event) DO UPDATE SET due_at = ?2, tries = 0, delivered_at = NULL",
    )
    .bind(event)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(true)
}
