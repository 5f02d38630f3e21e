//! `/results`: the redirect URI.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::Backend,
    components::results::Results,
    pages::frame::say_test,
    sign_up::{outcome::Outcome, results::SignUp},
    texts::locale::Locale,
};

/// The page of the verified data.
#[component]
pub(crate) fn ResultsPage(sign_up: SignUp) -> impl IntoView {
    let locale = Locale::current();
    let (texts, title) = (locale.texts(), locale.results_texts().title());
    Effect::new(move || {
        let outcome = sign_up.outcome();
        document().set_title(match &outcome {
            Outcome::Failed(failed) => failed.failure.text(texts).title,
            Outcome::Ended { .. } => locale.results_texts().ended_heading(),
            Outcome::Shown(shown) if shown.live.session.test => locale.results_texts().shown_test(),
            _ => title,
        });
        match &outcome {
            Outcome::Shown(shown) if shown.live.session.test => say_test(),
            // There may be no session that says it.
            Outcome::Failed(_) => spawn_local(async {
                if Backend::current().is_test().await {
                    say_test();
                }
            }),
            _ => {}
        }
    });
    view! {
        <main data-page="results">
            <Results sign_up />
        </main>
    }
}
