//! The pictures that visitors show on the pages of a sign-up, and their choices there.

use std::{sync::Arc, time::Instant};

use jiff::Timestamp;

use super::{NextPage, Store, records::Records};
use crate::{
    api::Step,
    pictures::{
        Document, Handling, KEPT_ON_PAGES, Liveness, Pictures, ReadPicture, Shown, Side, Whole,
    },
    sign_up::{Consent, SignUp, Unfit},
    verifier::{self, Lack, ReadSide, Retake},
};

/// Why a picture is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotKept {
    /// The sign-up has ended.
    Over,
    /// The consent was taken back meanwhile, or another challenge has begun.
    Late,
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
    /// Keeps what was read of one side, or counts it as a try. It joins the earlier pictures of the side that
    /// show the same document, and takes the place of all others.
    pub(crate) fn keep_read(
        &self,
        id: &str,
        consent: Consent,
        side: Side,
        read: ReadSide,
        now: Timestamp,
    ) -> Result<Judged, NotKept> {
        let mut records = self.records();
        let sign_up = records.agreed(id, consent, now)?;
        if let Some(retake) = read.text.unfit(read.retake) {
            return Ok(records.refuse(id, Reason::Picture(retake), now));
        }
        let mut document = sign_up.pictures.document.clone();
        let text = serde_json::to_vec(&read.text).expect("a text is plain data");
        let shown = ReadPicture {
            text: records.keep(text)?,
            portrait: read.portrait.map(|jpeg| records.keep(jpeg)).transpose()?,
        };
        let has_joined = document.add(side, &read.text, shown);
        records.read_together(&mut document)?;
        let whole = document.whole.as_ref();
        let is_taken = read.retake.is_none() || whole.is_some_and(|it| it.is_of_same(&read.text));
        let picture = is_taken.then(|| records.keep(read.picture)).transpose()?;
        let sign_up = records.agreed(id, consent, now)?;
        match picture {
            Some(picture) => sign_up.pictures.put(side, picture),
            None if !has_joined => sign_up.pictures.remove(side),
            None => {}
        }
        sign_up.read(document);
        if is_taken {
            return Ok(Judged::Taken);
        }
        Ok(records.refuse(id, Reason::Picture(Retake::Unsure), now))
    }

    /// Whether the document's page may be left: by test persons, and by visitors whose own document was read.
    pub(crate) fn judge_document(&self, id: &str, now: Timestamp) -> Judged {
        let mut records = self.records();
        let Some(sign_up) = records.showing(id, now) else {
            return Judged::Taken;
        };
        let document = &sign_up.pictures.document;
        if document.is_empty() {
            return Judged::Refused(Reason::Nothing);
        }
        let reason = match document.whole {
            Some(_) => None,
            None => said(document).err(),
        };
        reason.map_or(Judged::Taken, |reason| records.refuse(id, reason, now))
    }

    /// Why the verifier let the visitor fail, if it did.
    pub(crate) fn unfit(&self, id: &str, now: Timestamp) -> Option<Unfit> {
        self.records().sign_up(id, now)?.unfit
    }

    /// The visitor shows nothing of their own any more.
    pub(crate) fn withdraw(&self, id: &str, now: Timestamp) {
        if let Some(sign_up) = self.records().sign_up(id, now) {
            sign_up.withdraw();
        }
    }

    /// The visitor's pictures so far, of which there are none once the sign-up has ended, and the consent to
    /// show some.
    pub(crate) fn shown(&self, id: &str, now: Timestamp) -> Option<(Pictures, Option<Consent>)> {
        let mut records = self.records();
        let sign_up = records.sign_up(id, now)?;
        Some((sign_up.pictures.clone(), sign_up.consent))
    }

    /// The visitor agrees to show something of their own, in a browser that keeps this secret: to no other does the
    /// sign-up belong from then on. A consent that stands stays the same.
    pub(crate) fn agree(&self, id: &str, secret: &str, now: Timestamp) {
        let mut records = self.records();
        let Some(sign_up) = records.sign_up(id, now) else {
            return;
        };
        let is_owner = sign_up.owner.as_ref().is_none_or(|owner| owner == secret);
        if is_owner && sign_up.reached().is_some() {
            sign_up.owner = Some(secret.to_owned());
            sign_up.agree();
        }
    }

    /// The secret of the browser in which a visitor has agreed, however old the sign-up is.
    pub(crate) fn owner(&self, id: &str) -> Option<String> {
        self.records().sign_ups.get_mut(id)?.owner.clone()
    }

    /// Keeps a picture for a sign-up, in place of an earlier one of the same side.
    pub(crate) fn keep_picture(
        &self,
        id: &str,
        consent: Consent,
        side: Side,
        jpeg: Vec<u8>,
        now: Timestamp,
    ) -> Result<(), NotKept> {
        let mut records = self.records();
        records.agreed(id, consent, now)?;
        // Without room for it the earlier one stays: no test person's takes its place.
        let shown = records.keep(jpeg)?;
        records.agreed(id, consent, now)?.pictures.put(side, shown);
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

    /// Goes back to the specimen; with a verifier, to a visitor who has not shown it.
    pub(crate) fn remove_picture(&self, id: &str, consent: Consent, side: Side, now: Timestamp) {
        let mut records = self.records();
        let Ok(sign_up) = records.agreed(id, consent, now) else {
            return;
        };
        sign_up.pictures.remove(side);
        if self.handling == Handling::AsTheyAre {
            return;
        }
        if side == Side::Face {
            sign_up.pictures.liveness = Liveness::default();
            sign_up.go_back_to(Step::Liveness);
            return;
        }
        let mut document = sign_up.pictures.document.clone();
        document.remove(side);
        // Without room for it nothing is read.
        let _ = records.read_together(&mut document);
        if let Ok(sign_up) = records.agreed(id, consent, now) {
            sign_up.read(document);
        }
    }
}

impl SignUp {
    /// Without a whole document the visitor is not past its page.
    fn read(&mut self, document: Document) {
        if document.whole.is_none() {
            self.go_back_to(Step::Document);
        }
        self.pictures.document = document;
    }
}

impl Records {
    /// The sign-up under way of a visitor who has agreed to show something of their own.
    pub(super) fn showing(&mut self, id: &str, now: Timestamp) -> Option<&mut SignUp> {
        let consent = self.sign_up(id, now)?.consent?;
        self.agreed(id, consent, now).ok()
    }

    /// For as long as a sign-up lasts.
    pub(super) fn keep(&mut self, content: Vec<u8>) -> Result<Arc<Shown>, NotKept> {
        let due = Instant::now() + KEPT_ON_PAGES;
        self.album.keep(content, due).ok_or(NotKept::NoRoom)
    }

    /// What all pictures of a document say together, if they suffice.
    fn read_together(&mut self, document: &mut Document) -> Result<(), NotKept> {
        document.whole = None;
        if let Ok((fields, portrait)) = said(document) {
            let fields = self.keep(fields)?;
            document.whole = Some(Whole { fields, portrait });
        }
        Ok(())
    }

    fn refuse(&mut self, id: &str, reason: Reason, now: Timestamp) -> Judged {
        let Some(sign_up) = self.sign_up(id, now) else {
            return Judged::Refused(reason);
        };
        if !sign_up.tries.refuse_document() {
            return Judged::Refused(reason);
        }
        sign_up.unfit = Some(Unfit::Unread);
        match self.fail(id, Step::Document) {
            Some(next) => Judged::Failed(next),
            None => Judged::Refused(reason),
        }
    }
}

/// The fields of a document, as JSON, and the portrait of the person whose page confirms them.
fn said(document: &Document) -> Result<(Vec<u8>, Arc<Shown>), Reason> {
    let mut lacking = None;
    for (picture, portrait) in document.with_portrait() {
        match verifier::fields(&document.texts(), picture.text()) {
            Ok(fields) => {
                let json = serde_json::to_vec(&fields).expect("fields are plain data");
                return Ok((json, Arc::clone(portrait)));
            }
            Err(lack) => lacking = lacking.or(Some(Reason::Document(lack))),
        }
    }
    Err(
        lacking.unwrap_or_else(|| match verifier::fields(&document.texts(), None) {
            Ok(_) | Err(Lack::Field) => Reason::NoPortrait,
            Err(lack) => Reason::Document(lack),
        }),
    )
}
