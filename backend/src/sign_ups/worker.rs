//! Fetches the details of exchanged sign-ups, ends those whose time is over, and deletes what is no
//! longer kept.

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, civil::Date};
use tokio::{sync::Semaphore, task::JoinSet};
use tracing::warn;
use webkyc_shared::{
    sign_up::{FailureReason, SignUpStatus},
    verification::Verification,
};

use super::{SignUps, view::requested};
use crate::{
    authenteq::{Error, Grant, Holder},
    claims::{self, Expected},
    error::ApiError,
    session::cookies::SESSION_SECONDS,
    store::{self, Ending, Job, Retention, SignUp},
};

/// Details fetched at the same time.
const JOBS: usize = 16;
/// How long a worker has for one try, in seconds; another one takes over after it.
const LEASE_SECONDS: i64 = 120;
/// The longest wait between two tries, in seconds.
const LONGEST_WAIT: i64 = 30;
/// How often overdue sign-ups are looked for.
const TICK: Duration = Duration::from_secs(1);
/// How often old records are deleted, in seconds.
const PURGE_SECONDS: i64 = 60;
/// How many overdue sign-ups end in one transaction, which holds the feed's lock.
const BATCH: i64 = 10;

const DAY: i64 = 24 * 3600;
/// How long events are kept, in seconds.
const KEEP_EVENTS: i64 = 30 * DAY;
/// How long an idempotency key is remembered, in seconds.
const KEEP_ANSWERS: i64 = DAY;

impl SignUps {
    /// Works until the process ends. The next process takes up the jobs under way at that moment:
    /// everything it needs is in the store.
    pub async fn work(self) {
        let places = Arc::new(Semaphore::new(JOBS));
        let mut jobs = JoinSet::new();
        let mut purged_at = i64::MIN;
        loop {
            if let Err(error) = self.keep_house(&mut purged_at).await {
                warn!(%error, "the store of sign-ups does not answer");
            }
            while let Ok(place) = places.clone().try_acquire_owned() {
                match self.lease().await {
                    Ok(Some(job)) => {
                        let sign_ups = self.clone();
                        jobs.spawn(async move {
                            sign_ups.run(job).await;
                            sign_ups.changed();
                            drop(place);
                            sign_ups.0.work.notify_one();
                        });
                    }
                    Ok(None) => break,
                    Err(error) => {
                        warn!(%error, "the store of sign-ups does not answer");
                        break;
                    }
                }
            }
            tokio::select! {
                () = self.0.work.notified() => {}
                () = tokio::time::sleep(TICK) => {}
                Some(_) = jobs.join_next() => {}
            }
        }
    }

    async fn lease(&self) -> store::Result<Option<Job>> {
        let now = self.now();
        self.0.store.lease_job(now, LEASE_SECONDS).await
    }

    /// Ends what is overdue, and once a minute deletes what is old.
    async fn keep_house(&self, purged_at: &mut i64) -> store::Result<()> {
        let now = self.now();
        let unwritten = self.unwritten_ids();
        loop {
            let ended = self.0.store.end_overdue(now, &unwritten, BATCH).await?;
            if ended > 0 {
                self.changed();
            }
            if i64::try_from(ended).is_ok_and(|ended| ended < BATCH) {
                break;
            }
        }
        if now < purged_at.saturating_add(PURGE_SECONDS) {
            return Ok(());
        }
        let (keep_claims, keep_sign_ups) = match &self.0.config.store {
            Some(store) => (store.keep_claims, store.keep_sign_ups),
            None => return Ok(()),
        };
        let retention = Retention {
            claims_before: now - keep_claims,
            sign_ups_before: now - keep_sign_ups,
            events_before: now - KEEP_EVENTS,
            answers_before: now - KEEP_ANSWERS,
        };
        if !self.0.store.purge(&retention).await? {
            *purged_at = now;
        }
        Ok(())
    }

    /// One try to fetch the details and to answer the claims.
    async fn run(&self, job: Job) {
        let id = job.sign_up.id.clone();
        if let Err(error) = self.try_run(job).await {
            // The lease ends, and the job is taken up again.
            warn!(%error, sign_up = id, "a result is not stored yet");
        }
    }

    async fn try_run(&self, job: Job) -> store::Result<()> {
        let now = self.now();
        let id = &job.sign_up.id;
        if now >= job.exchanged_at + SESSION_SECONDS {
            return self.data_expired(id).await;
        }
        let reason = match self.evaluate(&job).await {
            Ok(result) => {
                let sealed = self.seal(id, "result", &result);
                self.0.store.verified(id, &sealed, self.now()).await?;
                return Ok(());
            }
            Err(ApiError::Upstream(Error::Expired { .. })) => return self.data_expired(id).await,
            Err(error) => FailureReason::from(error.code()).code(),
        };
        let wait = (1 << job.tries.min(10)).min(LONGEST_WAIT);
        self.0.store.postpone_job(id, now + wait, reason).await
    }

    /// The answers to the claims as JSON; everything else of the verification is dropped.
    async fn evaluate(&self, job: &Job) -> Result<Vec<u8>, ApiError> {
        let sign_up = &job.sign_up;
        let grant = self.0.keys.get().open(&sign_up.id, "token", &job.token);
        let grant = grant.and_then(|bytes| Grant::from_bytes(&bytes));
        let grant = grant.ok_or(ApiError::Internal)?;
        if !self.0.authenteq.is_own(&grant) {
            // A replica that does not have the new WEBKYC_FLOW yet may take it up.
            return Err(ApiError::SessionExpired);
        }
        let expected = self.open_text(&sign_up.id, "expected", sign_up.expected.as_deref())?;
        let expected = expected.map(|json| serde_json::from_str::<Expected>(&json));
        let expected = expected.transpose().map_err(|_| ApiError::Internal)?;
        let expected = expected.unwrap_or_default();
        let asked = requested(sign_up)?;
        let today = self.today(sign_up);
        let place = Arc::new(Semaphore::new(1)).acquire_owned().await;
        let holder = Holder {
            address: None,
            place: place.map_err(|_| ApiError::Internal)?,
            memory: self.0.memory.of(()),
        };
        let evaluate = move |verification: &Verification<'_>| {
            let answers = claims::evaluate(&asked, verification, &expected, today);
            serde_json::to_vec(&answers)
        };
        let answers = self.0.authenteq.read_details(&grant, holder, evaluate);
        answers.await?.map_err(|_| ApiError::Internal)
    }

    /// The calendar day at the site.
    pub(super) fn today(&self, sign_up: &SignUp) -> Date {
        let config = &self.0.config;
        let site = config.sites.get(&sign_up.site);
        let zone = site.map_or(&config.time_zone, |site| &site.time_zone);
        let now = Timestamp::from_second(self.now()).unwrap_or_default();
        now.to_zoned(zone.clone()).date()
    }

    async fn data_expired(&self, id: &str) -> store::Result<()> {
        let ending = Ending {
            id: id.to_owned(),
            from: &[SignUpStatus::Returned],
            fence: None,
            status: SignUpStatus::Failed,
            reason: Some("DATA_EXPIRED"),
            now: self.now(),
        };
        self.0.store.end(&ending).await.map(drop)
    }
}
