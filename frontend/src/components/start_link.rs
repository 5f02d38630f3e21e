//! The way to another sign-up.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Backend;
use crate::departure;
use crate::sign_in::CameFrom;

/// A link to `/start`, for the same site. On a page of another site it begins the sign-up where it
/// stands: a state that `/start` keeps might be of another origin than the one that compares it.
#[component]
pub fn StartLink(
    /// How it looks.
    class: &'static str,
    /// What it says.
    label: &'static str,
    /// Where the visitor came from.
    came_from: CameFrom,
) -> impl IntoView {
    let backend = Backend::current();
    let address = backend.address(&came_from.start_address());
    let href = address.clone();
    let press = move |event: MouseEvent| {
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key();
        if backend.base().is_empty() || elsewhere {
            return;
        }
        event.prevent_default();
        let (backend, address) = (backend.clone(), address.clone());
        let CameFrom { site, return_key } = came_from.clone();
        spawn_local(async move {
            let prepared = departure::prepare(backend.base(), site, return_key).await;
            // What keeps the visitor here, the page `/start` says in words.
            let _ = window().location().assign(&prepared.unwrap_or(address));
        });
    };
    view! {
        <a class=class part="action" href=href data-test="start-again" on:click=press>
            {label}
        </a>
    }
}
