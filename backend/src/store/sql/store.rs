//! The store in SQL. This folder is compiled for each database, with that database's types: what
//! differs in the statements is its [`DIALECT`].

mod creation;
mod deliveries;
mod events;
mod flows;
mod jobs;
mod lookup;
pub(super) mod migrations;
mod retention;
mod rows;

use std::time::Duration;

use async_trait::async_trait;
use sqlx::Transaction;

use super::{Connection, DIALECT, Database, Driver, Row};
use crate::store::{
    Created, Delivery, Digest, Ending, Error, Exchanged, Feed, Fence, Fenced, Filter, Idempotency,
    Job, NewSignUp, NotDelivered, Result, Retention, SignUp, Store,
};

impl Database {
    async fn begin_write(&self) -> Result<Transaction<'static, Driver>> {
        Ok(self.0.begin_with(DIALECT.begin_write).await?)
    }

    async fn begin_read(&self) -> Result<Transaction<'static, Driver>> {
        Ok(self.0.begin_with(DIALECT.begin_read).await?)
    }
}

/// The time for a call that reads all rows.
const SCAN_TIMEOUT: Duration = Duration::from_secs(130);

async fn in_time<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    within(DIALECT.call_timeout, call).await
}

/// A call that takes too long fails. It may have been committed all the same.
async fn within<T>(limit: Duration, call: impl Future<Output = Result<T>>) -> Result<T> {
    let done = tokio::time::timeout(limit, call).await;
    done.map_err(|_| Error("it does not answer in time".to_owned()))?
}

#[async_trait]
impl Store for Database {
    async fn create(&self, new: &NewSignUp, once: Option<&Idempotency>) -> Result<Created> {
        in_time(creation::create(self, new, once)).await
    }

    async fn find(&self, id: &str) -> Result<Option<SignUp>> {
        in_time(lookup::find(self, id)).await
    }

    async fn find_by_handle(&self, handle: &Digest) -> Result<Option<SignUp>> {
        in_time(lookup::find_by_handle(self, handle)).await
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<SignUp>> {
        in_time(lookup::list(self, filter)).await
    }

    async fn begin(
        &self,
        handle: &Digest,
        owner: &Digest,
        now: i64,
        expires_at: i64,
    ) -> Result<Option<SignUp>> {
        in_time(flows::begin(self, handle, owner, now, expires_at)).await
    }

    async fn report(&self, id: &str, reason: &str) -> Result<()> {
        in_time(flows::report(self, id, reason)).await
    }

    async fn raise_fence(&self, fence: &Fence) -> Result<Fenced> {
        in_time(flows::raise_fence(self, fence)).await
    }

    async fn lower_fence(&self, fence: &Fence, reason: &str) -> Result<()> {
        in_time(flows::lower_fence(self, fence, reason)).await
    }

    async fn exchanged(&self, exchanged: &Exchanged) -> Result<bool> {
        in_time(flows::exchanged(self, exchanged)).await
    }

    async fn lease_job(&self, now: i64, seconds: i64) -> Result<Option<Job>> {
        in_time(jobs::lease(self, now, seconds)).await
    }

    async fn postpone_job(&self, id: &str, due_at: i64, reason: &str) -> Result<()> {
        in_time(jobs::postpone(self, id, due_at, reason)).await
    }

    async fn verified(&self, id: &str, result: &[u8], now: i64) -> Result<bool> {
        in_time(jobs::verified(self, id, result, now)).await
    }

    async fn claim(&self, id: &str, code: &Digest, now: i64) -> Result<bool> {
        in_time(jobs::claim(self, id, code, now)).await
    }

    async fn end(&self, ending: &Ending) -> Result<bool> {
        in_time(events::end(self, ending)).await
    }

    async fn end_overdue(&self, now: i64, except: &[String], limit: i64) -> Result<usize> {
        in_time(events::end_overdue(self, now, except, limit)).await
    }

    async fn redact(&self, id: &str, now: i64) -> Result<()> {
        in_time(retention::redact(self, id, now)).await
    }

    async fn purge(&self, kept: &Retention) -> Result<bool> {
        in_time(retention::purge(self, kept)).await
    }

    async fn events(&self, site: Option<&str>, after: Option<i64>, limit: i64) -> Result<Feed> {
        in_time(events::read(self, site, after, limit)).await
    }

    async fn lease_delivery(
        &self,
        sites: &[String],
        now: i64,
        seconds: i64,
    ) -> Result<Option<Delivery>> {
        in_time(deliveries::lease(self, sites, now, seconds)).await
    }

    async fn delivered(&self, event: &str, now: i64) -> Result<()> {
        in_time(deliveries::delivered(self, event, now)).await
    }

    async fn not_delivered(&self, not_delivered: NotDelivered<'_>) -> Result<()> {
        in_time(deliveries::not_delivered(self, not_delivered)).await
    }

    async fn site_of_event(&self, event: &str) -> Result<Option<String>> {
        in_time(events::site_of(self, event)).await
    }

    async fn resend(&self, site: Option<&str>, event: &str, now: i64) -> Result<bool> {
        in_time(deliveries::resend(self, site, event, now)).await
    }

    async fn key_fingerprints(&self) -> Result<Vec<[u8; 4]>> {
        within(SCAN_TIMEOUT, retention::key_fingerprints(self)).await
    }
}

#[cfg(test)]
#[test]
fn no_call_takes_longer_than_the_fence_of_an_exchange_reckons_with() {
    assert!(DIALECT.call_timeout <= crate::store::LONGEST_CALL);
}
