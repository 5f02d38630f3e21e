//! Names of a zone, found again among the words of a page: ICAO Doc 9303 part 3, section 6.

use std::ops::Range;

use mrz::TransliterationStyle;

/// Words with fewer letters are the beginning of many others.
const LEAST_CUT: usize = 4;
/// A word with fewer letters is found by chance where marks do not count.
const LEAST_WITHOUT_MARKS: usize = 3;

/// A name as the page writes it, where its transliteration is the zone's; `cut` when the zone had no room
/// for all of it, so that the page's may be longer, at its end or each of its words (part 4, 4.2.3). The whole
/// name is looked for first, on every line.
pub(crate) fn on_page(zone: &str, cut: bool, lines: &[&str]) -> Option<String> {
    if letters(zone, TransliterationStyle::Expanded).is_empty() {
        return None;
    }
    let find = |longer| {
        let mut lines = lines.iter();
        lines.find_map(|line| in_line(zone, cut, longer, line))
    };
    let can_be_cut = cut && zone.split_whitespace().any(|word| word.len() >= LEAST_CUT);
    find(false)
        .or_else(|| can_be_cut.then(|| find(true))?)
        .or_else(|| has_lost_marks(zone, lines).then(|| zone.to_owned()))
}

/// Whether a line has the name without some of its marks, which readers lose: `MULLER`, where the zone has `MUELLER`.
/// Then the zone's spelling counts.
fn has_lost_marks(zone: &str, lines: &[&str]) -> bool {
    let parts: Vec<&str> = zone.split_whitespace().collect();
    let is_long = |part: &&str| part.len() > LEAST_WITHOUT_MARKS;
    parts.iter().any(is_long)
        && lines.iter().any(|line| {
            let words = line.split(|c: char| !c.is_alphabetic() && c != '0');
            let words: Vec<String> = words
                .map(|word| {
                    let letters: Vec<_> = word.split('0').map(letters_of_zone).collect();
                    letters.join("0")
                })
                .filter(|word| word.contains(|c: char| c != '0'))
                .collect();
            let mut runs = words.windows(parts.len());
            runs.any(|run| {
                run.iter()
                    .zip(&parts)
                    .all(|(word, part)| is_without_marks(word, part))
            })
        })
}

/// Whether all that a word lacks is the `E` with which a zone writes Ä, Æ, Ö, Ø, Œ or Ü (section 6). At the end of a
/// word it may be a filler that was misread.
fn is_without_marks(word: &str, part: &str) -> bool {
    let (mut word, mut part) = (word.chars().peekable(), part.chars().peekable());
    let mut last = ' ';
    while let Some(letter) = part.next() {
        // An `Ø` is also read as a zero.
        let is_zero = letter == 'O' && part.peek() == Some(&'E') && word.next_if_eq(&'0').is_some();
        let is_same = is_zero || word.next_if_eq(&letter).is_some();
        let is_mark = matches!((last, letter), ('A' | 'O' | 'U', 'E')) && part.peek().is_some();
        if !is_same && !is_mark {
            return false;
        }
        last = letter;
    }
    word.next().is_none()
}

/// The shortest run of words that is the name, or with `longer` begins as it does. The words after a `cut` name are what
/// the zone had no room for.
fn in_line(zone: &str, cut: bool, longer: bool, line: &str) -> Option<String> {
    let wanted = letters(zone, TransliterationStyle::Expanded);
    let parts: Vec<&str> = zone.split_whitespace().collect();
    let words: Vec<&str> = line.split_whitespace().collect();
    let starts = |length: usize| 0..=words.len() - length;
    let runs = (1..=words.len()).flat_map(|length| starts(length).map(move |at| at..at + length));
    let styles = [
        TransliterationStyle::Expanded,
        TransliterationStyle::Simple,
        TransliterationStyle::XxSuffix,
    ];
    let is_name = |run: &Range<usize>| {
        let run = &words[run.clone()];
        styles.into_iter().any(|style| {
            let spelt = letters(&run.join(" "), style);
            let begins_alike =
                |(word, part): (&&str, &&str)| letters(word, style).starts_with(part);
            let are_parts = || run.len() == parts.len() && run.iter().zip(&parts).all(begins_alike);
            spelt == wanted || longer && (spelt.starts_with(&wanted) || are_parts())
        })
    };
    let run = runs.into_iter().find(is_name)?;
    // A label or a date beside it does not.
    let is_small = |word: &&str| word.contains(|c: char| c.is_ascii_lowercase());
    let is_capital = !words[run.clone()].iter().any(is_small);
    let is_of_name = |word: &&&str| {
        word.contains(char::is_alphabetic)
            && !word.contains(char::is_numeric)
            && !(is_capital && is_small(word))
    };
    let rest = words[run.end..].iter().take_while(is_of_name);
    let rest = rest.filter(|_| cut);
    let text = words[run.start..run.end + rest.count()].join(" ");
    Some(in_one_case(text.trim_matches([',', '.', ':', '/'])))
}

/// A name in capitals, all of it: readers take a letter with a mark for a small one, as in `ŻURAWIńSKA`. A `ß` has no
/// capital in most names.
fn in_one_case(name: &str) -> String {
    let capitals = name.chars().filter(char::is_ascii_uppercase).count();
    if capitals < 2 || name.contains(|c: char| c.is_ascii_lowercase()) {
        return name.to_owned();
    }
    let capital = |c: char| {
        let mut capitals = c.to_uppercase();
        capitals.next().filter(|_| capitals.len() == 0).unwrap_or(c)
    };
    name.chars().map(capital).collect()
}

fn letters_of_zone(text: &str) -> String {
    letters(text, TransliterationStyle::Expanded)
}

/// The letters of a name in capitals of the zone; separators do not count, because readers lose them.
fn letters(text: &str, style: TransliterationStyle) -> String {
    let spelt = mrz::transliterate(text, style);
    spelt.chars().filter(char::is_ascii_uppercase).collect()
}

/// Whether a number stands on the page, as a word or spread over several. `O` and `0` are one there if the number's
/// check digit tells them apart.
pub(crate) fn number_on_page(number: &str, lines: &[&str]) -> bool {
    let stands = |spelt: fn(char) -> char| {
        lines.iter().any(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let mut runs = (1..=words.len()).flat_map(|length| words.windows(length));
            runs.any(|run| {
                let kept = run.iter().flat_map(|word| word.chars());
                let kept = kept.filter(char::is_ascii_alphanumeric);
                let kept = kept.map(|c| spelt(c.to_ascii_uppercase()));
                kept.eq(number.chars().map(spelt))
            })
        })
    };
    number.len() >= 5 && (stands(|c| c) || is_told_apart(number) && stands(with_zeros))
}

fn with_zeros(c: char) -> char {
    if c == 'O' { '0' } else { c }
}

/// Whether no other spelling with `O` and `0` has the check digit of this one. A longer number has no digit of its own
/// beside it.
fn is_told_apart(number: &str) -> bool {
    const LONGEST: usize = 9;
    let places = number.match_indices(['O', '0']);
    let places: Vec<usize> = places.map(|(at, _)| at).collect();
    let spelling = |chosen: u32| {
        let mut text = number.as_bytes().to_vec();
        for (bit, at) in places.iter().enumerate() {
            text[*at] = if chosen >> bit & 1 == 1 { b'O' } else { b'0' };
        }
        String::from_utf8(text).unwrap_or_default()
    };
    let digit = mrz::check_digit(number).ok();
    let alike = |spelt: &String| mrz::check_digit(spelt).ok() == digit;
    number.len() <= LONGEST && (0..1 << places.len()).map(spelling).filter(alike).count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_how_a_name_is_written() {
        let lines = ["Name/Surname", "1. Müller-Groß", "JÜRGEN  ŁUKASZ"];
        let found = |zone, cut| on_page(zone, cut, &lines);
        assert_eq!(
            found("MUELLER GROSS", false).as_deref(),
            Some("Müller-Groß")
        );
        assert_eq!(found("MULLER GROSS", false).as_deref(), Some("Müller-Groß"));
        assert_eq!(
            found("JUERGEN LUKASZ", false).as_deref(),
            Some("JÜRGEN ŁUKASZ")
        );
        assert_eq!(found("JUERGEN LU", false), None);
        assert_eq!(found("JUERGEN LU", true).as_deref(), Some("JÜRGEN ŁUKASZ"));
        assert_eq!(found("", true), None);
    }

    #[test]
    fn a_name_may_be_cut_in_each_of_its_words() {
        let lines = ["Apelidos", "PEREIRA DE ALBUQUERQUE", "MONTENEGRO"];
        let cut = |zone| on_page(zone, true, &lines);
        assert_eq!(
            cut("PEREIRA DE ALBU").as_deref(),
            Some("PEREIRA DE ALBUQUERQUE")
        );
        assert_eq!(cut("PERE D A").as_deref(), Some("PEREIRA DE ALBUQUERQUE"));
        assert_eq!(cut("P D A"), None);
        assert_eq!(cut("PER DE BUQU"), None);
        assert_eq!(on_page("PERE D A", false, &lines), None);
    }

    #[test]
    fn a_letter_that_is_left_of_a_name_is_found_on_no_page() {
        assert_eq!(on_page("M", true, &["MONTENEGRO", "MARIA"]), None);
        assert_eq!(on_page("LI", true, &["LIMA", "Li"]).as_deref(), Some("Li"));
    }

    #[test]
    fn a_whole_name_counts_before_a_longer_word_on_an_earlier_line() {
        let lines = ["HANS-PETERSEN-STR.", "HANS PETER"];
        let found = on_page("HANS PETER", true, &lines);
        assert_eq!(found.as_deref(), Some("HANS PETER"));
    }

    #[test]
    fn what_stands_after_a_cut_name_belongs_to_it() {
        let lines = [
            "ROERFOOCDOES PAUC",
            "HANS PETER 12.08.1974",
            "EWA Sex / Sexe",
        ];
        let found = |zone, cut| on_page(zone, cut, &lines);
        assert_eq!(found("ROERFOOCDOES", true).as_deref(), Some(lines[0]));
        let whole = found("ROERFOOCDOES", false);
        assert_eq!(whole.as_deref(), Some("ROERFOOCDOES"));
        assert_eq!(found("HANS PET", true).as_deref(), Some("HANS PETER"));
        assert_eq!(found("EWA", true).as_deref(), Some("EWA"));
    }

    #[test]
    fn another_name_that_begins_alike_is_another() {
        assert_eq!(on_page("SCHMIDT", false, &["SCHMIDTKE"]), None);
    }

    #[test]
    fn a_page_that_lost_the_marks_of_a_name_has_it_still() {
        let lines = [
            "Nom",
            "STAMMIEMFIX",
            "HUŠFÖX-LAULL",
            "AKE",
            "O",
            "ANNA MARIA",
        ];
        let found = |zone| on_page(zone, false, &lines);
        assert_eq!(found("STAEMMIEMFIX").as_deref(), Some("STAEMMIEMFIX"));
        assert_eq!(found("HUESFOEX LAULL").as_deref(), Some("HUESFOEX LAULL"));
        // Fillers that were misread, a letter that no mark stands for, too many on either side, and too few.
        for other in [
            "AKEE",
            "ANNAE",
            "ANNAEMARIA",
            "ANNA MARIAE",
            "OE",
            "STAMMIEMFI",
            "STAMMIEMFIXE",
            "STAEEMMIEMFIX",
            "STRAMMIEMFIX",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn a_stroke_that_was_read_as_a_zero_is_a_lost_mark() {
        let found = |zone, line| on_page(zone, false, &[line]);
        assert_eq!(found("OOEX", "O0X").as_deref(), Some("OOEX"));
        assert_eq!(found("SOERT", "S0RT 01").as_deref(), Some("SOERT"));
        assert_eq!(found("OUADE", "0UADE"), None);
        assert_eq!(found("VOE", "V0"), None);
        assert_eq!(found("OOEX", "0 0 X"), None);
    }

    #[test]
    fn a_name_in_capitals_has_no_small_letter_with_a_mark() {
        let found = |zone, line| on_page(zone, false, &[line]);
        assert_eq!(found("HUENKOE", "HüNKØ").as_deref(), Some("HÜNKØ"));
        assert_eq!(found("BOE", "Bø").as_deref(), Some("Bø"));
        assert_eq!(
            found("ZURAWINSKA LECKA", "ŻURAWIńSKA-ŁĘCKA").as_deref(),
            Some("ŻURAWIŃSKA-ŁĘCKA")
        );
        assert_eq!(found("GROSS", "GROß").as_deref(), Some("GROß"));
        assert_eq!(found("MCDOENALD", "McDøNALD").as_deref(), Some("McDøNALD"));
    }

    #[test]
    fn an_o_and_a_zero_are_one_on_a_page_where_the_check_digit_tells_them_apart() {
        assert!(number_on_page("O7DL4JVY1", &["07DL4JVY1"]));
        assert!(!number_on_page("O7DL4JVY1", &["Q7DL4JVY1"]));
        // 24 times 7 and 24 times 3 are 240: both spellings have the same digit.
        for [one, other] in [["003456789", "OO3456789"], ["C01XO0T47", "CO1X00T47"]] {
            assert_eq!(mrz::check_digit(one).ok(), mrz::check_digit(other).ok());
            assert!(!number_on_page(one, &[other]) && !number_on_page(other, &[one]));
            assert!(number_on_page(one, &[one]));
        }
        assert!(!number_on_page("O7DL4JVY12", &["07DL4JVY12"]));
    }

    #[test]
    fn a_number_may_be_spread_over_words() {
        assert!(number_on_page("8136431812", &["Nr. 8136 4318-12 D"]));
        assert!(number_on_page("NWX4K7R81", &["nwx4k7r81"]));
        assert!(!number_on_page("NWX4K7R81", &["NWX4K7R8"]));
        assert!(!number_on_page("NWX4K7R81", &["XNWX4K7R81"]));
    }
}
