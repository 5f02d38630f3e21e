//! Challenges of visitors, and the comparison of their faces.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Judged, NextPage, NotKept, Reason, Store, records::Records};
use crate::{
    api::Step,
    pictures::{Challenge, Likeness, Liveness, Shown, Side},
    sign_up::{Consent, SignUp, Unfit},
};

/// The input of the comparison of a visitor's face.
pub(crate) struct Pair {
    consent: Consent,
    pub(crate) challenge: Arc<Challenge>,
    portrait: Arc<Shown>,
}

impl Pair {
    /// The portrait, unless it was erased.
    pub(crate) fn portrait(&self) -> Option<Vec<u8>> {
        self.portrait.content()
    }
}

impl Store {
    /// Counts one more challenge before it begins, unless the visitor has had all.
    pub(crate) fn take_challenge(&self, id: &str, consent: Consent, now: Timestamp) -> bool {
        let mut records = self.records();
        let sign_up = records.agreed(id, consent, now);
        sign_up.is_ok_and(|sign_up| sign_up.tries.take_challenge())
    }

    /// No challenge began.
    pub(crate) fn give_challenge_back(&self, id: &str, now: Timestamp) {
        if let Some(sign_up) = self.records().sign_up(id, now) {
            sign_up.tries.give_challenge_back();
        }
    }

    /// A challenge that was counted has begun, in place of an earlier one.
    pub(crate) fn begin_challenge(
        &self,
        id: &str,
        consent: Consent,
        challenge: Arc<Challenge>,
        now: Timestamp,
    ) -> Result<(), NotKept> {
        let mut records = self.records();
        records.agreed(id, consent, now)?.pictures.liveness = Liveness::of(challenge);
        Ok(())
    }

    pub(crate) fn challenge_under_way(
        &self,
        id: &str,
        consent: Consent,
        now: Timestamp,
    ) -> Option<Arc<Challenge>> {
        let mut records = self.records();
        let sign_up = records.agreed(id, consent, now).ok()?;
        sign_up.pictures.liveness.under_way().cloned()
    }

    /// The challenge has passed: its frame is the face.
    pub(crate) fn pass_challenge(
        &self,
        id: &str,
        consent: Consent,
        challenge: &Arc<Challenge>,
        picture: Vec<u8>,
        now: Timestamp,
    ) -> Result<(), NotKept> {
        let mut records = self.records();
        let sign_up = records.in_challenge(id, consent, challenge, now)?;
        sign_up.pictures.remove(Side::Face);
        let face = records.keep(picture)?;
        let sign_up = records.in_challenge(id, consent, challenge, now)?;
        sign_up.pictures.put(Side::Face, face);
        sign_up.pictures.liveness.pass();
        Ok(())
    }

    /// The visitor has failed. Returns whether another challenge may begin.
    pub(crate) fn fail_challenge(
        &self,
        id: &str,
        consent: Consent,
        challenge: &Arc<Challenge>,
        now: Timestamp,
    ) -> Result<bool, NotKept> {
        let mut records = self.records();
        let sign_up = records.in_challenge(id, consent, challenge, now)?;
        sign_up.pictures.liveness = Liveness::default();
        Ok(sign_up.tries.has_challenges())
    }

    /// The verifier has failed: the visitor loses no try.
    pub(crate) fn lose_challenge(
        &self,
        id: &str,
        consent: Consent,
        challenge: &Arc<Challenge>,
        now: Timestamp,
    ) {
        let mut records = self.records();
        if let Ok(sign_up) = records.in_challenge(id, consent, challenge, now) {
            sign_up.pictures.liveness = Liveness::default();
            sign_up.tries.give_challenge_back();
        }
    }

    /// Whether the face's page may be left: by test persons, and by visitors who followed the prompts.
    pub(crate) fn judge_face(&self, id: &str, now: Timestamp) -> Judged {
        match self.records().showing(id, now) {
            Some(sign_up) if sign_up.pictures.liveness.passed().is_none() => {
                Judged::Refused(Reason::NoFace)
            }
            _ => Judged::Taken,
        }
    }

    /// The comparison that is due before the visitor sees the result; none of test persons.
    pub(crate) fn to_compare(&self, id: &str, now: Timestamp) -> Result<Option<Pair>, Reason> {
        let mut records = self.records();
        let Some(sign_up) = records.showing(id, now) else {
            return Ok(None);
        };
        let pictures = &sign_up.pictures;
        let (Some(consent), None) = (sign_up.consent, pictures.likeness()) else {
            return Ok(None);
        };
        let challenge = pictures.liveness.passed().ok_or(Reason::NoFace)?;
        let whole = pictures.document.whole.as_ref().ok_or(Reason::Nothing)?;
        Ok(Some(Pair {
            consent,
            challenge: Arc::clone(challenge),
            portrait: Arc::clone(&whole.portrait),
        }))
    }

    /// Keeps what a comparison said, if it still is of this visitor's face and portrait. The visitor whose faces
    /// are not alike fails.
    pub(crate) fn compared(
        &self,
        id: &str,
        pair: &Pair,
        likeness: Likeness,
        now: Timestamp,
    ) -> Option<NextPage> {
        let mut records = self.records();
        let sign_up = records.agreed(id, pair.consent, now).ok()?;
        let pictures = &mut sign_up.pictures;
        let whole = pictures.document.whole.as_ref()?;
        if !pictures.liveness.has_passed(&pair.challenge)
            || !Arc::ptr_eq(&whole.portrait, &pair.portrait)
        {
            return None;
        }
        if likeness.same {
            let portrait = Arc::clone(&pair.portrait);
            pictures.liveness.compared(portrait, likeness);
            return None;
        }
        sign_up.unfit = Some(Unfit::Unlike);
        records.fail(id, Step::Verification)
    }

    /// The verifier does not know the face any more.
    pub(crate) fn forget_face(&self, id: &str, pair: &Pair, now: Timestamp) {
        let mut records = self.records();
        if let Ok(sign_up) = records.agreed(id, pair.consent, now)
            && sign_up.pictures.liveness.has_passed(&pair.challenge)
        {
            sign_up.pictures.liveness = Liveness::default();
        }
    }
}

impl Records {
    /// The sign-up in which this challenge is under way.
    fn in_challenge(
        &mut self,
        id: &str,
        consent: Consent,
        challenge: &Arc<Challenge>,
        now: Timestamp,
    ) -> Result<&mut SignUp, NotKept> {
        let sign_up = self.agreed(id, consent, now)?;
        let under_way = sign_up.pictures.liveness.under_way();
        let is_under_way = under_way.is_some_and(|one| Arc::ptr_eq(one, challenge));
        is_under_way.then_some(sign_up).ok_or(NotKept::Late)
    }
}
