//! The pictures that a visitor shows of one side, one after the other.

use crate::{side::Retake, side_text::SideText};

/// The refusal with which a visitor has failed, and the challenge that is the last.
pub const TRIES: u8 = 3;

/// The latest pictures of one side that show the same document. `P` is what is kept of each.
#[derive(Clone, Debug)]
pub struct Burst<P>(Vec<P>);

impl<P> Default for Burst<P> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<P> Burst<P> {
    /// How many are kept.
    const MOST: usize = 3;

    /// Adds a picture with this text to those of the same document, or begins with it anew. Returns whether it was
    /// added. `text_of` gives what was read of an earlier one, unless that was erased.
    pub fn add(
        &mut self,
        picture: P,
        text: &SideText,
        text_of: impl Fn(&P) -> Option<SideText>,
    ) -> bool {
        let mut earlier = self.0.iter().filter_map(text_of);
        let is_same = earlier.any(|earlier| earlier.is_of_same(text));
        if !is_same {
            self.0.clear();
        }
        if self.0.len() == Self::MOST {
            self.0.remove(0);
        }
        self.0.push(picture);
        is_same
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pictures, the latest last.
    pub fn iter(&self) -> std::slice::Iter<'_, P> {
        self.0.iter()
    }
}

impl<'a, P> IntoIterator for &'a Burst<P> {
    type Item = &'a P;
    type IntoIter = std::slice::Iter<'a, P>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl SideText {
    /// Why a picture with this text is not kept. One that is not sure may be sure together with others.
    #[must_use]
    pub fn unfit(&self, retake: Option<Retake>) -> Option<Retake> {
        retake.filter(|retake| *retake != Retake::Unsure || self.zone.is_none())
    }
}
