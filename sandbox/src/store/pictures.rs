//! The pictures that visitors show on the pages of a sign-up, and their choices there.

use std::time::Instant;

use jiff::Timestamp;

use super::{NextPage, Store, records::Records};
use crate::{
    api::Step,
    pictures::{KEPT_ON_PAGES, Pictures, Side},
    sign_up::Unfit,
    verifier::{self, Lack, ReadSide, Retake},
};

/// Why a picture is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotKept {
    /// The sign-up has ended.
    Over,
    /// The pictures of others take all the memory there is.
    NoRoom,
}

/// The verdict on a document, or on a picture of it, that was read.
pub(crate) enum Judged {
    Taken,
    Refused(Reason),
    /// It was the last try.
    Failed(NextPage),
}

/// Why a document, a picture of it, or a face will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Picture(Retake),
    Document(Lack),
    /// None was shown.
    Nothing,
    /// No face was found on it to compare with.
    NoPortrait,
    /// The prompts were not followed.
    NoFace,
    /// The verifier does not have the face any more.
    Forgotten,
}

impl Store {
    /// Keeps what was read of one side, in place of its earlier picture, or counts it as a try.
    pub(crate) fn keep_read(
        &self,
        id: &str,
        side: Side,
        read: ReadSide,
        now: Timestamp,
    ) -> Result<Judged, NotKept> {
        let mut records = self.records();
        let mut texts = match records.sign_up(id, now) {
            Some(sign_up) if sign_up.reached().is_some() => sign_up.pictures.document.texts(),
            _ => return Err(NotKept::Over),
        };
        let text = serde_json::to_vec(&read.text).expect("a text is plain data");
        texts.push(text.clone());
        let fields = said(&texts);
        let retake = match read.retake {
            // Together with other pictures it may be sure.
            Some(Retake::Unsure) if fields.is_ok() => None,
            retake => retake,
        };
        let due = Instant::now() + KEPT_ON_PAGES;
        let mut keep = |content| records.album.keep(content, due).ok_or(NotKept::NoRoom);
        let text = keep(text)?;
        let Some(retake) = retake else {
            let picture = keep(read.picture)?;
            let portrait = read.portrait.map(&mut keep).transpose()?;
            let fields = fields.ok().map(&mut keep).transpose()?;
            if let Some(sign_up) = records.sign_up(id, now) {
                sign_up.pictures.put(side, picture);
                sign_up.pictures.document.add(text, portrait, fields);
                sign_up.pictures.liveness.compare_anew();
            }
            return Ok(Judged::Taken);
        };
        if let Some(sign_up) = records.sign_up(id, now)
            && retake == Retake::Unsure
        {
            sign_up.pictures.document.add(text, None, None);
        }
        Ok(records.refuse(id, Reason::Picture(retake), now))
    }

    /// Whether the document's page may be left: by test persons, and by visitors whose own document was read.
    pub(crate) fn judge_document(&self, id: &str, now: Timestamp) -> Judged {
        let mut records = self.records();
        let Some(sign_up) = records.sign_up(id, now) else {
            return Judged::Taken;
        };
        let document = &sign_up.pictures.document;
        if !sign_up.has_agreed || sign_up.reached().is_none() || document.fields().is_some() {
            return Judged::Taken;
        }
        let texts = document.texts();
        if texts.is_empty() {
            return Judged::Refused(Reason::Nothing);
        }
        match said(&texts) {
            Ok(_) => Judged::Taken,
            Err(lack) => records.refuse(id, Reason::Document(lack), now),
        }
    }

    /// Why the verifier let the visitor fail, if it did.
    pub(crate) fn unfit(&self, id: &str, now: Timestamp) -> Option<Unfit> {
        self.records().sign_up(id, now)?.unfit
    }

    /// The visitor shows nothing of their own any more.
    pub(crate) fn withdraw(&self, id: &str, now: Timestamp) {
        if let Some(sign_up) = self.records().sign_up(id, now) {
            sign_up.pictures = Pictures::default();
            sign_up.has_agreed = false;
        }
    }

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

impl Records {
    fn refuse(&mut self, id: &str, reason: Reason, now: Timestamp) -> Judged {
        let Some(sign_up) = self.sign_up(id, now) else {
            return Judged::Refused(reason);
        };
        if !sign_up.pictures.document.refuse() {
            return Judged::Refused(reason);
        }
        sign_up.unfit = Some(Unfit::Unread);
        match self.fail(id, Step::Document) {
            Some(next) => Judged::Failed(next),
            None => Judged::Refused(reason),
        }
    }
}

/// The fields of all texts together, as JSON.
fn said(texts: &[Vec<u8>]) -> Result<Vec<u8>, Lack> {
    let texts = texts
        .iter()
        .filter_map(|text| serde_json::from_slice(text).ok());
    let fields = verifier::fields(texts.collect())?;
    Ok(serde_json::to_vec(&fields).expect("fields are plain data"))
}
