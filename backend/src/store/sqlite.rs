//! SQLite: one file, one process.
//!
//! Write-ahead log with `synchronous=FULL`: a committed transaction survives a power cut. Deleted
//! content is overwritten (`secure_delete`).

mod creation;
mod deliveries;
mod events;
mod open;
mod retention;
mod rows;

use std::path::Path;

use async_trait::async_trait;
use sqlx::{Row, Sqlite as Db, SqlitePool, Transaction};
use webkyc_shared::sign_up::SignUpStatus;

use self::events::{close, close_if_complete};
use super::{
    Created, Delivery, Digest, Ending, Error, Exchanged, Feed, Fence, Fenced, Filter, Idempotency,
    Job, NewSignUp, Result, Retention, SignUp, Store,
};

impl From<sqlx::Error> for Error {
    /// Only what SQLite says: it names tables and columns, never values.
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => Self(error.message().to_owned()),
            sqlx::Error::PoolTimedOut => Self("it is busy".to_owned()),
            sqlx::Error::Io(error) => Self(error.kind().to_string()),
            _ => Self("the database is not as it should be".to_owned()),
        }
    }
}

/// An open database file.
pub struct Sqlite(SqlitePool);

impl Sqlite {
    /// Opens the file for this process alone and brings its tables up to date. Waits up to a minute
    /// for another process that holds it.
    ///
    /// # Errors
    /// When the file cannot be opened, or a newer release has changed it.
    pub async fn open(path: &Path) -> Result<Self> {
        Ok(Self(open::open(path).await?))
    }

    /// Checks, without writing, that this program can use the file.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn check(path: &Path) -> Result<()> {
        open::check(path).await
    }

    async fn begin_write(&self) -> Result<Transaction<'static, Db>> {
        Ok(self.0.begin_with("BEGIN IMMEDIATE").await?)
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn create(&self, new: &NewSignUp, once: Option<&Idempotency>) -> Result<Created> {
        let mut write = self.begin_write().await?;
        let created = creation::create(&mut write, new, once).await?;
        write.commit().await?;
        Ok(created)
    }

    async fn find(&self, id: &str) -> Result<Option<SignUp>> {
        let found = sqlx::query("SELECT * FROM sign_ups WHERE id = ?").bind(id);
        let found = found.fetch_optional(&self.0).await?;
        found.as_ref().map(rows::sign_up).transpose()
    }

    async fn find_by_handle(&self, handle: &Digest) -> Result<Option<SignUp>> {
        let found = sqlx::query("SELECT * FROM sign_ups WHERE handle = ?");
        let found = found.bind(&handle[..]).fetch_optional(&self.0).await?;
        found.as_ref().map(rows::sign_up).transpose()
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<SignUp>> {
        let mut query = sqlx::QueryBuilder::<Db>::new("SELECT * FROM sign_ups WHERE TRUE");
        if let Some(site) = &filter.site {
            query.push(" AND site = ").push_bind(site);
        }
        if let Some(references) = &filter.references {
            query.push(" AND reference_hash IN (");
            let mut hashes = query.separated(", ");
            for reference in references {
                hashes.push_bind(reference.to_vec());
            }
            query.push(")");
        }
        if let Some(status) = filter.status {
            query.push(" AND status = ").push_bind(status.name());
        }
        if let Some(before) = &filter.before {
            query.push(" AND id < ").push_bind(before);
        }
        query
            .push(" ORDER BY id DESC LIMIT ")
            .push_bind(filter.limit);
        let found = query.build().fetch_all(&self.0).await?;
        found.iter().map(rows::sign_up).collect()
    }

    async fn begin(
        &self,
        handle: &Digest,
        owner: &Digest,
        now: i64,
        expires_at: i64,
    ) -> Result<Option<SignUp>> {
        let mut write = self.begin_write().await?;
        let begun = sqlx::query(
            "UPDATE sign_ups SET status = 'started', owner = ?2,
             started_at = COALESCE(started_at, ?3), expires_at = ?4
             WHERE handle = ?1 AND status IN ('created', 'started') AND expires_at > ?3
             AND (owner IS NULL OR owner = ?2) RETURNING *",
        )
        .bind(&handle[..])
        .bind(&owner[..])
        .bind(now)
        .bind(expires_at)
        .fetch_optional(&mut *write)
        .await?;
        write.commit().await?;
        begun.as_ref().map(rows::sign_up).transpose()
    }

    async fn report(&self, id: &str, reason: &str) -> Result<()> {
        sqlx::query("UPDATE sign_ups SET last_reason = ? WHERE id = ? AND status = 'started'")
            .bind(reason)
            .bind(id)
            .execute(&self.0)
            .await?;
        Ok(())
    }

    async fn raise_fence(&self, fence: &Fence) -> Result<Fenced> {
        let raised = sqlx::query(
            "UPDATE sign_ups SET status = 'returned', code = ?, fence = ?, returned_at = ?,
             fence_until = ? WHERE id = ? AND status = 'started'",
        )
        .bind(&fence.code[..])
        .bind(&fence.nonce[..])
        .bind(fence.now)
        .bind(fence.until)
        .bind(&fence.id)
        .execute(&self.0)
        .await;
        match raised {
            Ok(done) if done.rows_affected() == 1 => Ok(Fenced::Raised),
            Ok(_) => Ok(Fenced::NotStarted),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Ok(Fenced::CodeUsed)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn lower_fence(&self, fence: &Fence, reason: &str) -> Result<()> {
        sqlx::query(
            "UPDATE sign_ups SET status = 'started', code = NULL, fence = NULL, returned_at = NULL,
             fence_until = NULL, last_reason = ?
             WHERE id = ? AND status = 'returned' AND fence = ? AND token IS NULL",
        )
        .bind(reason)
        .bind(&fence.id)
        .bind(&fence.nonce[..])
        .execute(&self.0)
        .await?;
        Ok(())
    }

    async fn exchanged(&self, exchanged: &Exchanged) -> Result<bool> {
        let (code, until) = exchanged.return_code.unzip();
        let stored = sqlx::query(
            "UPDATE sign_ups SET token = ?, due_at = ?, exchanged_at = ?, return_code = ?,
             return_code_until = ?, last_reason = NULL
             WHERE id = ? AND fence = ? AND status = 'returned' AND token IS NULL",
        )
        .bind(&exchanged.token)
        .bind(exchanged.due_at)
        .bind(exchanged.exchanged_at)
        .bind(code.map(|code| code.to_vec()))
        .bind(until)
        .bind(&exchanged.id)
        .bind(&exchanged.fence[..])
        .execute(&self.0)
        .await?;
        Ok(stored.rows_affected() == 1)
    }

    async fn lease_job(&self, now: i64, lease_until: i64) -> Result<Option<Job>> {
        let mut write = self.begin_write().await?;
        let leased = sqlx::query(
            "UPDATE sign_ups SET lease_until = ?2 WHERE id = (
                SELECT id FROM sign_ups
                WHERE status = 'returned' AND token IS NOT NULL AND ended_at IS NULL
                AND result IS NULL AND due_at <= ?1 AND lease_until <= ?1
                ORDER BY due_at LIMIT 1
             ) RETURNING *",
        )
        .bind(now)
        .bind(lease_until)
        .fetch_optional(&mut *write)
        .await?;
        write.commit().await?;
        leased.as_ref().map(rows::job).transpose()
    }

    async fn postpone_job(&self, id: &str, due_at: i64, reason: &str) -> Result<()> {
        sqlx::query(
            "UPDATE sign_ups SET lease_until = 0, due_at = ?, tries = tries + 1, last_reason = ?
             WHERE id = ? AND status = 'returned'",
        )
        .bind(due_at)
        .bind(reason)
        .bind(id)
        .execute(&self.0)
        .await?;
        Ok(())
    }

    async fn verified(&self, id: &str, result: &[u8], now: i64) -> Result<bool> {
        let mut write = self.begin_write().await?;
        let stored = sqlx::query(
            "UPDATE sign_ups SET result = ?, token = NULL, last_reason = NULL
             WHERE id = ? AND status = 'returned' AND result IS NULL",
        );
        let stored = stored.bind(result).bind(id).execute(&mut *write).await?;
        close_if_complete(&mut write, id, now).await?;
        write.commit().await?;
        Ok(stored.rows_affected() == 1)
    }

    async fn claim(&self, id: &str, code: &Digest, now: i64) -> Result<bool> {
        let mut write = self.begin_write().await?;
        let claimed = sqlx::query(
            "UPDATE sign_ups SET claimed_at = ?3, return_code = NULL
             WHERE id = ?1 AND status = 'returned' AND return_code = ?2 AND return_code_until > ?3",
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

    async fn end(&self, ending: &Ending) -> Result<bool> {
        let mut write = self.begin_write().await?;
        let status = sqlx::query("SELECT status FROM sign_ups WHERE id = ?");
        let status = status.bind(&ending.id).fetch_optional(&mut *write).await?;
        let status: Option<String> = status.map(|row| row.try_get(0)).transpose()?;
        if !status.is_some_and(|status| ending.from.iter().any(|from| from.name() == status)) {
            return Ok(false);
        }
        close(
            &mut write,
            &ending.id,
            ending.status,
            ending.reason,
            ending.now,
        )
        .await?;
        write.commit().await?;
        Ok(true)
    }

    async fn end_overdue(&self, now: i64, except: &[String], limit: i64) -> Result<usize> {
        let mut write = self.begin_write().await?;
        let overdue = events::overdue(&mut write, now, except, limit).await?;
        let mut ended = 0;
        for row in &overdue {
            let id: &str = row.try_get("id")?;
            let reason: Option<&str> = row.try_get("reason")?;
            let status = match reason {
                None => SignUpStatus::Expired,
                Some(_) => SignUpStatus::Failed,
            };
            if status == SignUpStatus::Failed {
                let drop = sqlx::query("UPDATE sign_ups SET result = NULL WHERE id = ?");
                drop.bind(id).execute(&mut *write).await?;
            }
            close(&mut write, id, status, reason, now).await?;
            ended += 1;
        }
        write.commit().await?;
        Ok(ended)
    }

    async fn redact(&self, id: &str, now: i64) -> Result<()> {
        let mut write = self.begin_write().await?;
        retention::redact(&mut write, id, now).await?;
        write.commit().await?;
        retention::truncate_log(&self.0).await
    }

    async fn purge(&self, retention: &Retention) -> Result<()> {
        let mut write = self.begin_write().await?;
        retention::purge(&mut write, retention).await?;
        write.commit().await?;
        // Also what a caller who went away before the end of a redaction left in the log.
        retention::truncate_log(&self.0).await
    }

    async fn events(&self, site: Option<&str>, after: Option<i64>, limit: i64) -> Result<Feed> {
        let mut read = self.0.begin().await?;
        events::read(&mut read, site, after, limit).await
    }

    async fn lease_delivery(
        &self,
        sites: &[String],
        now: i64,
        lease_until: i64,
    ) -> Result<Option<Delivery>> {
        let mut write = self.begin_write().await?;
        let leased = deliveries::lease(&mut write, sites, now, lease_until).await?;
        write.commit().await?;
        Ok(leased)
    }

    async fn delivered(&self, event: &str, now: i64) -> Result<()> {
        let mut write = self.begin_write().await?;
        deliveries::delivered(&mut write, event, now).await?;
        Ok(write.commit().await?)
    }

    async fn not_delivered(
        &self,
        event: &str,
        due_at: Option<i64>,
        is_failing: bool,
    ) -> Result<()> {
        let mut write = self.begin_write().await?;
        deliveries::not_delivered(&mut write, event, due_at, is_failing).await?;
        Ok(write.commit().await?)
    }

    async fn resend(&self, site: Option<&str>, event: &str, now: i64) -> Result<bool> {
        let mut write = self.begin_write().await?;
        let is_known = deliveries::resend(&mut write, site, event, now).await?;
        write.commit().await?;
        Ok(is_known)
    }

    async fn key_fingerprints(&self) -> Result<Vec<[u8; 4]>> {
        let found = sqlx::query(
            "SELECT DISTINCT substr(sealed, 1, 4) FROM (
                SELECT reference AS sealed FROM sign_ups UNION ALL
                SELECT display_name FROM sign_ups UNION ALL SELECT expected FROM sign_ups UNION ALL
                SELECT result FROM sign_ups UNION ALL SELECT token FROM sign_ups UNION ALL
                SELECT answer FROM idempotency
             ) WHERE sealed IS NOT NULL",
        );
        let found = found.fetch_all(&self.0).await?;
        let fingerprint = |row: &sqlx::sqlite::SqliteRow| {
            let bytes: &[u8] = row.try_get(0)?;
            let bytes = bytes.try_into();
            bytes.map_err(|_| Error("a sealed field is too short".to_owned()))
        };
        found.iter().map(fingerprint).collect()
    }
}
