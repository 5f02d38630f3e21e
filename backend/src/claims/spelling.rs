//! How one name can be written: ICAO Doc 9303, part 3, section 6 (national characters), by the tables of the
//! crate `mrz`.

use std::collections::HashSet;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use mrz::CyrillicLanguage;

/// The longest name that is compared.
pub(super) const MOST_CHARACTERS: usize = 256;

const LANGUAGES: [CyrillicLanguage; 6] = [
    CyrillicLanguage::Russian,
    CyrillicLanguage::Belarusian,
    CyrillicLanguage::Bulgarian,
    CyrillicLanguage::Serbian,
    CyrillicLanguage::Ukrainian,
    CyrillicLanguage::Macedonian,
];

/// A letter in capitals, in all its spellings: first itself, then its transliterations.
pub(super) struct Letter(Vec<String>);

/// A word of a name, without apostrophes and marks that stand alone.
pub(super) struct Word(Vec<Letter>);

impl Word {
    /// In capitals, as it was written.
    pub(super) fn text(&self) -> String {
        self.0
            .iter()
            .map(|Letter(forms)| forms[0].as_str())
            .collect()
    }

    /// Whether the tables lead from all its letters to A to Z.
    pub(super) fn is_transliterated(&self) -> bool {
        let is_ascii = |form: &String| form.is_ascii();
        self.0
            .iter()
            .all(|Letter(forms)| forms.iter().any(is_ascii))
    }

    /// Its shortest transliteration, with `AE`, `OE`, `UE` and `AA` as one letter: alike for names that may
    /// be the same.
    fn loose(&self) -> String {
        let shortest = |Letter(forms): &Letter| {
            let ascii = forms.iter().filter(|form| form.is_ascii());
            ascii
                .min_by_key(|form| form.len())
                .cloned()
                .unwrap_or_default()
        };
        let text: String = self.0.iter().map(shortest).collect();
        let pairs = [("AE", "A"), ("OE", "O"), ("UE", "U"), ("AA", "A")];
        pairs
            .iter()
            .fold(text, |text, (pair, one)| text.replace(pair, one))
    }

    /// Whether both may be the same word: one begins the other, or is a part of it of three letters or more.
    pub(super) fn resembles(&self, other: &Self) -> bool {
        let (a, b) = (self.loose(), other.loose());
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        long.starts_with(&short) || (short.len() > 2 && long.contains(&short))
    }
}

/// The words of a name; `None` if it is too long. Hyphens, commas, full stops and fillers separate as blanks
/// do.
pub(super) fn words(text: &str) -> Option<Vec<Word>> {
    if text.chars().nth(MOST_CHARACTERS).is_some() {
        return None;
    }
    let text = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    let mut words = vec![Word(Vec::new())];
    for c in text.chars().flat_map(char::to_uppercase) {
        if separates(c) {
            words.push(Word(Vec::new()));
        } else if !is_omitted(c)
            && let Some(Word(letters)) = words.last_mut()
        {
            letters.push(Letter(forms(c)));
        }
    }
    words.retain(|Word(letters)| !letters.is_empty());
    Some(words)
}

fn letters<'a>(words: &[&'a Word]) -> Vec<&'a Letter> {
    words.iter().flat_map(|Word(letters)| letters).collect()
}

fn separates(c: char) -> bool {
    let is_punctuation = c.is_ascii_punctuation() && !"'`".contains(c);
    is_punctuation || c.is_whitespace() || matches!(c, '\u{2010}'..='\u{2015}' | '·' | '・')
}

/// Apostrophes, marks that no letter carries, and characters that are not seen.
fn is_omitted(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{2b9}'..='\u{2bc}' | '\u{300}'..='\u{36f}'
                | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
}

fn forms(c: char) -> Vec<String> {
    let mut forms = vec![c.to_string()];
    if c.is_ascii() {
        return forms;
    }
    let base = without_marks(c);
    if base != c {
        forms.push(base.to_string());
    }
    for letter in [c, base] {
        let latin = mrz::transliterations(letter).iter().copied();
        let cyrillic = LANGUAGES.iter().flat_map(|language| {
            [true, false].map(|first| mrz::transliterate_cyrillic_char(letter, *language, first))
        });
        let all = latin
            .chain(cyrillic.flatten())
            .chain(beside_the_tables(letter).iter().copied());
        for form in all {
            if !forms.iter().any(|known| known == form) {
                forms.push(form.to_owned());
            }
        }
    }
    forms
}

/// Spellings that the tables leave out: Ø without its stroke, as people type it; and Cyrillic letters
/// that they do not list.
fn beside_the_tables(c: char) -> &'static [&'static str] {
    match c {
        'Ø' => &["O"],
        'Ь' => &[""],
        'Ћ' => &["C"],
        'Ѓ' => &["G", "GJ"],
        _ => &[],
    }
}

/// The letter that carries the marks, such as E for Ễ.
fn without_marks(c: char) -> char {
    let decomposed = DecomposingNormalizerBorrowed::new_nfd();
    let parts = decomposed.normalize_iter(std::iter::once(c));
    let mut letters = parts.filter(|part| !matches!(part, '\u{300}'..='\u{36f}'));
    match (letters.next(), letters.next()) {
        (Some(letter), None) => letter,
        _ => c,
    }
}

/// Whether two rows of words have a spelling in common, however they are divided into words.
///
/// Goes through both at once. One side is ahead by the rest of one letter's spelling at most, so the
/// steps are at most the product of both lengths and the number of spellings.
pub(super) fn are_alike(a: &[&Word], b: &[&Word]) -> bool {
    let sides = [letters(a), letters(b)];
    let mut open = vec![([0, 0], "", 0)];
    let mut seen = HashSet::new();
    while let Some((at, ahead, leader)) = open.pop() {
        if !seen.insert((at, ahead, leader)) {
            continue;
        }
        let mut behind = 1 - leader;
        if ahead.is_empty() && at[behind] == sides[behind].len() {
            behind = leader;
        }
        let Some(Letter(forms)) = sides[behind].get(at[behind]) else {
            if ahead.is_empty() {
                return true;
            }
            continue;
        };
        let mut next = at;
        next[behind] += 1;
        for form in forms {
            if let Some(rest) = ahead.strip_prefix(form.as_str()) {
                open.push((next, rest, 1 - behind));
            } else if let Some(rest) = form.strip_prefix(ahead) {
                open.push((next, rest, behind));
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(a: &str, b: &str) -> bool {
        let (a, b) = (words(a).unwrap(), words(b).unwrap());
        let alike = |a: &[Word], b: &[Word]| {
            are_alike(&a.iter().collect::<Vec<_>>(), &b.iter().collect::<Vec<_>>())
        };
        assert_eq!(alike(&a, &b), alike(&b, &a), "it depends on the order");
        alike(&a, &b)
    }

    #[test]
    fn a_national_letter_is_like_each_of_its_transliterations() {
        for (name, spellings) in [
            (
                "Jürgen",
                &["JURGEN", "JUERGEN", "JUXXRGEN", "jürgen", "JU\u{308}RGEN"][..],
            ),
            ("Weiß", &["WEISS", "WEIẞ"]),
            ("Ærøskøbing", &["AEROESKOEBING", "AEROSKOBING"]),
            ("Åsa", &["AASA", "ASA", "A\u{30a}SA", "\u{212b}sa"]),
            ("Muñoz", &["MUNOZ", "MUNXXOZ"]),
            ("Þóra Ðal", &["THORA DAL"]),
            ("Ĳsbrand", &["IJSBRAND"]),
            ("Świętosława", &["SWIETOSLAWA"]),
            ("Gökçe Işık", &["GOKCE ISIK", "GOEKCE ISIK"]),
            ("Nguyễn Thị Ánh", &["NGUYEN THI ANH"]),
            ("Ștefan", &["STEFAN", "ŞTEFAN"]),
            ("Щербаков", &["SHCHERBAKOV", "SHTERBAKOV"]),
            ("Ольга", &["OLGA"]),
            ("Юлія", &["YULIIA", "IULIIA"]),
            ("Ђорђевић", &["DORDEVIC"]),
            ("O’Neil", &["O'NEIL", "ONEIL", "O NEIL", "O´Neil", "OʼNEIL"]),
            (
                "Anna-Maria",
                &["ANNA MARIA", "ANNAMARIA", "ANNA<MARIA", "ANNA–MARIA"],
            ),
            ("ＡＮＮＡ", &["anna"]),
            ("林 美华", &["林美华"]),
        ] {
            for spelling in spellings {
                assert!(alike(name, spelling), "{name} {spelling}");
            }
        }
    }

    #[test]
    fn letters_that_are_no_transliteration_of_each_other_differ() {
        for (a, b) in [
            ("MICHAEL", "MICHAL"),
            ("MUELLER", "MULLER"),
            ("JOEL", "JOL"),
            ("Jürgen", "JUERGENS"),
            ("Müller", "MOELLER"),
            ("WEISS", "WEIS"),
            ("CANXXON", "CANON"),
            ("ANNA", ""),
            ("Ь", "B"),
            ("البناني", "ALBNANY"),
            ("林", "LIN"),
            ("कत", "क्त"),
        ] {
            assert!(!alike(a, b), "{a} {b}");
        }
    }

    #[test]
    fn the_longest_and_most_ambiguous_names_are_compared_at_once() {
        let (a, b) = ("Å".repeat(MOST_CHARACTERS), "A".repeat(MOST_CHARACTERS));
        assert!(alike(&a, &b));
        assert!(!alike(&a, &format!("{}B", &b[1..])));
        assert!(words(&"a".repeat(MOST_CHARACTERS + 1)).is_none());
        // One character that becomes eighteen.
        assert!(words(&"\u{fdfa}".repeat(MOST_CHARACTERS)).is_some());
    }
}
