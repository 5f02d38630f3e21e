//! What visitors show and choose on the pages of a sign-up.

use std::time::Instant;

use jiff::Timestamp;

use super::Store;
use crate::pictures::{KEPT_ON_PAGES, Pictures, Side};

/// Why a picture is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotKept {
    /// The sign-up has ended.
    Over,
    /// The pictures of others take all the memory there is.
    NoRoom,
}

impl Store {
    /// The visitor's pictures so far, of which there are none once the sign-up has ended, and whether
    /// the visitor has agreed to show some.
    pub(crate) fn shown(&self, id: &str, now: Timestamp) -> Option<(Pictures, bool)> {
        let mut records = self.records();
        let sign_up = records.sign_up(id, now)?;
        Some((sign_up.pictures.clone(), sign_up.has_agreed))
    }

    /// The visitor agrees to show something of their own.
    pub(crate) fn agree(&self, id: &str, now: Timestamp) {
        if let Some(sign_up) = self.records().sign_up(id, now) {
            sign_up.has_agreed = true;
        }
    }

    /// Keeps a picture for a sign-up, in place of an earlier one of the same side.
    pub(crate) fn keep_picture(
        &self,
        id: &str,
        side: Side,
        jpeg: Vec<u8>,
        now: Timestamp,
    ) -> Result<(), NotKept> {
        let mut records = self.records();
        match records.sign_up(id, now) {
            // Gone before the new one comes, so that no other has to make room for both.
            Some(sign_up) if sign_up.reached().is_some() => sign_up.pictures.remove(side),
            _ => return Err(NotKept::Over),
        }
        let due = Instant::now() + KEPT_ON_PAGES;
        let shown = records.album.keep(jpeg, due).ok_or(NotKept::NoRoom)?;
        if let Some(sign_up) = records.sign_up(id, now) {
            sign_up.pictures.put(side, shown);
        }
        Ok(())
    }

    /// Whether there is room for what one more visitor shows.
    pub(crate) fn has_room(&self) -> bool {
        self.records().album.has_room()
    }

    /// Erases the pictures whose time is over.
    pub(crate) fn erase_due(&self, now: Instant) {
        self.records().album.erase_due(now);
    }

    /// Goes back to the specimen.
    pub(crate) fn remove_picture(&self, id: &str, side: Side, now: Timestamp) {
        if let Some(sign_up) = self.records().sign_up(id, now) {
            sign_up.pictures.remove(side);
        }
    }
}
