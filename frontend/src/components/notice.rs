//! A page that is one heading and one sentence.

use leptos::prelude::*;

/// A card in the middle of the page.
#[component]
pub(crate) fn Notice(
    /// In a few words.
    heading: &'static str,
    /// In a sentence or two, read out when it appears.
    sentence: &'static str,
    /// Below the sentence.
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

/// A request is under way: a moving bar, and after eight seconds the words in `late`.
pub(crate) fn waiting(heading: &'static str, sentence: &'static str, late: AnyView) -> AnyView {
    view! {
        <Notice heading sentence>
            <div class="progress" aria-hidden="true"></div>
            <p class="late">{late}</p>
        </Notice>
    }
    .into_any()
}
