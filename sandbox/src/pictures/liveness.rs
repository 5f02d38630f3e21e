//! How far one visitor has come with the challenge of a verifier, and with the comparison of the face.

use std::sync::Arc;

use serde::Deserialize;

use super::Shown;

/// A challenge at a verifier, which forgets it and the visitor's face once nothing refers to this any more.
pub(crate) struct Challenge {
    id: String,
    forget: Box<dyn Fn(&str) + Send + Sync>,
}

impl Challenge {
    pub(crate) fn of(id: String, forget: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self {
            id,
            forget: Box::new(forget),
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

impl Drop for Challenge {
    fn drop(&mut self) {
        (self.forget)(&self.id);
    }
}

/// How alike the face and the portrait are.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Likeness {
    pub(crate) similarity: f32,
    pub(crate) threshold: f32,
    pub(crate) same: bool,
}

/// Of the latest challenge; nothing without a verifier.
#[derive(Clone, Default)]
pub(crate) struct Liveness {
    under_way: Option<Arc<Challenge>>,
    passed: Option<Arc<Challenge>>,
    compared: Option<(Arc<Shown>, Likeness)>,
}

impl Liveness {
    /// Of an earlier challenge nothing is left.
    pub(crate) fn of(challenge: Arc<Challenge>) -> Self {
        Self {
            under_way: Some(challenge),
            ..Self::default()
        }
    }

    pub(crate) fn under_way(&self) -> Option<&Arc<Challenge>> {
        self.under_way.as_ref()
    }

    pub(crate) fn pass(&mut self) {
        self.passed = self.under_way.take();
    }

    /// The challenge that the visitor has passed.
    pub(crate) fn passed(&self) -> Option<&Arc<Challenge>> {
        self.passed.as_ref()
    }

    /// Whether the visitor has passed this very challenge.
    pub(crate) fn has_passed(&self, challenge: &Arc<Challenge>) -> bool {
        let passed = self.passed.as_ref();
        passed.is_some_and(|passed| Arc::ptr_eq(passed, challenge))
    }

    /// The face of the challenge was compared with this portrait.
    pub(crate) fn compared(&mut self, portrait: Arc<Shown>, likeness: Likeness) {
        self.compared = Some((portrait, likeness));
    }

    /// How alike the face is to this portrait, once it was compared with it.
    pub(crate) fn likeness(&self, portrait: &Arc<Shown>) -> Option<Likeness> {
        let (compared, likeness) = self.compared.as_ref()?;
        Arc::ptr_eq(compared, portrait).then_some(*likeness)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::pictures::Album;

    #[test]
    fn liv_06_a_likeness_is_of_one_challenge_and_one_portrait() {
        let (mut album, due) = (Album::default(), Instant::now());
        let [portrait, same_bytes] = [1; 2].map(|byte| album.keep(vec![byte], due).unwrap());
        let challenge = |id: &str| Arc::new(Challenge::of(id.to_owned(), |_| {}));
        let (first, second) = (challenge("a"), challenge("b"));
        let mut liveness = Liveness::of(Arc::clone(&first));
        liveness.pass();
        assert!(liveness.has_passed(&first) && !liveness.has_passed(&second));
        let likeness = Likeness {
            similarity: 0.6,
            threshold: 0.4,
            same: true,
        };
        liveness.compared(Arc::clone(&portrait), likeness);
        assert!(liveness.likeness(&portrait).is_some());
        assert!(liveness.likeness(&same_bytes).is_none());
        liveness = Liveness::of(second);
        assert!(liveness.passed().is_none() && liveness.likeness(&portrait).is_none());
    }
}
