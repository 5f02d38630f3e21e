//! A document's number: only its end is shown until the visitor presses a button.

use leptos::{ev::MouseEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::texts::results::DocumentTexts;

/// The same for every number, so that they do not show its length.
const DOTS: &str = "••••••";
/// How much of the end is shown.
const END: usize = 3;
/// The end of a shorter number would give too much away.
const SHORT: usize = 2 * END + 1;

/// Dots and the end of a number; dots alone for a short one.
pub(crate) fn masked(number: &str) -> String {
    let starts: Vec<usize> = number.char_indices().map(|(start, _)| start).collect();
    let end = if starts.len() < SHORT {
        ""
    } else {
        let start = starts.get(starts.len() - END).copied().unwrap_or_default();
        number.get(start..).unwrap_or_default()
    };
    [DOTS, end].concat()
}

/// The button after a masked number. Until it is pressed, the number stands nowhere on the page.
///
/// It changes the page directly, because a signal for each word weighs kilobytes.
pub(crate) fn reveal(label: &'static str, number: String, texts: DocumentTexts) -> AnyView {
    let press = move |event: MouseEvent| {
        let button = event.current_target();
        if let Some(button) = button.and_then(|button| button.dyn_into::<Element>().ok()) {
            turn(&button, label, &number, texts);
        }
    };
    let name = [texts.show(), ": ", label].concat();
    view! {
        <dd>
            <button
                class="reveal"
                type="button"
                aria-label=name
                aria-pressed="false"
                data-test="reveal"
                on:click=press
            >
                {texts.show()}
            </button>
        </dd>
    }
    .into_any()
}

fn turn(button: &Element, label: &str, number: &str, texts: DocumentTexts) {
    let opens = button.get_attribute("aria-pressed").as_deref() == Some("false");
    let (pressed, word) = if opens {
        ("true", texts.hide())
    } else {
        ("false", texts.show())
    };
    let shown = if opens {
        number.to_owned()
    } else {
        masked(number)
    };
    let value = button
        .parent_element()
        .and_then(|cell| cell.previous_element_sibling())
        .and_then(|value| value.first_element_child());
    if let Some(value) = value {
        value.set_text_content(Some(&shown));
    }
    button.set_text_content(Some(word));
    // Cannot fail: the names are valid.
    let _ = button.set_attribute("aria-pressed", pressed);
    let _ = button.set_attribute("aria-label", &[word, ": ", label].concat());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_three_characters_of_a_number_are_shown() {
        assert_eq!(masked("8136431812"), "••••••812");
        assert_eq!(masked("1234567"), "••••••567");
        assert_eq!(masked("VM-1048ß76"), "••••••ß76");
    }

    #[test]
    fn nothing_is_shown_of_a_short_number() {
        for number in ["", "1", "812", "123456", "ßßßßßß"] {
            assert_eq!(masked(number), DOTS, "{number}");
        }
    }
}
