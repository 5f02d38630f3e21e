//! Sign-ups that a site's server creates: from creation to the event.

mod attacks;
mod fence;
mod personal_data;
mod rules;
mod visitors;
mod webhooks;
