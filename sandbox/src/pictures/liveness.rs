//! How far one visitor has come with the challenges of a verifier, and with the comparison of the face.

use serde::Deserialize;

/// How alike the face and the portrait are.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Likeness {
    pub(crate) similarity: f32,
    pub(crate) threshold: f32,
    pub(crate) same: bool,
}

/// Nothing without a verifier.
#[derive(Clone, Default)]
pub(crate) struct Liveness {
    begun: u8,
    under_way: Option<String>,
    passed: Option<String>,
    likeness: Option<Likeness>,
}

impl Liveness {
    /// How many challenges a visitor has.
    const TRIES: u8 = 3;

    pub(crate) fn may_begin(&self) -> bool {
        self.begun < Self::TRIES
    }

    /// It counts, and takes the place of an earlier one.
    pub(crate) fn begin(&mut self, challenge: String) {
        self.begun += 1;
        self.under_way = Some(challenge);
        self.passed = None;
        self.likeness = None;
    }

    pub(crate) fn under_way(&self) -> Option<&str> {
        self.under_way.as_deref()
    }

    /// The visitor has failed.
    pub(crate) fn fail(&mut self) {
        self.under_way = None;
    }

    /// The verifier has failed: the visitor loses no try.
    pub(crate) fn lose(&mut self) {
        if self.under_way.take().is_some() {
            self.begun = self.begun.saturating_sub(1);
        }
    }

    pub(crate) fn pass(&mut self) {
        self.passed = self.under_way.take();
    }

    /// The challenge that the visitor has passed.
    pub(crate) fn passed(&self) -> Option<&str> {
        self.passed.as_deref()
    }

    /// The verifier does not know the face any more.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn compared(&mut self, likeness: Likeness) {
        self.likeness = Some(likeness);
    }

    /// Another document is there, with which nothing was compared.
    pub(crate) fn compare_anew(&mut self) {
        self.likeness = None;
    }

    pub(crate) fn likeness(&self) -> Option<Likeness> {
        self.likeness
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_challenges_may_begin_and_one_that_the_verifier_lost_does_not_count() {
        let mut liveness = Liveness::default();
        for number in 0..3 {
            assert!(liveness.may_begin(), "{number}");
            liveness.begin("lost".to_owned());
            liveness.lose();
            liveness.lose();
            liveness.begin("failed".to_owned());
            liveness.fail();
        }
        assert!(!liveness.may_begin());
        assert!(liveness.passed().is_none());
    }

    #[test]
    fn a_new_challenge_takes_back_what_an_earlier_one_showed() {
        let mut liveness = Liveness::default();
        liveness.begin("a".to_owned());
        liveness.pass();
        assert_eq!(liveness.passed(), Some("a"));
        liveness.compared(Likeness {
            similarity: 0.6,
            threshold: 0.4,
            same: true,
        });
        liveness.begin("b".to_owned());
        assert!(liveness.passed().is_none() && liveness.likeness().is_none());
    }
}
