//! Challenges of visitors, and the comparison of their faces.

use jiff::Timestamp;

use super::{Judged, NextPage, NotKept, Reason, Store};
use crate::{
    api::Step,
    pictures::{Likeness, Liveness, Side},
    sign_up::Unfit,
};

/// The input of the comparison of a visitor's face.
pub(crate) struct Pair {
    pub(crate) challenge: String,
    pub(crate) portrait: Vec<u8>,
}

impl Store {
    /// Changes how far the visitor of a sign-up under way has come with the challenges.
    pub(crate) fn liveness<T>(
        &self,
        id: &str,
        now: Timestamp,
        change: impl FnOnce(&mut Liveness) -> T,
    ) -> Option<T> {
        let mut records = self.records();
        let sign_up = records.sign_up(id, now)?;
        sign_up.reached()?;
        Some(change(&mut sign_up.pictures.liveness))
    }

    /// The challenge has passed: its frame is the face.
    pub(crate) fn pass_challenge(
        &self,
        id: &str,
        picture: Vec<u8>,
        now: Timestamp,
    ) -> Result<(), NotKept> {
        self.keep_picture(id, Side::Face, picture, now)?;
        self.liveness(id, now, Liveness::pass);
        Ok(())
    }

    /// Whether the face's page may be left: by test persons, and by visitors who followed the prompts.
    pub(crate) fn judge_face(&self, id: &str, now: Timestamp) -> Judged {
        let mut records = self.records();
        match records.sign_up(id, now) {
            Some(sign_up)
                if sign_up.has_agreed
                    && sign_up.reached().is_some()
                    && sign_up.pictures.liveness.passed().is_none() =>
            {
                Judged::Refused(Reason::NoFace)
            }
            _ => Judged::Taken,
        }
    }

    /// The comparison that is due before the visitor sees the result; none of test persons.
    pub(crate) fn to_compare(&self, id: &str, now: Timestamp) -> Result<Option<Pair>, Reason> {
        let mut records = self.records();
        let Some(sign_up) = records.sign_up(id, now) else {
            return Ok(None);
        };
        let pictures = &sign_up.pictures;
        if !sign_up.has_agreed
            || sign_up.reached().is_none()
            || pictures.liveness.likeness().is_some()
        {
            return Ok(None);
        }
        let challenge = pictures.liveness.passed().ok_or(Reason::NoFace)?;
        let portrait = pictures.document.portrait();
        let portrait = portrait.and_then(|portrait| portrait.content());
        Ok(Some(Pair {
            challenge: challenge.to_owned(),
            portrait: portrait.ok_or(Reason::NoPortrait)?,
        }))
    }

    /// Keeps what a comparison said. The visitor whose faces are not alike fails.
    pub(crate) fn compared(
        &self,
        id: &str,
        likeness: Likeness,
        now: Timestamp,
    ) -> Option<NextPage> {
        let mut records = self.records();
        let sign_up = records.sign_up(id, now)?;
        if likeness.same {
            sign_up.pictures.liveness.compared(likeness);
            return None;
        }
        sign_up.unfit = Some(Unfit::Unlike);
        records.fail(id, Step::Verification)
    }
}
