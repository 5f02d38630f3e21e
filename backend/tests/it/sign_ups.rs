//! Sign-ups that a site's server creates: from creation to the event.

mod attacks;
mod database;
mod fence;
mod personal_data;
mod rules;
#[cfg(unix)]
mod start;
mod visitors;
