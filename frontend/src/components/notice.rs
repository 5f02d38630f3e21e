//! A page that is one heading and one sentence.

use leptos::prelude::*;

/// A card in the middle of the page.
#[component]
pub(crate) fn Notice(
    /// In a few words.
    heading: &'static str,
    /// In a sentence or two, read out when it appears.
    sentence: &'static str,
    /// What stands below.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card notice" part="card">
            <h1 part="heading">{heading}</h1>
            <p role="status">{sentence}</p>
            {children()}
        </section>
    }
}

/// Something is under way: a bar that moves, and a word to add when it takes long.
pub(crate) fn waiting(heading: &'static str, sentence: &'static str, late: AnyView) -> AnyView {
    view! {
        <Notice heading sentence>
            <div class="progress" aria-hidden="true"></div>
            <p class="late">{late}</p>
        </Notice>
    }
    .into_any()
}
