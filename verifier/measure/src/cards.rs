//! Documents as pictures without distortion, and the text that is on them.

use image::RgbImage;

/// A document.
pub struct Card {
    /// Its sides, the one with the portrait first.
    pub sides: Vec<Shown>,
    /// The text that is on it.
    pub truth: Truth,
}

/// A side of a document.
pub struct Shown {
    /// The side, cut to its edges.
    pub picture: RgbImage,
    /// Whether it has a machine-readable zone.
    pub has_zone: bool,
}

/// The text on a document.
#[derive(Clone, Debug)]
pub struct Truth {
    /// The lines of the zone.
    pub zone: Vec<String>,
    /// As in the zone.
    pub number: String,
    /// As printed on the page.
    pub surname: String,
    /// As printed on the page; empty for a person with one name.
    pub given_names: String,
    /// Three letters.
    pub nationality: String,
    /// `YYYY-MM-DD`.
    pub date_of_birth: String,
    /// `YYYY-MM-DD`.
    pub date_of_expiry: String,
}
