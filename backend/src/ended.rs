//! The sessions that were ended before their time.
//!
//! A sealed cookie that somebody copied would open until it expires, so the process that took the
//! logout refuses it. Other replicas do not know; there it ends with the data.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::cookies::SealedSession;

/// More than this are not remembered; the oldest goes first.
const LIMIT: usize = 1 << 16;

/// Ids of sessions, with the second in which each would have ended anyhow.
#[derive(Clone, Default)]
pub(crate) struct EndedSessions(Arc<Mutex<HashMap<String, i64>>>);

impl EndedSessions {
    pub(crate) fn insert(&self, session: &SealedSession, now: i64) {
        let mut ended = self.ended();
        ended.retain(|_, expires_at| now < *expires_at);
        if ended.len() >= LIMIT {
            let oldest = ended.iter().min_by_key(|(_, expires_at)| **expires_at);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                ended.remove(&oldest);
            }
        }
        ended.insert(session.id.clone(), session.expires_at());
    }

    pub(crate) fn contains(&self, session: &SealedSession) -> bool {
        self.ended().contains_key(&session.id)
    }

    fn ended(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
