use js_sys::{Function, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::texts::{Own, generated::files, page};

/// Plays the page's script, which `load` is the function of.
fn play(load: &str) {
    let load: JsValue = Function::new_with_args("choice", load).into();
    Reflect::set(&js_sys::global(), &"authenteqTexts".into(), &load).expect("can be set");
}

#[wasm_bindgen_test]
async fn a_page_takes_the_language_of_its_script_and_the_one_that_the_visitor_chooses() {
    let [english, _, french] = files::PORTAL;
    let texts =
        |tag: &str, file: &str| format!("Promise.resolve({:?})", [tag, "\n", file].concat());
    play(&format!(
        "return choice === 'fr' ? {} : {}",
        texts("fr-CH", french),
        texts("en", english)
    ));
    let first = page::texts(Own::portal, None).await.expect("is read");
    assert_eq!(first.lang(), "en");
    assert_eq!(first.portal_texts().home().heading(), "Show who you are");
    let chosen = page::texts(Own::portal, Some("fr")).await.expect("is read");
    assert_eq!(chosen.lang(), "fr");
    assert_eq!(
        chosen.portal_texts().home().heading(),
        "Montrez qui vous êtes"
    );
    assert_eq!(
        chosen.date("1987-01-12").as_deref(),
        Some("12 janvier 1987")
    );
}

#[wasm_bindgen_test]
async fn a_page_without_texts_is_not_drawn() {
    for load in [
        "return Promise.reject(new Error('offline'))",
        "throw new Error('no language')",
        "return Promise.resolve('de\\nis\\n')",
        "return Promise.resolve(undefined)",
    ] {
        play(load);
        assert!(page::texts(Own::portal, None).await.is_none(), "{load}");
    }
    let none = Reflect::delete_property(&js_sys::global(), &"authenteqTexts".into());
    assert_eq!(none, Ok(true));
    assert!(page::texts(Own::portal, None).await.is_none());
}
