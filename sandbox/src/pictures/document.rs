//! A visitor's document, as a verifier has read it. Texts are kept as pictures are, so that both are erased
//! together.

use std::sync::Arc;

use super::Shown;

/// The texts and the portrait read so far. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Document {
    /// The text of each picture, as JSON.
    texts: Vec<Arc<Shown>>,
    portrait: Option<Arc<Shown>>,
    /// The fields of all texts together, as JSON, once they suffice.
    fields: Option<Arc<Shown>>,
    /// How many pictures, or documents, would not do.
    refused: u8,
}

impl Document {
    /// After so many the visitor fails.
    const TRIES: u8 = 3;

    pub(crate) fn fields(&self) -> Option<&Arc<Shown>> {
        self.fields.as_ref()
    }

    pub(crate) fn portrait(&self) -> Option<&Arc<Shown>> {
        self.portrait.as_ref()
    }

    /// Counts a refusal. Returns whether it was the last.
    pub(crate) fn refuse(&mut self) -> bool {
        self.refused += 1;
        self.refused >= Self::TRIES
    }

    /// The texts that were not erased.
    pub(crate) fn texts(&self) -> Vec<Vec<u8>> {
        self.texts
            .iter()
            .filter_map(|text| text.content())
            .collect()
    }

    /// Takes in what one more picture says, and what all say together.
    pub(crate) fn add(
        &mut self,
        text: Arc<Shown>,
        portrait: Option<Arc<Shown>>,
        fields: Option<Arc<Shown>>,
    ) {
        self.texts.push(text);
        self.portrait = portrait.or(self.portrait.take());
        self.fields = fields;
    }
}
