//! One pass over an answer before it is parsed as JSON. It repairs bytes that would make the whole
//! verification unreadable, and measures the memory that parsing will take.

/// Strings that must be unescaped or repaired are copied: once during that work, and once as the
/// result.
pub(super) const COPIES: usize = 2;
/// More levels than any answer of Authenteq's has.
const DEPTH_LIMIT: usize = 32;
/// No field of ours holds a longer number or one with an exponent. serde_json rejects an answer
/// with a number that it cannot represent.
const NUMBER_LIMIT: usize = 64;
/// Longer strings count as files. Texts are cut to this many bytes.
const SHORT: usize = 4 << 10;
/// Maximum bytes of all texts together: a thousand texts.
const TEXTS: usize = 5 << 20;

/// The JSON is nested more than 32 levels deep.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooDeep;

/// Returns the bytes of strings that parsing will copy. Repairs in place each error that would make
/// the rest unreadable: half of a surrogate pair becomes U+FFFD, an oversized number an empty
/// array, a control character in a string a space, a byte that is not UTF-8 a question mark.
pub(super) fn prescan(json: &mut [u8]) -> Result<usize, TooDeep> {
    let (mut at, mut depth, mut copied, mut texts) = (0, 0_usize, 0, 0);
    replace_non_text(json);
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => {
                let (end, is_escaped) = end_of_string(json, at + 1);
                let string = &mut json[at + 1..end];
                if has_control(string) {
                    let controls = string.iter_mut().filter(|b| **b < b' ');
                    controls.for_each(|b| *b = b' ');
                }
                if string.len() <= SHORT {
                    texts += string.len();
                } else if is_escaped || is_mended(string) {
                    copied += string.len();
                }
                at = end;
            }
            b'{' | b'[' => {
                depth += 1;
                if depth > DEPTH_LIMIT {
                    return Err(TooDeep);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'-' | b'0'..=b'9' => at = end_of_number(json, at) - 1,
            _ => {}
        }
        at += 1;
    }
    Ok(copied + TEXTS.min(texts))
}

/// Always reads every byte: without an early exit this takes a tenth of the time.
fn has_control(string: &[u8]) -> bool {
    let seen = |seen, byte: &u8| seen | u8::from(*byte < b' ');
    string.iter().fold(0, seen) != 0
}

fn replace_non_text(json: &mut [u8]) {
    let mut from = 0;
    while let Err(error) = str::from_utf8(&json[from..]) {
        let at = from + error.valid_up_to();
        let end = error.error_len().map_or(json.len(), |length| at + length);
        json[at..end].fill(b'?');
        from = end;
    }
}

/// Whether this may be base64 in a spelling other than that of RFC 4648 section 4.
fn is_mended(string: &[u8]) -> bool {
    !string.len().is_multiple_of(4)
        || string.starts_with(b"data:")
        || memchr::memchr3(b' ', b'-', b'_', string).is_some()
}

/// The index of the quote that ends the string, and whether the string contains an escape.
fn end_of_string(json: &mut [u8], begin: usize) -> (usize, bool) {
    let (mut at, mut is_escaped) = (begin, false);
    while let Some(next) = json
        .get(at..)
        .and_then(|rest| memchr::memchr2(b'"', b'\\', rest))
    {
        at += next;
        if json[at] == b'"' {
            return (at, is_escaped);
        }
        is_escaped = true;
        at += match (code_unit(json, at), code_unit(json, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                json[at + 2..at + 6].copy_from_slice(b"FFFD");
                6
            }
            (Some(_), _) => 6,
            (None, _) => 2,
        };
    }
    (json.len(), is_escaped)
}

/// The code unit of a `\u` with four digits at this index.
fn code_unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = str::from_utf8(digits).ok().filter(|_| is_hex)?;
    u16::from_str_radix(digits, 16).ok()
}

/// The index after the number.
fn end_of_number(json: &mut [u8], begin: usize) -> usize {
    let is_of_number = |b: &u8| b.is_ascii_digit() || b"+-.eE".contains(b);
    let length = json[begin..].iter().take_while(|b| is_of_number(b)).count();
    let number = &mut json[begin..begin + length];
    if length > NUMBER_LIMIT || number.iter().any(|b| b"eE".contains(b)) && length > 2 {
        number.fill(b' ');
        number[..2].copy_from_slice(b"[]");
    }
    begin + length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prescanned(json: &str) -> (String, Result<usize, TooDeep>) {
        let mut json = json.as_bytes().to_vec();
        let copied = prescan(&mut json);
        (String::from_utf8(json).unwrap(), copied)
    }

    #[test]
    fn fe_13_long_strings_with_an_escape_or_in_another_spelling_are_copied() {
        let long = "abcd".repeat(2_000);
        let of = |json: &str| prescanned(json).1.unwrap();
        assert_eq!(of(&format!(r#"[ "{long}" ]"#)), 0);
        assert_eq!(of(r#"{"a":"b d", "e":"\/"}"#), 7, "texts are always copied");
        assert_eq!(
            of(&r#"["abcd"],"#.repeat(2 << 20)),
            TEXTS,
            "and few of them kept"
        );
        for (more, all) in [
            ("    ", 8_004),
            ("\\/aa", 8_004),
            ("-_aa", 8_004),
            ("a", 8_001),
        ] {
            assert_eq!(of(&format!(r#"["{long}{more}","{long}"]"#)), all, "{more}");
        }
        assert_eq!(of(&format!(r#"["data:x,a{long}"]"#)), 8_008);
        assert_eq!(
            of(&format!(r#""{long}no end \""#)),
            8_009,
            "which is no JSON"
        );
    }

    #[test]
    fn con_11_what_is_nested_without_end_is_refused_and_brackets_in_strings_are_not() {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let nested = |times| format!("{}1{}", open.repeat(times), close.repeat(times));
            assert!(prescanned(&nested(32)).1.is_ok());
            assert_eq!(prescanned(&nested(33)).1, Err(TooDeep));
        }
        assert!(prescanned(&"[],".repeat(100_000)).1.is_ok());
        assert!(
            prescanned(&format!(r#"["{}\"{0}"]"#, "[{".repeat(100)))
                .1
                .is_ok()
        );
    }

    #[test]
    fn con_13_half_a_surrogate_pair_becomes_a_replacement_character() {
        for (given, read) in [
            (r#"["a\ud800b"]"#, "a\u{fffd}b"),
            (r#"["\uDFFF"]"#, "\u{fffd}"),
            (r#"["\ud800\ud800"]"#, "\u{fffd}\u{fffd}"),
            (r#"["\ud83d\ude00"]"#, "\u{1f600}"),
            (r#"["\\ud800\u00e9"]"#, "\\ud800é"),
            (r#"["\ud800\\udc00"]"#, "\u{fffd}\\udc00"),
        ] {
            let [text]: [String; 1] = serde_json::from_str(&prescanned(given).0).unwrap();
            assert_eq!(text, read, "{given}");
        }
        for broken in [
            r#"["\ud8"#,
            r#"["\u"#,
            r#"["\"#,
            r#"["\uzzzz"]"#,
            r#""\ud800\u"#,
        ] {
            prescanned(broken).1.unwrap();
        }
    }

    #[test]
    fn con_13_a_number_that_is_none_of_ours_becomes_an_empty_array() {
        let digits = "1".repeat(400);
        let json = format!(r#"[1e999,-12.5,{digits},true,false,"1e999"]"#);
        let read: serde_json::Value = serde_json::from_str(&prescanned(&json).0).unwrap();
        assert_eq!(
            read,
            serde_json::json!([[], -12.5, [], true, false, "1e999"])
        );
    }
}
