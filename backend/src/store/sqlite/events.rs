//! Terminal states with their events, and the feed.

use sqlx::{Row, Sqlite, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;
use webkyc_shared::sign_up::SignUpStatus;

use super::{deliveries, rows};
use crate::store::{Feed, Result};

/// Deletes the token and what the account says with the end of a sign-up, and writes its event.
pub(super) async fn close(
    connection: &mut SqliteConnection,
    id: &str,
    status: SignUpStatus,
    reason: Option<&str>,
    now: i64,
) -> Result<()> {
    sqlx::query(
        "UPDATE sign_ups SET status = ?, last_reason = COALESCE(?, last_reason), ended_at = ?,
         token = NULL, expected = NULL, display_name = NULL, return_code = NULL WHERE id = ?",
    )
    .bind(status.name())
    .bind(reason)
    .bind(now)
    .bind(id)
    .execute(&mut *connection)
    .await?;
    append_event(connection, id, status.name(), now).await
}

pub(super) async fn append_event(
    connection: &mut SqliteConnection,
    id: &str,
    kind: &str,
    now: i64,
) -> Result<()> {
    let event = format!("evt_{}", Uuid::new_v4().simple());
    sqlx::query(
        "INSERT INTO events (id, kind, sign_up, site, created_at)
         SELECT ?, ?, id, site, ? FROM sign_ups WHERE id = ?",
    )
    .bind(&event)
    .bind(format!("sign_up.{kind}"))
    .bind(now)
    .bind(id)
    .execute(&mut *connection)
    .await?;
    deliveries::add(connection, &event, now).await
}

/// Ends a `returned` sign-up that has its result, unless it waits for its site.
pub(super) async fn close_if_complete(
    connection: &mut SqliteConnection,
    id: &str,
    now: i64,
) -> Result<()> {
    let complete = sqlx::query(
        "SELECT 1 FROM sign_ups WHERE id = ? AND status = 'returned' AND result IS NOT NULL
         AND (NOT on_return OR claimed_at IS NOT NULL)",
    );
    let complete = complete.bind(id).fetch_optional(&mut *connection).await?;
    if complete.is_some() {
        close(connection, id, SignUpStatus::Verified, None, now).await?;
    }
    Ok(())
}

/// Up to `limit` events after a position, of one site or of all.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    site: Option<&str>,
    after: Option<i64>,
    limit: i64,
) -> Result<Feed> {
    let purged = match site {
        None => "SELECT COALESCE(MAX(position), 0) FROM purged_events",
        Some(_) => "SELECT COALESCE(MAX(position), 0) FROM purged_events WHERE site = ?",
    };
    let purged = sqlx::query(purged).bind(site).fetch_one(&mut *connection);
    let purged: i64 = purged.await?.try_get(0)?;
    let last = sqlx::query("SELECT COALESCE(MAX(position), 0) FROM events");
    let last: i64 = last.fetch_one(&mut *connection).await?.try_get(0)?;
    if after.is_some_and(|after| after < purged) {
        return Ok(Feed::Expired);
    }
    let after = after.unwrap_or(0);
    let mut query = sqlx::QueryBuilder::<Sqlite>::new(
        "SELECT events.position, events.id AS event_id, events.kind,
            events.created_at AS happened_at, sign_ups.*
         FROM events JOIN sign_ups ON sign_ups.id = events.sign_up WHERE events.position > ",
    );
    query.push_bind(after);
    if let Some(site) = site {
        query.push(" AND events.site = ").push_bind(site);
    }
    query
        .push(" ORDER BY events.position LIMIT ")
        .push_bind(limit);
    let found = query.build().fetch_all(connection).await?;
    let events = found.iter().map(rows::event).collect::<Result<Vec<_>>>()?;
    let is_all = i64::try_from(events.len()).is_ok_and(|found| found < limit);
    // A reader that has read all events gets a cursor behind those of other sites as well, so that
    // its cursor does not grow old while its own site is quiet.
    let cursor = match events.last() {
        Some(event) if !is_all => event.position,
        _ => last.max(after).max(purged),
    };
    Ok(Feed::Events(events, cursor))
}

/// Up to `limit` sign-ups whose time is over, except those named, with the reason of a failure.
pub(super) async fn overdue(
    connection: &mut SqliteConnection,
    now: i64,
    except: &[String],
    limit: i64,
) -> Result<Vec<SqliteRow>> {
    let mut query = sqlx::QueryBuilder::<Sqlite>::new("SELECT id, reason FROM (");
    for status in ["created", "started"] {
        query.push("SELECT id, NULL AS reason FROM sign_ups WHERE ended_at IS NULL AND status = '");
        query
            .push(status)
            .push("' AND expires_at <= ")
            .push_bind(now);
        query.push(" UNION ALL ");
    }
    query.push(
        "SELECT id, CASE WHEN exchanged_at IS NULL THEN 'OUTCOME_UNKNOWN' ELSE 'NOT_CLAIMED' END
         FROM sign_ups WHERE ended_at IS NULL AND status = 'returned' AND (
            (exchanged_at IS NULL AND fence_until <= ",
    );
    query.push_bind(now);
    query.push(") OR (on_return AND claimed_at IS NULL AND return_code_until <= ");
    query.push_bind(now).push("))) WHERE TRUE");
    for id in except {
        query.push(" AND id <> ").push_bind(id);
    }
    query.push(" LIMIT ").push_bind(limit);
    Ok(query.build().fetch_all(connection).await?)
}
