//! The reading of a document: machine-readable zones out of characters, the fields of a zone, and one
//! document out of the pictures of its sides. Pure: no network, no picture is looked at here.
//!
//! A crate of its own, so that the sandbox joins the sides of a document without compiling the networks.

mod burst;
mod challenge;
mod dates;
mod jpeg;
mod names;
mod side;
mod side_text;
mod sides;
mod zone;

pub use self::{
    burst::{Burst, TRIES},
    challenge::{Miss, Prompt},
    jpeg::Jpeg,
    side::{PageLine, Retake, Side},
    side_text::SideText,
    sides::{Lack, Reading, combine, combine_texts},
    zone::{
        CheckDigits, DocumentKind, Field, Format, Glyph, Places, ZONE_ALPHABET, Zone, ZoneFields,
        ZoneRead, read as read_zone, read_together,
    },
};
