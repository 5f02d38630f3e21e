//! The sandbox's test persons, and the drawings of their documents with machine-readable zones,
//! portraits, utility bill and PDF report of a verification.
//!
//! This crate only draws. The same input gives the same bytes on every machine.

mod bill;
mod drawing;
mod mrz;
mod page;
pub mod persona;
mod report;

pub use bill::proof_of_address;
pub use drawing::{
    NOTO_ARABIC, NOTO_CHINESE, OCR_B, Picture, ROBOTO_BOLD, ROBOTO_REGULAR, SeededRng, is_drawn,
    jpeg, thumbnail, to_ordinary_jpeg, zone,
};
pub use report::{DOCUMENT_MEMBERS, MEMBERS, report};
