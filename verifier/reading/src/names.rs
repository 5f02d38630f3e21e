//! Names of a zone, found again among the words of a page: ICAO Doc 9303 part 3, section 6.

use mrz::TransliterationStyle;

/// Words with fewer letters are the beginning of many others.
const LEAST_CUT: usize = 4;

/// A name as the page writes it, where its transliteration is the zone's; `cut` when the zone had no room
/// for all of it, so that the page's may be longer, at its end or each of its words (part 4, 4.2.3). The whole
/// name is looked for first, on every line.
pub(crate) fn on_page(zone: &str, cut: bool, lines: &[&str]) -> Option<String> {
    if letters(zone, TransliterationStyle::Expanded).is_empty() {
        return None;
    }
    let find = |cut| lines.iter().find_map(|line| in_line(zone, cut, line));
    let can_be_cut = cut && zone.split_whitespace().any(|word| word.len() >= LEAST_CUT);
    find(false).or_else(|| can_be_cut.then(|| find(true))?)
}

/// The shortest run of words that is the name.
fn in_line(zone: &str, cut: bool, line: &str) -> Option<String> {
    let wanted = letters(zone, TransliterationStyle::Expanded);
    let parts: Vec<&str> = zone.split_whitespace().collect();
    let words: Vec<&str> = line.split_whitespace().collect();
    let runs = (1..=words.len()).flat_map(|length| words.windows(length));
    let styles = [
        TransliterationStyle::Expanded,
        TransliterationStyle::Simple,
        TransliterationStyle::XxSuffix,
    ];
    let is_name = |run: &&[&str]| {
        styles.into_iter().any(|style| {
            let spelt = letters(&run.join(" "), style);
            let begins_alike =
                |(word, part): (&&str, &&str)| letters(word, style).starts_with(part);
            let are_parts = || run.len() == parts.len() && run.iter().zip(&parts).all(begins_alike);
            spelt == wanted || cut && (spelt.starts_with(&wanted) || are_parts())
        })
    };
    let run = runs.into_iter().find(is_name)?;
    let text = run.join(" ");
    Some(text.trim_matches([',', '.', ':', '/']).to_owned())
}

/// The letters of a name in capitals of the zone; separators do not count, because readers lose them.
fn letters(text: &str, style: TransliterationStyle) -> String {
    let spelt = mrz::transliterate(text, style);
    spelt.chars().filter(char::is_ascii_uppercase).collect()
}

/// Whether a number stands on the page, as a word or spread over several.
pub(crate) fn number_on_page(number: &str, lines: &[&str]) -> bool {
    number.len() >= 5
        && lines.iter().any(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let mut runs = (1..=words.len()).flat_map(|length| words.windows(length));
            runs.any(|run| {
                let kept = run.iter().flat_map(|word| word.chars());
                let kept = kept.filter(char::is_ascii_alphanumeric);
                kept.map(|c| c.to_ascii_uppercase()).eq(number.chars())
            })
        })
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
    fn another_name_that_begins_alike_is_another() {
        assert_eq!(on_page("SCHMIDT", false, &["SCHMIDTKE"]), None);
    }

    #[test]
    fn a_number_may_be_spread_over_words() {
        assert!(number_on_page("8136431812", &["Nr. 8136 4318-12 D"]));
        assert!(number_on_page("NWX4K7R81", &["nwx4k7r81"]));
        assert!(!number_on_page("NWX4K7R81", &["NWX4K7R8"]));
        assert!(!number_on_page("NWX4K7R81", &["XNWX4K7R81"]));
    }
}
