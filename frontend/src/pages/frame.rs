//! The frame around every page of the portal.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{mark::Mark, test_badge::TestBadge},
    pages::crash,
    texts::{ReadOwn, locale::Locale, page},
};

/// Replaces the content of the page file by a page in its frame, once the page's texts are loaded; without them,
/// that content says what to do. As a task: an exception in a task ends in the card of a crash.
pub(crate) fn mount(own: ReadOwn, content: fn() -> AnyView) {
    crash::report(crash::show);
    spawn_local(async move {
        let Some(locale) = page::texts(own, None).await else {
            return;
        };
        locale.show();
        document()
            .body()
            .inspect(|body| body.set_text_content(None));
        leptos::mount::mount_to_body(move || framed(content));
    });
}

/// Says beside the name of these pages that no real persons are verified; a page learns it after it has been
/// drawn.
pub(crate) fn say_test() {
    let masthead = document().query_selector(".masthead").ok().flatten();
    if let Some(masthead) = masthead
        && masthead.child_element_count() == 1
    {
        leptos::mount::mount_to(masthead.unchecked_into(), TestBadge).forget();
    }
}

/// The last part of the page's path; the portal may be mounted under any folder of a site.
pub(crate) fn page_name() -> String {
    let path = window().location().pathname().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

fn framed(content: fn() -> AnyView) -> impl IntoView {
    let locale = Locale::shown();
    let texts = locale.texts();
    if let Some(html) = document().document_element() {
        // Cannot fail: the name is valid.
        let _ = html.set_attribute("lang", locale.lang());
    }
    provide_context(locale);
    view! {
        <header class="masthead">
            <a class="brand" href="./">
                <Mark />
                <span>{texts.brand}</span>
            </a>
        </header>
        {content()}
        <footer class="colophon">
            <p>
                {texts.footer} " " <a href="integrate" data-test="for-developers">
                    {texts.developers}
                </a>
            </p>
        </footer>
    }
}

/// The main part of a page. Page, outcome and reason are attributes for tests and style sheets.
pub(crate) fn main_part(
    page: &'static str,
    title: &str,
    outcome: Option<&'static str>,
    reason: Option<&'static str>,
    content: AnyView,
) -> AnyView {
    document().set_title(title);
    view! {
        <main data-page=page data-outcome=outcome data-reason=reason>
            {content}
        </main>
    }
    .into_any()
}
