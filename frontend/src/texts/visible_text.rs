//! Text that was read from a document, made safe to show.

/// Longer fields are cut, so that one broken field does not bury the page.
const LIMIT: usize = 4096;

/// The text with every character that shows nothing, or that turns the text around it, written as
/// its code point, and cut with `…` after 4 KiB. A joiner within a word of a script that is spelt with
/// them stays as it is.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(LIMIT));
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let is_spelling = matches!(c, '\u{200C}' | '\u{200D}')
            && takes_joiners(before)
            && chars.peek().copied().is_some_and(takes_joiners);
        before = c;
        if shown.len() + c.len_utf8() > LIMIT {
            shown.push('…');
            break;
        }
        if hides(c) && !is_spelling {
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

/// Scripts in which a joiner may be a part of the spelling: Arabic, Syriac and their like, and those of South
/// and South-East Asia and Mongolia. Unicode Standard Annex 31, section 2.3, is stricter about the letters
/// on both sides.
fn takes_joiners(c: char) -> bool {
    matches!(c, '\u{0600}'..='\u{109F}' | '\u{1780}'..='\u{1BFF}' | '\u{A800}'..='\u{AAFF}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
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
            // Names in Persian, Hindi and Sinhala are spelt with joiners.
            "علی\u{200C}رضا",
            "क्\u{200D}ष",
            "ශ්\u{200D}රී",
        ] {
            assert_eq!(visible(name), name);
        }
    }

    #[test]
    fn con_02_what_hides_or_turns_text_is_spelt_out() {
        assert_eq!(visible("A\u{202E}B"), "A[U+202E]B");
        assert_eq!(visible("A\u{0}\n"), "A[U+0000][U+000A]");
        assert_eq!(visible("\u{E0041}"), "[U+E0041]");
        for joiner in ['\u{200C}', '\u{200D}'] {
            let spelt = format!("[U+{:04X}]", u32::from(joiner));
            assert_eq!(visible(&format!("A{joiner}B")), format!("A{spelt}B"));
            assert_eq!(visible(&format!("علی{joiner}")), format!("علی{spelt}"));
            // Cherokee looks like Latin, and has no joiners.
            assert_eq!(visible(&format!("Ꭺ{joiner}Ꭻ")), format!("Ꭺ{spelt}Ꭻ"));
            let twice = format!("علی{joiner}{joiner}رضا");
            assert_eq!(visible(&twice), format!("علی{spelt}{spelt}رضا"));
        }
    }

    #[test]
    fn con_02_a_megabyte_is_cut_with_a_mark() {
        let shown = visible(&"ß".repeat(500_000));
        assert!(shown.ends_with('…') && shown.len() <= LIMIT + 3);
    }
}
