//! The parts of the pages, also for other Leptos applications.

pub(crate) mod card;
pub(crate) mod countdown;
pub(crate) mod document_view;
pub(crate) mod downloads;
pub(crate) mod failure_card;
pub(crate) mod field_list;
pub(crate) mod file_view;
pub(crate) mod links;
pub(crate) mod mark;
pub(crate) mod masked_number;
pub(crate) mod notice;
pub(crate) mod object_url;
pub(crate) mod results;
pub(crate) mod sign_up_button;
pub(crate) mod test_badge;
pub(crate) mod verification_view;
