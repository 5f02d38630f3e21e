//! What a visitor sees when the program stops: a card instead of a blank page.

use std::panic;

use wasm_bindgen::JsValue;
use web_sys::{Document, Element, console};

use crate::locale::Locale;

/// Shows the card on a panic. The console learns the place in the source and nothing else, because
/// a panic's message may hold what was just being shown.
pub fn install() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| {
            let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
            [file, ":", &at.line().to_string()].concat()
        });
        console::error_2(
            &JsValue::from_str("webkyc stopped at"),
            &JsValue::from_str(&place),
        );
        show();
    }));
}

/// Puts the card in the place of the whole page. Without Leptos, which may be what stopped.
pub fn show() {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        // Nothing is left to do where even this fails.
        let _ = draw(&document);
    }
}

fn draw(document: &Document) -> Result<(), JsValue> {
    let words = &Locale::detect().texts().failure;
    let body = document.body().ok_or(JsValue::UNDEFINED)?;
    body.set_text_content(None);
    let main = child(document, &body, "main", "")?;
    main.set_attribute("data-outcome", "failed")?;
    main.set_attribute("data-reason", "CRASHED")?;
    let card = child(document, &main, "section", "")?;
    card.set_attribute("class", "card failure")?;
    card.set_attribute("role", "alert")?;
    child(document, &card, "h1", words.crashed_title)?;
    child(document, &card, "p", words.crashed)?;
    let reload = child(document, &card, "a", words.reload)?;
    reload.set_attribute("class", "action action--main")?;
    reload.set_attribute("href", "")?;
    let support = child(document, &card, "p", words.support_code)?;
    support.set_attribute("class", "support")?;
    child(document, &support, "code", "CRASHED")?;
    document.set_title(words.crashed_title);
    Ok(())
}

fn child(document: &Document, parent: &Element, tag: &str, text: &str) -> Result<Element, JsValue> {
    let element = document.create_element(tag)?;
    element.set_text_content(Some(text));
    parent.append_child(&element)?;
    Ok(element)
}
