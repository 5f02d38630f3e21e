//! Functions of the browser that older ones lack, or that throw where web-sys does not expect it.

use js_sys::{Function, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, EventTarget};

#[wasm_bindgen]
extern "C" {
    /// Chrome 103, Firefox 100, Safari 16.
    #[wasm_bindgen(catch, js_namespace = AbortSignal, js_name = timeout)]
    fn abort_after(milliseconds: u32) -> Result<AbortSignal, JsValue>;

    /// Throws for a tag that is not well-formed (BCP 47).
    #[wasm_bindgen(catch, js_namespace = Intl, js_name = getCanonicalLocales)]
    fn canonical_locales(tag: &str) -> Result<JsValue, JsValue>;

    /// Writes the elements of a list with commas between.
    #[wasm_bindgen(catch, js_name = String)]
    fn text_of(value: &JsValue) -> Result<String, JsValue>;
}

/// A signal that ends a request after this time. `None` in an older browser, which ends requests after a
/// time of its own.
pub(crate) fn time_limit(milliseconds: u32) -> Option<AbortSignal> {
    abort_after(milliseconds).ok()
}

/// Whether `Intl` takes this language tag.
pub(crate) fn is_language_tag(tag: &str) -> bool {
    canonical_locales(tag).is_ok()
}

/// `navigator.languages` with commas between; empty where an extension or an app's own browser has taken
/// the list away.
pub(crate) fn languages() -> String {
    let languages = Reflect::get(&window().navigator(), &"languages".into());
    languages
        .and_then(|list| text_of(&list))
        .unwrap_or_default()
}

/// Whether the browser draws this page ahead, in case the visitor opens it; then it is loaded anew when the
/// visitor does. Nothing may be begun or taken before.
pub(crate) fn is_prerendered() -> bool {
    let document = document();
    let is_prerendered = Reflect::get(&document, &"prerendering".into());
    let is_prerendered = is_prerendered.is_ok_and(|it| it.is_truthy());
    if is_prerendered {
        reload_on(&document, "prerenderingchange");
    }
    is_prerendered
}

/// Loads the page anew when this event comes.
pub(crate) fn reload_on(target: &EventTarget, event: &str) {
    let location = window().location();
    if let Ok(reload) = Reflect::get(&location, &"reload".into()) {
        let reload = reload.unchecked_into::<Function>().bind0(&location);
        // Cannot fail: targets take listeners of any name.
        let _ = target.add_event_listener_with_callback(event, &reload);
    }
}
