//! The sessions that were ended before their time.
//!
//! A sealed cookie that somebody copied would open until it expires, so the process that took the
//! logout refuses it. Other replicas do not know; there it ends with the data.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::session::{cookies::SealedSession, expiring::Expiring};

/// Ids of sessions, each until it would have ended anyhow. There are no more of them than there were
/// exchanges in those fifteen minutes.
#[derive(Clone, Default)]
pub struct RevokedSessions(Arc<Mutex<Expiring<String, ()>>>);

impl RevokedSessions {
    pub(crate) fn insert(&self, session: &SealedSession, now: i64) {
        let mut ended = self.ended();
        ended.forget_ended(now);
        ended.insert(session.id.clone(), (), session.expires_at());
    }

    pub(crate) fn contains(&self, session: &SealedSession) -> bool {
        self.ended().get(&session.id).is_some()
    }

    fn ended(&self) -> MutexGuard<'_, Expiring<String, ()>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
