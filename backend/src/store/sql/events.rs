//! Terminal states with their events, and the feed.

use sqlx::{AssertSqlSafe, QueryBuilder, Row as _};
use uuid::Uuid;
use webkyc_shared::sign_up::SignUpStatus;

use super::{Connection, DIALECT, Database, Driver, Row, deliveries, rows};
use crate::store::{Digest, Ending, Feed, Result};

/// Ends a sign-up that fulfils the condition, behind this fence if one is given; deletes its token and what
/// the account says, and writes its event. `false` if it does not fulfil it.
async fn close(
    connection: &mut Connection,
    id: &str,
    (condition, fence): (&str, Option<&Digest>),
    status: SignUpStatus,
    reason: Option<&str>,
    now: i64,
) -> Result<bool> {
    let closed = format!(
        "UPDATE sign_ups SET status = $1, last_reason = COALESCE($2, last_reason), ended_at = $3,
         token = NULL, expected = NULL, display_name = NULL, return_code = NULL
         WHERE id = $4 AND ended_at IS NULL AND {condition} AND ($5 IS NULL OR fence = $5)"
    );
    let closed = sqlx::query(AssertSqlSafe(closed))
        .bind(status.name())
        .bind(reason)
        .bind(now)
        .bind(id)
        .bind(fence.map(|fence| fence.to_vec()))
        .execute(&mut *connection)
        .await?;
    if closed.rows_affected() == 0 {
        return Ok(false);
    }
    append_event(connection, id, status.name(), now).await?;
    Ok(true)
}

/// The key of the site that an event belongs to.
pub(super) async fn site_of(database: &Database, event: &str) -> Result<Option<String>> {
    let found = sqlx::query_scalar("SELECT site FROM events WHERE id = $1").bind(event);
    Ok(found.fetch_optional(&database.0).await?)
}

pub(super) async fn append_event(
    connection: &mut Connection,
    id: &str,
    kind: &str,
    now: i64,
) -> Result<()> {
    if let Some(lock) = DIALECT.lock_feed {
        sqlx::query(lock).execute(&mut *connection).await?;
    }
    let event = format!("evt_{}", Uuid::new_v4().simple());
    sqlx::query(
        "INSERT INTO events (id, kind, sign_up, site, created_at)
         SELECT $1, $2, id, site, $3 FROM sign_ups WHERE id = $4",
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
    connection: &mut Connection,
    id: &str,
    now: i64,
) -> Result<()> {
    let complete = "status = 'returned' AND result IS NOT NULL
        AND (NOT on_return OR claimed_at IS NOT NULL)";
    let status = SignUpStatus::Verified;
    close(connection, id, (complete, None), status, None, now).await?;
    Ok(())
}

pub(super) async fn end(database: &Database, ending: &Ending) -> Result<bool> {
    let from = ending.from.iter().map(|from| format!("'{}'", from.name()));
    // A worker that was stopped for longer than its lease may believe that there is no result.
    let from = from.collect::<Vec<_>>().join(", ");
    let condition = format!("status IN ({from}) AND result IS NULL");
    let mut write = database.begin_write().await?;
    let ended = close(
        &mut write,
        &ending.id,
        (&condition, ending.fence.as_ref()),
        ending.status,
        ending.reason,
        ending.now,
    );
    let ended = ended.await?;
    write.commit().await?;
    Ok(ended)
}

pub(super) async fn end_overdue(
    database: &Database,
    now: i64,
    except: &[String],
    limit: i64,
) -> Result<usize> {
    let mut write = database.begin_write().await?;
    let overdue = overdue(&mut write, now, except, limit).await?;
    for row in &overdue {
        let id: &str = row.try_get("id")?;
        let reason: Option<&str> = row.try_get("reason")?;
        let status = match reason {
            None => SignUpStatus::Expired,
            Some(_) => SignUpStatus::Failed,
        };
        if status == SignUpStatus::Failed {
            let drop = sqlx::query("UPDATE sign_ups SET result = NULL WHERE id = $1");
            drop.bind(id).execute(&mut *write).await?;
        }
        close(&mut write, id, ("TRUE", None), status, reason, now).await?;
    }
    write.commit().await?;
    Ok(overdue.len())
}

/// Up to `limit` sign-ups whose time is over, except those named, with the reason of a failure.
/// Locks them.
async fn overdue(
    connection: &mut Connection,
    now: i64,
    except: &[String],
    limit: i64,
) -> Result<Vec<Row>> {
    let (clock, lock_due) = (DIALECT.clock, DIALECT.lock_due);
    let numbers = (3..3 + except.len()).map(|number| format!("${number}"));
    let except_numbers = match except {
        [] => "''".to_owned(),
        _ => numbers.collect::<Vec<_>>().join(", "),
    };
    let overdue = format!(
        "SELECT id, CASE WHEN status <> 'returned' THEN NULL
            WHEN exchanged_at IS NULL THEN 'OUTCOME_UNKNOWN' ELSE 'NOT_CLAIMED' END AS reason
         FROM sign_ups AS due WHERE ended_at IS NULL AND id NOT IN ({except_numbers}) AND (
            (status = 'created' AND expires_at <= $1) OR (status = 'started' AND expires_at <= $1)
            OR (status = 'returned' AND (
                (exchanged_at IS NULL AND fence_until <= {clock})
                OR (on_return AND claimed_at IS NULL AND return_code_until <= $1))))
         LIMIT $2 {lock_due}"
    );
    let mut overdue = sqlx::query(AssertSqlSafe(overdue)).bind(now).bind(limit);
    for id in except {
        overdue = overdue.bind(id);
    }
    Ok(overdue.fetch_all(connection).await?)
}

/// Up to `limit` events after a position, of one site or of all.
pub(super) async fn read(
    database: &Database,
    site: Option<&str>,
    after: Option<i64>,
    limit: i64,
) -> Result<Feed> {
    let mut read = database.begin_read().await?;
    let purged = match site {
        None => "SELECT COALESCE(MAX(position), 0) FROM purged_events WHERE $1 IS NULL",
        Some(_) => "SELECT COALESCE(MAX(position), 0) FROM purged_events WHERE site = $1",
    };
    let purged = sqlx::query(purged).bind(site).fetch_one(&mut *read);
    let purged: i64 = purged.await?.try_get(0)?;
    let last = sqlx::query("SELECT COALESCE(MAX(position), 0) FROM events");
    let last: i64 = last.fetch_one(&mut *read).await?.try_get(0)?;
    if after.is_some_and(|after| after < purged) {
        return Ok(Feed::Expired);
    }
    let after = after.unwrap_or(0);
    let mut query = QueryBuilder::<Driver>::new("SELECT ");
    query.push(rows::EVENT).push(", ").push(rows::SIGN_UP);
    query.push(
        " FROM events JOIN sign_ups ON sign_ups.id = events.sign_up WHERE events.position > ",
    );
    query.push_bind(after);
    if let Some(site) = site {
        query.push(" AND events.site = ").push_bind(site);
    }
    query
        .push(" ORDER BY events.position LIMIT ")
        .push_bind(limit);
    let found = query.build().fetch_all(&mut *read).await?;
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
