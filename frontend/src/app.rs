//! The portal's pages. Each is a page load of its own; the address says which.

use leptos::prelude::*;

use crate::arrival;
use crate::components::mark::Mark;
use crate::crash;
use crate::locale::Locale;
use crate::pages::home::Home;
use crate::pages::integrate::Integrate;
use crate::pages::results::Results;
use crate::pages::start::Start;

/// A page of the portal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// `/`
    Home,
    /// `/start`
    Start,
    /// `/results`
    Results,
    /// `/integrate`
    Integrate,
}

impl Page {
    /// The page at a path, whatever folder of a site it is mounted under.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        match path.rsplit('/').next() {
            Some("start") => Self::Start,
            Some("results") => Self::Results,
            Some("integrate") => Self::Integrate,
            _ => Self::Home,
        }
    }
}

/// Puts the portal in the place of what the page file shows until now.
pub fn mount() {
    crash::install();
    let path = window().location().pathname().unwrap_or_default();
    if Page::of_path(&path) == Page::Results && arrival::leave_address() {
        return;
    }
    document()
        .body()
        .inspect(|body| body.set_text_content(None));
    leptos::mount::mount_to_body(App);
}

/// The page for the current address, with what surrounds every page.
#[component]
pub fn App() -> impl IntoView {
    let locale = Locale::detect();
    let texts = locale.texts();
    if let Some(html) = document().document_element() {
        // The one attribute name here is a valid one.
        let _ = html.set_attribute("lang", locale.lang());
    }
    provide_context(locale);
    let path = window().location().pathname().unwrap_or_default();
    view! {
        <header class="masthead">
            <a class="brand" href="./">
                <Mark />
                <span>{texts.brand}</span>
            </a>
        </header>
        {match Page::of_path(&path) {
            Page::Home => view! { <Home /> }.into_any(),
            Page::Start => view! { <Start /> }.into_any(),
            Page::Results => view! { <Results /> }.into_any(),
            Page::Integrate => view! { <Integrate /> }.into_any(),
        }}
        <footer class="colophon">
            <p>
                {texts.footer} " " <a href="integrate" data-test="for-developers">
                    {texts.integrate.link}
                </a>
            </p>
        </footer>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_of_the_path_chooses_the_page() {
        for (path, page) in [
            ("/", Page::Home),
            ("/kyc/", Page::Home),
            ("/start", Page::Start),
            ("/kyc/start", Page::Start),
            ("/a/b/results", Page::Results),
            ("/kyc/integrate", Page::Integrate),
            ("/results/", Page::Home),
            ("/restart", Page::Home),
            ("", Page::Home),
        ] {
            assert_eq!(Page::of_path(path), page, "{path}");
        }
    }
}
