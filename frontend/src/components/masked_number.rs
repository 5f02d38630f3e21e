//! A document's number, of which only the end is shown until the visitor asks for it.

use leptos::prelude::*;

use crate::locale::Locale;

/// As many whatever the length, which is nobody's business either.
const DOTS: &str = "••••••";
/// How much of the end is shown.
const END: usize = 3;
/// Shorter numbers would give too much away by their end.
const SHORT: usize = 2 * END + 1;

/// A row of a list of fields, with a button beside the number.
#[component]
pub fn MaskedNumber(
    /// What it is called on the page.
    label: &'static str,
    /// Where it stands in the data.
    path: String,
    /// What is shown on demand. Until then it stands nowhere on the page.
    number: String,
) -> impl IntoView {
    let texts = &Locale::current().texts().document;
    let open = RwSignal::new(false);
    let end = end(&number).to_owned();
    let word = move || if open.get() { texts.hide } else { texts.show };
    view! {
        <div class="field field--masked">
            <dt>{label}</dt>
            <dd translate="no" data-field=path>
                <span class="dots" aria-hidden="true">
                    {move || (!open.get()).then_some(DOTS)}
                </span>
                <bdi>{move || if open.get() { number.clone() } else { end.clone() }}</bdi>
            </dd>
            <dd>
                <button
                    class="reveal"
                    type="button"
                    aria-label=move || [word(), ": ", label].concat()
                    aria-pressed=move || if open.get() { "true" } else { "false" }
                    data-test="reveal"
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {word}
                </button>
            </dd>
        </div>
    }
}

fn end(number: &str) -> &str {
    let starts: Vec<usize> = number.char_indices().map(|(start, _)| start).collect();
    if starts.len() < SHORT {
        return "";
    }
    &number[starts[starts.len() - END]..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_three_characters_of_a_number_are_shown() {
        assert_eq!(end("8136431812"), "812");
        assert_eq!(end("1234567"), "567");
        assert_eq!(end("VM-1048ß76"), "ß76");
    }

    #[test]
    fn nothing_is_shown_of_a_short_number() {
        for number in ["", "1", "812", "123456", "ßßßßßß"] {
            assert_eq!(end(number), "", "{number}");
        }
    }
}
