//! The page `/integrate`: snippets for a site, with the addresses of this deployment. It is a program
//! of its own, because only developers open it.

mod application;
mod choices;
mod clipboard;
mod code;
mod elements;
mod embed;
mod facts;
mod highlight;
mod link;
mod names;
mod page;
mod panels;
mod preview;
mod server;
mod sign_ups;
mod tabs;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::{
    api::Backend,
    components::notice::{Notice, waiting},
    pages::frame::{self, main_part},
    texts::{Own, locale::Locale},
};

/// Shows the page when the deployment's configuration has come.
pub fn mount() {
    // Without the elements the preview is a link.
    let _ = load_elements();
    frame::mount(Own::integrate, || {
        show();
        loading()
    });
}

fn show() {
    spawn_local(async move {
        let config = Backend::default().config().await;
        let Ok(Some(main)) = document().query_selector("main") else {
            return;
        };
        let main: HtmlElement = main.unchecked_into();
        main.set_text_content(None);
        let locale = Locale::shown();
        let outcome = if config.is_ok() { "shown" } else { "failed" };
        leptos::mount::mount_to(main.clone(), move || {
            provide_context(locale);
            match config {
                Ok(config) => {
                    if config.test {
                        frame::say_test();
                    }
                    page::page(config)
                }
                Err(_) => unavailable(),
            }
        })
        .forget();
        // Cannot fail: the name is valid.
        let _ = main.set_attribute("data-outcome", outcome);
        scroll_to_part();
    });
}

/// Scrolls to the part that the address names: it was not there yet when the browser looked for it.
fn scroll_to_part() {
    let hash = window().location().hash().unwrap_or_default();
    let part = hash.strip_prefix('#').filter(|id| !id.is_empty());
    if let Some(part) = part.and_then(|id| document().get_element_by_id(id)) {
        part.scroll_into_view();
    }
}

fn loading() -> AnyView {
    let locale = Locale::current();
    let texts = locale.texts();
    let heading = texts.developers();
    let late = texts.patience().into_any();
    let card = waiting(heading, locale.integrate_texts().loading(), late);
    main_part("integrate", heading, Some("loading"), None, card)
}

fn load_elements() -> Result<(), JsValue> {
    let script = document().create_element("script")?;
    script.set_attribute("type", "module")?;
    script.set_attribute("src", "./elements.js")?;
    let head = document().head().ok_or(JsValue::NULL)?;
    head.append_child(&script).map(drop)
}

fn unavailable() -> AnyView {
    let locale = Locale::current();
    let texts = locale.integrate_texts();
    view! {
        <Notice heading=texts.unavailable_heading() sentence=texts.unavailable()>
            <div class="actions">
                <a class="action action--main" href="">
                    {locale.texts().failure().reload()}
                </a>
            </div>
        </Notice>
    }
    .into_any()
}
