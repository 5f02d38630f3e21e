//! Names of a zone, found again among the words of a page: ICAO Doc 9303 part 3, section 6.

use mrz::TransliterationStyle;

/// A name as the page writes it, where its transliteration is the zone's; `cut` when the zone had no room
/// for all of it, so that the page's may be longer.
pub(crate) fn on_page(zone: &str, cut: bool, lines: &[&str]) -> Option<String> {
    let wanted = letters(zone, TransliterationStyle::Expanded);
    if wanted.is_empty() {
        return None;
    }
    lines.iter().find_map(|line| in_line(&wanted, cut, line))
}

/// The shortest run of words that is the name.
fn in_line(wanted: &str, cut: bool, line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let runs = (1..=words.len()).flat_map(|length| words.windows(length));
    let styles = [
        TransliterationStyle::Expanded,
        TransliterationStyle::Simple,
        TransliterationStyle::XxSuffix,
    ];
    let is_name = |run: &&[&str]| {
        let run = run.join(" ");
        styles.into_iter().any(|style| {
            let spelt = letters(&run, style);
            spelt == wanted || cut && spelt.starts_with(wanted)
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
