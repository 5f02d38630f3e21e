//! A visitor's way from the button to the verified data.
//!
//! [`begin`] keeps a `state` and asks the backend where to go; [`callback`] checks what the identity
//! server sends back; [`results`] exchanges it and holds what the page shows.

pub(crate) mod begin;
pub(crate) mod callback;
pub(crate) mod failure;
pub(crate) mod results;
pub(crate) mod state;
pub(crate) mod storage;
