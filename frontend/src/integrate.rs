//! The page `/integrate`: what to paste into a site, for this very deployment. A program of its own,
//! because only developers open it.

mod application;
mod choices;
mod clipboard;
mod code;
mod elements;
mod embed;
mod facts;
mod link;
mod page;
mod preview;
mod server;

pub mod texts;

use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, HtmlElement};

use crate::api::Backend;
use crate::app;
use crate::components::notice::Notice;
use crate::locale::Locale;
use crate::pages::integrate::Integrate;

/// Shows the page, once it knows the deployment.
pub fn mount() {
    app::mount(|| view! { <Integrate /> }.into_any());
    let styles = load(
        "link",
        &[("rel", "stylesheet"), ("href", "./integrate.css")],
    );
    load("script", &[("type", "module"), ("src", "./elements.js")]);
    spawn_local(async move {
        let config = Backend::default().config().await;
        if let Some(styles) = styles {
            // Without them the page looks poor and says the same.
            let _ = JsFuture::from(styles).await;
        }
        let Ok(Some(main)) = document().query_selector("main") else {
            return;
        };
        let main: HtmlElement = main.unchecked_into();
        main.set_text_content(None);
        let locale = Locale::detect();
        let outcome = if config.is_ok() { "shown" } else { "failed" };
        leptos::mount::mount_to(main.clone(), move || {
            provide_context(locale);
            match config {
                Ok(config) => page::page(config),
                Err(_) => unavailable(),
            }
        })
        .forget();
        // A valid name.
        let _ = main.set_attribute("data-outcome", outcome);
        scroll_to_part();
    });
}

/// The parts of the page came after the browser had looked for the one its address names.
fn scroll_to_part() {
    let hash = window().location().hash().unwrap_or_default();
    let part = hash.strip_prefix('#').filter(|id| !id.is_empty());
    if let Some(part) = part.and_then(|id| document().get_element_by_id(id)) {
        part.scroll_into_view();
    }
}

/// Adds a file to the page; the promise is kept when it has come, or will not come.
fn load(tag: &str, attributes: &[(&str, &str)]) -> Option<Promise> {
    let file: Element = document().create_element(tag).ok()?;
    for (name, value) in attributes {
        file.set_attribute(name, value).ok()?;
    }
    let head = document().head()?;
    let file: HtmlElement = file.unchecked_into();
    Some(Promise::new(&mut |resolve: Function, _| {
        file.set_onload(Some(&resolve));
        file.set_onerror(Some(&resolve));
        // The head takes every element.
        let _ = head.append_child(&file);
    }))
}

fn unavailable() -> AnyView {
    let locale = Locale::current();
    let texts = texts::of(locale.language());
    view! {
        <Notice heading=texts.unavailable_heading sentence=texts.unavailable>
            <div class="actions">
                <a class="action action--main" href="">
                    {locale.texts().failure.reload}
                </a>
            </div>
        </Notice>
    }
    .into_any()
}
