//! The way to another sign-up.

use leptos::prelude::*;

use crate::{api::Backend, sign_up::state::CameFrom};

/// A link to `/start`, for the same site. (In an element `elements.js` begins the sign-up where it
/// stands instead: what `/start` keeps might be of another origin than the one that compares it.)
#[component]
pub fn StartLink(
    /// How it looks.
    class: &'static str,
    /// What it says.
    label: &'static str,
    /// Where the visitor came from.
    came_from: CameFrom,
) -> impl IntoView {
    let address = Backend::current().address(&came_from.start_address());
    view! {
        <a class=class part="action" href=address data-test="start-again">
            {label}
        </a>
    }
}
