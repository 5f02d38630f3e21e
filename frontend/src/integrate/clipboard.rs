//! Copying a text; selecting it where the browser does not allow that.

use js_sys::Reflect;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Clipboard, Element};

/// Puts a text into the clipboard.
///
/// # Errors
/// The browser has no clipboard (a page without https) or does not allow it.
pub(super) async fn write(text: &str) -> Result<(), JsValue> {
    // web-sys assumes that there is one.
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into())?;
    let clipboard: Clipboard = clipboard.dyn_into()?;
    JsFuture::from(clipboard.write_text(text)).await.map(drop)
}

/// Selects all of an element's text, to be copied by keyboard.
pub(super) fn select(element: &Element) {
    if let Ok(Some(selection)) = window().get_selection() {
        // An element that is on the page can be selected.
        let _ = selection.select_all_children(element);
    }
}
