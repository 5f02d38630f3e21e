//! Says discreetly that a deployment verifies no real persons.

use leptos::prelude::*;

use crate::texts::locale::Locale;

/// The word "Test", which screen readers read with its meaning.
#[component]
pub(crate) fn TestBadge() -> impl IntoView {
    let texts = Locale::current().texts().test();
    view! {
        <span class="badge badge--test" title=texts.meaning() data-test="test-badge">
            <span aria-hidden="true">{texts.badge()}</span>
            <span class="aside-voice">{texts.meaning()}</span>
        </span>
    }
}
