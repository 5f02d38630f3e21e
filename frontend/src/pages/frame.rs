//! What surrounds every page of the portal. Each page is a page load of its own.

use leptos::prelude::*;

use crate::{components::mark::Mark, pages::crash, texts::locale::Locale};

/// Puts a page, with what surrounds it, in the place of what the page file shows until now.
pub fn mount(page: fn() -> AnyView) {
    crash::install();
    document()
        .body()
        .inspect(|body| body.set_text_content(None));
    leptos::mount::mount_to_body(move || framed(page));
}

/// The last part of the page's path, whatever folder of a site the portal is mounted under.
#[must_use]
pub fn page_name() -> String {
    let path = window().location().pathname().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

fn framed(page: fn() -> AnyView) -> impl IntoView {
    let locale = Locale::detect();
    let texts = locale.texts();
    if let Some(html) = document().document_element() {
        // The one attribute name here is a valid one.
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
        {page()}
        <footer class="colophon">
            <p>
                {texts.footer} " " <a href="integrate" data-test="for-developers">
                    {texts.integrate.link}
                </a>
            </p>
        </footer>
    }
}
