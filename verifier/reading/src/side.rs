//! One picture of one side of a document, read.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{jpeg::Jpeg, zone::Zone};

/// One picture of one side of a document, as it was read.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Side {
    /// The machine-readable zone, if there is one.
    pub zone: Option<Zone>,
    /// Everything else that is printed, line by line from top to bottom. Empty for the back of a card in the format TD1
    /// whose check digits all agree: its front confirms number and names.
    pub page: Vec<PageLine>,
    /// The holder's face, where one is printed.
    pub portrait: Option<Jpeg>,
    /// The side alone, upright.
    pub picture: Jpeg,
    /// Why another picture is needed; absent when this one will do.
    pub retake: Option<Retake>,
}

/// A line of the page.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct PageLine {
    /// Its text.
    pub text: String,
    /// The mean probability of its characters.
    pub confidence: f32,
}

/// Why another picture of a side is needed, the plainest reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Retake {
    /// There is neither a face nor text.
    NoDocument,
    /// A part of it lies outside of the picture.
    CutOff,
    /// The text is too small to be read.
    TooSmall,
    /// Light is mirrored.
    Glare,
    /// The picture is blurred.
    Blur,
    /// Some characters may be others.
    Unsure,
}
