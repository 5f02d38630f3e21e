//! The sessions that were ended early.
//!
//! A copy of a sealed cookie would open until it expires, so the process that handled the logout
//! rejects it. Other replicas do not know of the logout; there the copy works until the data
//! expires.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::session::{cookies::SealedSession, expiring::Expiring};

/// Ids of sessions, each until the session's normal end. There are at most as many as exchanges in
/// those fifteen minutes.
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
