//! The language of a page of the portal, which `language.js` chooses and whose texts it loads.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::{ReadOwn, locale::Locale, read_once};

#[wasm_bindgen]
extern "C" {
    /// A language tag, and after a line break the file of texts; in this language instead of the present one.
    ///
    /// Not `async` here: of such a function, `catch` would miss an exception that comes before the promise.
    #[wasm_bindgen(catch, js_name = authenteqTexts)]
    fn load(choice: Option<&str>) -> Result<Promise, JsValue>;
}

/// The texts in the visitor's language, or in the one that the visitor chooses now; `None` if they could not be
/// loaded.
pub(crate) async fn texts(own: ReadOwn, choice: Option<&str>) -> Option<Locale> {
    let loaded = JsFuture::from(load(choice).ok()?).await;
    let loaded = loaded.ok()?.as_string()?;
    let (tag, file) = loaded.split_once('\n')?;
    let language = read_once(file, own)?;
    Some(Locale::new(language, tag))
}
