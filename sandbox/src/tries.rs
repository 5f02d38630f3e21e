//! How often a visitor may try what a verifier judges.

use webkyc_reading::TRIES;

/// The tries of one sign-up. What the visitor takes back or removes does not count less.
#[derive(Default)]
pub(crate) struct Tries {
    challenges: u8,
    documents: u8,
}

impl Tries {
    pub(crate) fn has_challenges(&self) -> bool {
        self.challenges < TRIES
    }

    /// Counts a challenge before it begins, unless there were as many as there may be.
    pub(crate) fn take_challenge(&mut self) -> bool {
        let may_begin = self.has_challenges();
        self.challenges += u8::from(may_begin);
        may_begin
    }

    /// The verifier has failed, not the visitor.
    pub(crate) fn give_challenge_back(&mut self) {
        self.challenges = self.challenges.saturating_sub(1);
    }

    /// Counts a picture, or a document, that would not do. Returns whether it was the last.
    pub(crate) fn refuse_document(&mut self) -> bool {
        self.documents += u8::from(self.documents < TRIES);
        self.documents == TRIES
    }

    /// The visitor has failed and begins anew. Challenges stay counted: for each, prompts were seen.
    pub(crate) fn forgive_documents(&mut self) {
        self.documents = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn liv_07_three_challenges_may_begin_and_one_that_the_verifier_lost_does_not_count() {
        let mut tries = Tries::default();
        for number in 0..3 {
            assert!(tries.take_challenge(), "{number}");
            tries.give_challenge_back();
            assert!(tries.take_challenge(), "{number}");
        }
        assert!(!tries.take_challenge() && !tries.has_challenges());
        tries.forgive_documents();
        assert!(!tries.take_challenge());
    }

    #[test]
    fn the_third_refusal_of_a_document_is_the_last() {
        let mut tries = Tries::default();
        let last: Vec<bool> = (0..4).map(|_| tries.refuse_document()).collect();
        assert_eq!(last, [false, false, true, true]);
    }
}
