//! After a panic, or an exception of the browser: a card instead of a page that waits or is blank.

use std::panic;

use wasm_bindgen::JsValue;
use web_sys::{Document, Element, Node, console};

use crate::texts::locale::Locale;

/// On a panic, writes its place in the source to the console, then calls `then`. The panic's message
/// stays out of the console, because it may hold personal data.
pub fn report(then: impl Fn() + Send + Sync + 'static) {
    panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map_or_else(String::new, |at| {
            let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
            [file, ":", &at.line().to_string()].concat()
        });
        console::error_2(
            &JsValue::from_str("webkyc stopped at"),
            &JsValue::from_str(&place),
        );
        then();
    }));
}

/// Replaces the whole page by the card, without Leptos, which may have caused the panic.
pub fn show() {
    let body = web_sys::window().and_then(|window| window.document()?.body());
    // Drawn once: a later exception would take the focus from it.
    if let Some(body) = body
        && !is_shown(&body)
    {
        // Nothing is left to try after this.
        let _ = draw_in(&body);
    }
}

/// Replaces the content of `place` by the card.
///
/// # Errors
/// The browser's exception.
pub fn draw_in(place: &Node) -> Result<(), JsValue> {
    // A page without texts says itself what to do.
    let texts = Locale::shown().loaded_texts();
    let words = texts.ok_or(JsValue::UNDEFINED)?.failure();
    let document = place.owner_document().ok_or(JsValue::UNDEFINED)?;
    place.set_text_content(None);
    let main = child(&document, place, "main", "")?;
    main.set_attribute("class", "authenteq results")?;
    main.set_attribute("data-outcome", "failed")?;
    main.set_attribute("data-reason", "CRASHED")?;
    let card = child(&document, &main, "section", "")?;
    card.set_attribute("class", "card failure")?;
    card.set_attribute("role", "alert")?;
    child(&document, &card, "h1", words.crashed_title())?;
    child(&document, &card, "p", words.crashed())?;
    let reload = child(&document, &card, "a", words.reload())?;
    reload.set_attribute("class", "action action--main")?;
    let address = document.location().map(|location| location.href());
    reload.set_attribute("href", &address.transpose()?.unwrap_or_default())?;
    let support = child(&document, &card, "p", words.support_code())?;
    support.set_attribute("class", "support")?;
    child(&document, &support, "code", "CRASHED")?;
    Ok(())
}

/// Whether the card is there already.
fn is_shown(place: &Element) -> bool {
    matches!(place.query_selector("[data-reason=CRASHED]"), Ok(Some(_)))
}

fn child(document: &Document, parent: &Node, tag: &str, text: &str) -> Result<Element, JsValue> {
    let element = document.create_element(tag)?;
    element.set_text_content(Some(text));
    parent.append_child(&element)?;
    Ok(element)
}
