//! How far sign-ups came, in the sentences that say nothing of an answer in particular. The texts have them in every
//! language.

pub(crate) const ON_PAGES: &str = "The visitor is on the pages.";
pub(crate) const CODE: &str = "The visitor returned with a code, which is not exchanged yet.";
pub(crate) const CANCELLED: &str = "The visitor cancelled, and returned without a code.";
pub(crate) const FAILED: &str = "The visitor failed a check, and returned without a code.";
pub(crate) const NO_CODE: &str = "The visitor returned without a code.";
pub(crate) const UNOPENED: &str = "The visitor has not opened the address yet.";
pub(crate) const TOKEN: &str = "There is a token; the details are not fetched yet.";
pub(crate) const FETCHED: &str = "The client fetched the data.";

/// All of them, in the order of their translations.
pub(crate) const OUTCOMES: [&str; 8] = [
    ON_PAGES, CODE, CANCELLED, FAILED, NO_CODE, UNOPENED, TOKEN, FETCHED,
];
