//! `/results`: where the identity server sends the visitor back to.

use leptos::prelude::*;

use crate::{
    components::results,
    sign_up::{results::Visit, state::CameFrom},
    texts::locale::Locale,
};

/// The page of the verified data.
#[component]
pub fn Results() -> impl IntoView {
    let texts = Locale::current().texts();
    let visit = Visit::start(CameFrom::default());
    Effect::new(move || {
        let outcome = visit.outcome();
        let failure = outcome.failure().map(|failure| failure.text(texts).title);
        document().set_title(failure.unwrap_or(texts.results.title));
    });
    view! {
        <main data-page="results">
            <results::Results visit />
        </main>
    }
}
