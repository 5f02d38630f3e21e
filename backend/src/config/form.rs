//! Rejects characters that are wrong at the ends of any value: leftovers of a file from another
//! system, a shell or a paste, often invisible.

/// How strictly quotes are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuoteRule {
    /// A quote at either end is an error.
    Refuse,
    /// A quote may belong to the value, unless the same one is at both ends.
    Allow,
}

const QUOTES: [char; 10] = ['"', '\'', '`', '“', '”', '„', '‘', '’', '«', '»'];

/// The first error at the ends of this value. Does not quote the value.
pub(crate) fn problem(value: &str, quotes: QuoteRule) -> Option<String> {
    let (first, last) = (value.chars().next()?, value.chars().next_back()?);
    if let Some(name) = unseen(first) {
        return Some(format!("begins with {name}"));
    }
    if let Some(name) = unseen(last) {
        return Some(format!("ends with {name}"));
    }
    let [begins, ends] = [first, last].map(|c| QUOTES.contains(&c));
    let is_wrapped = first == last && value.chars().nth(1).is_some();
    match quotes {
        QuoteRule::Allow if begins && is_wrapped => Some("is in quotes: leave them out".to_owned()),
        QuoteRule::Allow => None,
        QuoteRule::Refuse if begins && ends => Some("is in quotes: leave them out".to_owned()),
        QuoteRule::Refuse if begins => Some("begins with a quote".to_owned()),
        QuoteRule::Refuse if ends => Some("ends with a quote".to_owned()),
        QuoteRule::Refuse => None,
    }
}

/// The name of this character, if it is invisible.
pub(super) fn unseen(c: char) -> Option<String> {
    let name = match c {
        '\r' => "a carriage return",
        '\n' => "a line break",
        '\t' => "a tab",
        ' ' => "a blank",
        '\u{feff}' => "a byte order mark",
        c if c.is_whitespace() || c.is_control() || is_format(c) => {
            return Some(format!("an invisible character (U+{:04X})", u32::from(c)));
        }
        _ => return None,
    };
    Some(name.to_owned())
}

/// Unicode's joiners, direction marks and fillers, which have no width.
fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fffe}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ops_20_what_stands_at_an_end_unseen_is_named() {
        for (value, said) in [
            ("x\r", "ends with a carriage return"),
            ("x\n", "ends with a line break"),
            ("x ", "ends with a blank"),
            (" x", "begins with a blank"),
            ("\tx", "begins with a tab"),
            ("\u{feff}x", "begins with a byte order mark"),
            ("x\u{a0}", "ends with an invisible character (U+00A0)"),
            ("x\u{200b}", "ends with an invisible character (U+200B)"),
            ("x\0", "ends with an invisible character (U+0000)"),
            ("\r", "begins with a carriage return"),
            ("\"x\"", "is in quotes: leave them out"),
            ("''", "is in quotes: leave them out"),
        ] {
            for quotes in [QuoteRule::Refuse, QuoteRule::Allow] {
                assert_eq!(problem(value, quotes).as_deref(), Some(said), "{value:?}");
            }
        }
        for (value, said) in [
            ("“x”", "is in quotes: leave them out"),
            ("\"x", "begins with a quote"),
            ("x'", "ends with a quote"),
        ] {
            assert_eq!(problem(value, QuoteRule::Refuse).as_deref(), Some(said));
            assert_eq!(problem(value, QuoteRule::Allow), None, "{value}");
        }
        for value in ["", "x", "a b", "a\"b", "\u{e4}", "."] {
            for quotes in [QuoteRule::Refuse, QuoteRule::Allow] {
                assert_eq!(problem(value, quotes), None, "{value:?}");
            }
        }
        assert_eq!(problem("\"", QuoteRule::Allow), None);
    }
}
