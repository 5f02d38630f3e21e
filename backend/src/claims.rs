//! Answers what a site asks about a verified person: yes or no before any field.
//!
//! Pure: the day comes from the caller, and nothing is read or written.

mod claim;

pub use claim::{Claim, UnknownClaim};
