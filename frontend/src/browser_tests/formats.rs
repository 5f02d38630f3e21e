use wasm_bindgen_test::wasm_bindgen_test;

use crate::texts::locale::Locale;

fn locale(tag: &str) -> Locale {
    Locale::from_tags(tag)
}

#[wasm_bindgen_test]
fn con_10_dates_are_written_in_words_and_never_shifted() {
    for (raw, english, german) in [
        ("1987-01-12", "12 January 1987", "12. Januar 1987"),
        ("2000-01-01", "1 January 2000", "1. Januar 2000"),
        ("2024-02-29", "29 February 2024", "29. Februar 2024"),
        ("1899-12-31", "31 December 1899", "31. Dezember 1899"),
    ] {
        assert_eq!(locale("en-GB").date(raw).as_deref(), Some(english));
        assert_eq!(locale("de").date(raw).as_deref(), Some(german));
    }
}

#[wasm_bindgen_test]
fn con_10_what_is_not_a_date_is_not_rewritten() {
    for raw in ["2021-02-30", "", "yesterday", "<b>"] {
        assert_eq!(locale("en").date(raw), None);
        assert_eq!(locale("en").instant(raw), None);
    }
}

#[wasm_bindgen_test]
fn an_instant_names_its_day_and_its_zone() {
    let shown = locale("en-GB")
        .instant("2020-04-10T11:44:40Z")
        .expect("is an instant");
    assert!(
        shown.contains("April 2020") && shown.contains("44:40"),
        "{shown}"
    );
}

#[wasm_bindgen_test]
fn countries_have_names() {
    assert_eq!(locale("en").country("DEU").as_deref(), Some("Germany"));
    assert_eq!(locale("de-AT").country("ISL").as_deref(), Some("Island"));
    assert_eq!(locale("en").country("XKX").as_deref(), Some("Kosovo"));
}

#[wasm_bindgen_test]
fn con_10_an_unknown_country_has_none() {
    assert_eq!(locale("en").country("UTO"), None);
}

#[wasm_bindgen_test]
fn the_language_of_the_page_can_be_set() {
    let html = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element())
        .expect("has a page");
    html.set_attribute("data-lang", "de").expect("can be set");
    let german = Locale::detect().lang();
    html.remove_attribute("data-lang").expect("can be removed");
    assert_eq!(german, "de");
}
