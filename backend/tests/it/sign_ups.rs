//! Sign-ups that a site's server creates: from creation to the event.

mod visitors;
