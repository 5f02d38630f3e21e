//! What pages are made of. The button works on any page of a Leptos front end.

pub mod card;
pub mod countdown;
pub mod document_view;
pub mod downloads;
pub mod failure_card;
pub mod field_list;
pub mod file_view;
pub mod mark;
pub mod masked_number;
pub mod notice;
pub mod object_url;
pub mod results;
pub mod sign_up_button;
pub mod start_link;
pub mod verification_view;
