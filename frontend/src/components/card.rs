//! A part of a page with a heading of its own.

use leptos::prelude::*;

/// A framed section.
#[component]
pub(crate) fn Card(
    /// What it is about.
    heading: &'static str,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" part="card">
            <h2 part="heading">{heading}</h2>
            {children()}
        </section>
    }
}
