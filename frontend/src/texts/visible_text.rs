//! Text that was read from a document, made safe to show.

/// Longer fields are cut, so that one broken field does not bury the page.
const LIMIT: usize = 4096;

/// The text with every character that shows nothing, or that turns the text around it, written as
/// its code point, and cut with `…` after 4 KiB.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(LIMIT));
    for c in text.chars() {
        if shown.len() + c.len_utf8() > LIMIT {
            shown.push('…');
            break;
        }
        if hides(c) {
            shown.push_str("[U+");
            for shift in [20, 16, 12, 8, 4, 0] {
                let digit = (c as u32 >> shift) & 0xF;
                if digit != 0 || (c as u32 >> shift) > 0 || shift < 16 {
                    shown.extend(char::from_digit(digit, 16).map(|d| d.to_ascii_uppercase()));
                }
            }
            shown.push(']');
        } else {
            shown.push(c);
        }
    }
    shown
}

fn hides(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_scripts_pass_unchanged() {
        for name in [
            "ANNA MARIA",
            "Ólafur Þór",
            "Łukasz",
            "محمد",
            "王小明",
            "O'Brien <b>",
            "{{x}}",
        ] {
            assert_eq!(visible(name), name);
        }
    }

    #[test]
    fn con_02_what_hides_or_turns_text_is_spelt_out() {
        assert_eq!(visible("A\u{202E}B"), "A[U+202E]B");
        assert_eq!(visible("A\u{0}\n"), "A[U+0000][U+000A]");
        assert_eq!(visible("\u{E0041}"), "[U+E0041]");
    }

    #[test]
    fn con_02_a_megabyte_is_cut_with_a_mark() {
        let shown = visible(&"ß".repeat(500_000));
        assert!(shown.ends_with('…') && shown.len() <= LIMIT + 3);
    }
}
