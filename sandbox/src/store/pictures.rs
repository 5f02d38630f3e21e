//! What visitors show on the pages of an attempt.

use jiff::Timestamp;

use super::Store;
use crate::pictures::{Pictures, Side};

impl Store {
    /// What the visitor has shown so far; nothing once the attempt has ended.
    pub(crate) fn pictures(&self, id: &str, now: Timestamp) -> Option<Pictures> {
        Some(self.records().attempt(id, now)?.pictures.clone())
    }

    /// Keeps a picture for an attempt, in place of an earlier one of the same side. Answers
    /// whether the attempt is still open to it.
    pub(crate) fn keep_picture(&self, id: &str, side: Side, jpeg: Vec<u8>, now: Timestamp) -> bool {
        let mut records = self.records();
        match records.attempt(id, now) {
            // Gone before the new one comes, so that no other has to make room for both.
            Some(attempt) if attempt.reached().is_some() => attempt.pictures.remove(side),
            _ => return false,
        }
        let shown = records.album.keep(jpeg);
        if let Some(attempt) = records.attempt(id, now) {
            attempt.pictures.put(side, shown);
        }
        true
    }

    /// Goes back to the specimen.
    pub(crate) fn remove_picture(&self, id: &str, side: Side, now: Timestamp) {
        if let Some(attempt) = self.records().attempt(id, now) {
            attempt.pictures.remove(side);
        }
    }
}
