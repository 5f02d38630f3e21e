//! A part of a page with a heading of its own.

use leptos::prelude::*;

/// A framed section.
#[component]
pub fn Card(
    /// What it is about.
    heading: &'static str,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            <h2>{heading}</h2>
            {children()}
        </section>
    }
}
