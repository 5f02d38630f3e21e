//! A visitor's way from the button to the verified data.
//!
//! [`begin`] keeps a `state` and asks the backend where to go; [`callback`] checks the code and
//! state that come back; [`results`] exchanges the code and holds the outcome for the page.
//! [`handle`] keeps what opens a sign-up that a site's server created.

pub(crate) mod begin;
pub(crate) mod callback;
pub(crate) mod failure;
pub(crate) mod handle;
pub(crate) mod outcome;
pub(crate) mod results;
pub(crate) mod state;
pub(crate) mod storage;
pub(crate) mod ways;
