//! A section with a frame and a heading.

use leptos::prelude::*;

/// A framed section.
#[component]
pub(crate) fn Card(heading: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="card" part="card">
            <h2 part="heading">{heading}</h2>
            {children()}
        </section>
    }
}
