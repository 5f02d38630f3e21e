//! `/integrate`: loads the page's own program, which few visitors ever need.

use leptos::prelude::*;

use crate::components::notice::waiting;
use crate::locale::Locale;
use crate::pages::main_part;

/// What stands there until [`crate::integrate`] takes its place.
#[component]
pub fn Integrate() -> impl IntoView {
    let texts = Locale::current().texts();
    load_program();
    let card = waiting(
        texts.integrate.link,
        texts.integrate.loading,
        texts.patience.into_any(),
    );
    main_part(
        "integrate",
        texts.integrate.link,
        Some("loading"),
        None,
        card,
    )
}

/// A script only runs when it was made by itself: one in a view is cloned from a template.
fn load_program() {
    let Ok(script) = document().create_element("script") else {
        return;
    };
    // Valid names, and a page has a head.
    let _ = script.set_attribute("type", "module");
    let _ = script.set_attribute("src", "./integrate_loader.js");
    if let Some(head) = document().head() {
        let _ = head.append_child(&script);
    }
}
