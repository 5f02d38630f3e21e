//! What a visitor sees when the program stops: a card instead of a blank page.

use std::panic;

use wasm_bindgen::JsValue;
use web_sys::{Document, Element, Node, console};

use crate::texts::locale::Locale;

/// Shows the card on a panic.
pub fn install() {
    report(show);
}

/// Tells the console of a panic, and then does something about it. The console learns the place in
/// the source and nothing else, because a panic's message may hold what was just being shown.
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

/// Puts the card in the place of the whole page. Without Leptos, which may be what stopped.
pub fn show() {
    if let Some(body) = web_sys::window().and_then(|window| window.document()?.body()) {
        // Nothing is left to do where even this fails.
        let _ = draw_in(&body);
    }
}

/// Puts the card in the place of all that is drawn in `place`.
///
/// # Errors
/// What the browser refuses.
pub fn draw_in(place: &Node) -> Result<(), JsValue> {
    let words = &Locale::detect().texts().failure;
    let document = place.owner_document().ok_or(JsValue::UNDEFINED)?;
    place.set_text_content(None);
    let main = child(&document, place, "main", "")?;
    main.set_attribute("class", "authenteq results")?;
    main.set_attribute("data-outcome", "failed")?;
    main.set_attribute("data-reason", "CRASHED")?;
    let card = child(&document, &main, "section", "")?;
    card.set_attribute("class", "card failure")?;
    card.set_attribute("role", "alert")?;
    child(&document, &card, "h1", words.crashed_title)?;
    child(&document, &card, "p", words.crashed)?;
    let reload = child(&document, &card, "a", words.reload)?;
    reload.set_attribute("class", "action action--main")?;
    let address = document.location().map(|location| location.href());
    reload.set_attribute("href", &address.transpose()?.unwrap_or_default())?;
    let support = child(&document, &card, "p", words.support_code)?;
    support.set_attribute("class", "support")?;
    child(&document, &support, "code", "CRASHED")?;
    Ok(())
}

fn child(document: &Document, parent: &Node, tag: &str, text: &str) -> Result<Element, JsValue> {
    let element = document.create_element(tag)?;
    element.set_text_content(Some(text));
    parent.append_child(&element)?;
    Ok(element)
}
