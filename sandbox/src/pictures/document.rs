//! A visitor's document, as a verifier has read it. Texts are kept as pictures are, so that both are erased
//! together.

use std::sync::Arc;

use webkyc_reading::{Burst, SideText};

use super::{Shown, Side};
use crate::wire::DocumentFields;

/// What was read of both sides so far. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Document {
    front: Burst<ReadPicture>,
    back: Burst<ReadPicture>,
    /// Once they suffice.
    pub(crate) whole: Option<Whole>,
}

/// What was read of one picture.
#[derive(Clone)]
pub(crate) struct ReadPicture {
    /// As JSON.
    pub(crate) text: Arc<Shown>,
    pub(crate) portrait: Option<Arc<Shown>>,
}

/// What all pictures say together.
#[derive(Clone)]
pub(crate) struct Whole {
    /// As JSON.
    pub(crate) fields: Arc<Shown>,
    /// Of the person whose fields they are.
    pub(crate) portrait: Arc<Shown>,
}

impl ReadPicture {
    /// Unless it was erased.
    pub(crate) fn text(&self) -> Option<SideText> {
        serde_json::from_slice(&self.text.content()?).ok()
    }
}

impl Whole {
    /// Whether this text is of the same document, by its number.
    pub(crate) fn is_of_same(&self, text: &SideText) -> bool {
        let fields = self.fields.content();
        let fields: Option<DocumentFields> =
            fields.and_then(|json| serde_json::from_slice(&json).ok());
        let number = fields.and_then(|fields| fields.document_number);
        number.is_some_and(|number| text.number().is_some_and(|it| it.value == number))
    }
}

impl Document {
    pub(crate) fn is_empty(&self) -> bool {
        self.front.is_empty() && self.back.is_empty()
    }

    /// Every picture, with its text.
    pub(crate) fn texts(&self) -> Vec<SideText> {
        let all = self.front.iter().chain(&self.back);
        all.filter_map(ReadPicture::text).collect()
    }

    /// The pictures of the side that should have the portrait, the latest first.
    pub(crate) fn with_portrait(&self) -> impl Iterator<Item = (&ReadPicture, &Arc<Shown>)> {
        let side = if self.front.is_empty() {
            &self.back
        } else {
            &self.front
        };
        let latest_first = side.iter().rev();
        latest_first.filter_map(|picture| Some((picture, picture.portrait.as_ref()?)))
    }

    /// Adds a picture to those of its side while they show the same document, or begins with it anew. Returns
    /// whether it was added.
    pub(crate) fn add(&mut self, side: Side, text: &SideText, picture: ReadPicture) -> bool {
        self.side(side).add(picture, text, ReadPicture::text)
    }

    pub(crate) fn remove(&mut self, side: Side) {
        self.side(side).clear();
    }

    /// The face is on no document.
    fn side(&mut self, side: Side) -> &mut Burst<ReadPicture> {
        match side {
            Side::Back => &mut self.back,
            Side::Front | Side::Face => &mut self.front,
        }
    }
}
