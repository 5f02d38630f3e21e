//! The frame around every page of the portal.

use std::{any::Any, cell::RefCell, rc::Rc};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::{
    components::{mark::Mark, test_badge::TestBadge},
    pages::crash,
    texts::{
        ReadOwn,
        locale::{Language, Locale},
        page::texts,
    },
};

thread_local! {
    static DRAWN: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

/// A page, to be drawn in one language after the other.
#[derive(Clone)]
struct Page {
    own: ReadOwn,
    content: Rc<dyn Fn() -> AnyView>,
}

/// Replaces the content of the page file by a page in its frame, once the page's texts are loaded; without them,
/// that content says what to do. As a task: an exception in a task ends in the card of a crash.
pub(crate) fn mount(own: ReadOwn, content: impl Fn() -> AnyView + 'static) {
    crash::report(crash::show);
    let content = Rc::new(content);
    let page = Page { own, content };
    spawn_local(async move {
        if let Some(locale) = texts(own, None).await {
            page.draw(&locale);
        }
    });
}

impl Page {
    fn draw(self, locale: &Locale) {
        // The nodes in the former language go, with their listeners.
        drop(DRAWN.take());
        locale.show();
        let Some(body) = document().body() else {
            return;
        };
        body.set_text_content(None);
        let view = leptos::mount::mount_to(body, move || framed(self));
        DRAWN.set(Some(Box::new(view)));
    }

    /// Draws the page in another language; if that cannot be loaded, it stays as it is.
    fn change(self, language: Language) {
        spawn_local(async move {
            if let Some(locale) = texts(self.own, Some(language.tag())).await {
                self.draw(&locale);
                // After a failure's heading, which takes the focus when it is drawn.
                request_animation_frame(focus_on_choice);
            }
        });
    }
}

/// The keyboard goes on where it was.
fn focus_on_choice() {
    let chosen = document().query_selector(".languages [aria-current]");
    if let Some(chosen) = chosen.ok().flatten() {
        let _ = chosen.unchecked_into::<HtmlElement>().focus();
    }
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

fn framed(page: Page) -> impl IntoView {
    let locale = Locale::shown();
    let texts = locale.texts();
    if let Some(html) = document().document_element() {
        // Cannot fail: the name is valid.
        let _ = html.set_attribute("lang", locale.lang());
    }
    let chosen = locale.language();
    provide_context(locale);
    let content = (page.content)();
    view! {
        <header class="masthead">
            <a class="brand" href="./">
                <Mark />
                <span>{texts.brand()}</span>
            </a>
        </header>
        {content}
        <footer class="colophon">
            <p>
                {texts.footer()} " " <a href="integrate" data-test="for-developers">
                    {texts.developers()}
                </a>
            </p>
            <nav class="languages" aria-label=texts.language()>
                {Language::all().map(|language| choice(&page, language, chosen)).into_iter().collect_view()}
            </nav>
        </footer>
    }
}

/// A language to choose, by its own name.
fn choice(page: &Page, language: Language, chosen: Language) -> impl IntoView + use<> {
    let page = page.clone();
    view! {
        <button
            type="button"
            lang=language.tag()
            aria-current=(language == chosen).then_some("true")
            data-test=["language-", language.tag()].concat()
            on:click=move |_| page.clone().change(language)
        >
            {language.name()}
        </button>
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
