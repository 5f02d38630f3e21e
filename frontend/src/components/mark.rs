//! The logo: a tick inside the frame of a viewfinder.

use leptos::prelude::*;

/// In the colour of the text around it, and hidden from screen readers: a name stands beside it.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <path d="M4 11V8a4 4 0 0 1 4-4h3M21 4h3a4 4 0 0 1 4 4v3M28 21v3a4 4 0 0 1-4 4h-3M11 28H8a4 4 0 0 1-4-4v-3" />
            <path d="m10 16.5 4.2 4.2L22 12" />
        </svg>
    }
}
