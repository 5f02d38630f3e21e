use mrz::TransliterationStyle;
use proptest::prelude::*;

use super::*;

#[test]
fn a_name_matches_in_either_order_with_titles_and_generations_folded() {
    let documents = || called("Schmidt-Łęcka", "ANNA MARIA");
    for name in [
        "Anna Maria Schmidt-Łęcka",
        "ANNA MARIA SCHMIDT LECKA",
        "Schmidt-Lecka, Anna Maria",
        "  anna-maria   schmidtlecka ",
        "Dr. Anna Maria Schmidt-Lecka",
        "Frau Prof. Dr. Anna Maria Schmidt-Lecka",
        "ANNA<MARIA<<SCHMIDT<LECKA",
        "Anna Maria Schmidt-Lecka Jr.",
    ] {
        assert_eq!(is_called(name, [documents()]), true, "{name}");
    }
    let whole = || document(json!({"surnameAndGivenNames": "SCHMIDT ANNA MARIA"}));
    for name in [
        "Anna Maria Schmidt",
        "Schmidt Anna-Maria",
        "schmidt, anna maria",
    ] {
        assert_eq!(is_called(name, [whole()]), true, "{name}");
    }
    let one_name = || document(json!({"surnameAndGivenNames": "WULANDARI", "surname": ""}));
    assert_eq!(is_called("Wulandari", [one_name()]), true);
    let titled_as_a_whole = || {
        document(json!({
            "surnameAndGivenNames": "DR SCHMIDT ANNA", "surname": "SCHMIDT", "givenNames": "ANNA", "namePrefixes": "DR",
        }))
    };
    assert_eq!(is_called("Anna Schmidt", [titled_as_a_whole()]), true);
    let titled = || {
        document(json!({
            "surname": "DR MÜLLER", "givenNames": "JOHN JR", "surnameAndGivenNames": "DR MÜLLER JOHN JR",
            "namePrefixes": "DR FREIHERR", "nameSuffixes": "JR 3RD",
        }))
    };
    for name in [
        "John Mueller",
        "Dr John Müller",
        "John Muller Jr.",
        "Freiherr Dr. John Müller",
        "Müller John III",
    ] {
        assert_eq!(is_called(name, [titled()]), true, "{name}");
    }
}

#[test]
fn a_name_that_matches_in_part_is_no_match_and_no_mismatch() {
    let documents = || called("SCHMIDT MEYER", "ANNA MARIA");
    for name in [
        "Anna Schmidt Meyer",
        "Anna Maria Schmidt",
        "Anna",
        "Schmidt",
        "Anna Maria Schmidt Meyer Koch",
        "Maria Anna Schmidt Meyer",
        "Anna Maria Meyer Schmidt",
        "Anna Maria Schmi",
        "A. M. Schmidt Meyer",
        "Peter Schmidt Meyer",
        "Anna Maria Jones",
        "M Jones",
        "Annamarie Jones",
        "Goldschmidt",
        "Anna Maria Schmidt Meyer البناني",
        "林",
        "-",
        "",
    ] {
        assert_eq!(is_called(name, [documents()]), "unknown", "{name}");
    }
    for (surname, given_names, name) in [
        ("MUELLER", "JAN", "Jan Muller"),
        ("KOWALSKI", "MICHAL", "Michael Kowalski"),
        ("البناني", "سليمان", "Slyman Albnany"),
        ("SCHMIDT", "", "Schmidt"),
        ("", "ANNA", "Anna"),
        ("林X", "美Y", "Anna Schmidt"),
        ("", "", "Anna"),
    ] {
        assert_eq!(
            is_called(name, [called(surname, given_names)]),
            "unknown",
            "{name}"
        );
    }
}

#[test]
fn a_name_with_nothing_in_common_is_a_mismatch() {
    for name in ["John Doe", "Jürgen Koch", "Иван Петров", "O'Neil, Bo"] {
        let documents = [called("SCHMIDT", "ANNA MARIA"), called("SCHMIDT", "ANNA")];
        assert_eq!(is_called(name, documents), false, "{name}");
    }
}

#[test]
fn a_second_document_of_another_person_gives_no_match() {
    let (own, other) = (|| called("DOE", "JOHN"), || called("SCHMIDT", "ANNA"));
    for name in ["John Doe", "Anna Schmidt"] {
        assert_eq!(is_called(name, [own(), other()]), "unknown");
        assert_eq!(is_called(name, [other(), own()]), "unknown");
        assert_eq!(is_called(name, [own(), other(), own()]), "unknown");
    }
    // The licence leaves the middle name out.
    let documents = [
        called("LINDQVIST", "ERIK JOHAN"),
        called("LINDQVIST", "ERIK"),
    ];
    assert_eq!(is_called("Erik Johan Lindqvist", documents), "unknown");
    // A document that has no name contradicts nothing.
    let documents = [
        document(json!({})),
        own(),
        document(json!({"surname": " "})),
        own(),
    ];
    let expected = account("John Doe", "");
    assert_eq!(
        ask_for("name_match", &verified(documents), &expected, TODAY),
        rests_on(true, 2, "surnameAndGivenNames")
    );
}

#[test]
fn a_document_that_contradicts_itself_gives_no_match() {
    for name in ["John Doe", "Anna Schmidt"] {
        let whole =
            json!({"surnameAndGivenNames": "SCHMIDT ANNA", "surname": "DOE", "givenNames": "JOHN"});
        assert_eq!(is_called(name, [document(whole)]), "unknown");
        let part = json!({"surnameAndGivenNames": "SCHMIDT ANNA", "surname": "DOE"});
        assert_eq!(is_called(name, [document(part)]), "unknown");
    }
}

#[test]
fn father_and_son_are_distinguished_where_both_say_which() {
    let son = || document(json!({"surname": "SMITH", "givenNames": "JOHN", "nameSuffixes": "JR"}));
    for (name, expected) in [
        ("John Smith", json!(true)),
        ("John Smith Jr.", json!(true)),
        ("John Smith II", json!(true)),
        ("John Smith Sr.", json!("unknown")),
        ("John Smith 3rd", json!("unknown")),
    ] {
        assert_eq!(is_called(name, [son()]), expected, "{name}");
    }
}

#[test]
fn a_name_of_100_000_characters_costs_nothing() {
    for text in [
        "Å".repeat(100_000),
        "a ".repeat(50_000),
        "\u{fdfa}".repeat(100_000),
    ] {
        assert_eq!(
            is_called("Anna Schmidt", [called(&text, "ANNA")]),
            "unknown"
        );
        assert_eq!(is_called(&text, [called("SCHMIDT", "ANNA")]), "unknown");
        assert_eq!(
            ask("given_name", [called("", &text), called("", &text)]),
            missing()
        );
    }
    let (many, words) = ("Å".repeat(200), "AAAAAAAAAAAAAAA ".repeat(15));
    let whole = || document(json!({"surnameAndGivenNames": words}));
    assert_eq!(is_called(&many, [whole(), whole(), whole()]), true);
    let different = format!("{}X", &words[..words.len() - 2]);
    let whole = || document(json!({"surnameAndGivenNames": different}));
    assert_eq!(is_called(&many, [whole(), whole(), whole()]), "unknown");
}

/// Words of letters of section 6 A and of A to Z, too long for titles and generations.
const NATIONAL: &str = "[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢİĪĮĶĹĻŁŃŅŇŌŐŒŔŘŚŞŠŤŪŮŰŲŴŶŹŻŽßäöüñ]{4,9}";

fn style() -> impl Strategy<Value = TransliterationStyle> {
    prop::sample::select(vec![
        TransliterationStyle::Expanded,
        TransliterationStyle::Simple,
        TransliterationStyle::XxSuffix,
    ])
}

proptest! {
    #[test]
    fn a_name_matches_its_transliterations_in_any_case_and_divided_anyhow(
        surname in prop::collection::vec(NATIONAL, 1..4),
        given in prop::collection::vec(NATIONAL, 1..4),
        style in style(),
        surname_first: bool,
        lower_case: bool,
        account_is_transliterated: bool,
        separator in prop::sample::select(vec![" ", "-", "<", "'", ", ", "", "\u{ad} "]),
    ) {
        let mut parts = [given.clone(), surname.clone()];
        if surname_first {
            parts.reverse();
        }
        let name = parts.concat().join(separator);
        let name = if lower_case { name.to_lowercase() } else { name };
        let spelled = |text: &str| mrz::transliterate(text, style);
        let (surname, given) = (surname.join(" "), given.join(" "));
        let matches = if account_is_transliterated {
            is_called(&spelled(&name), [called(&surname, &given)])
        } else {
            is_called(&name, [called(&spelled(&surname), &spelled(&given))])
        };
        prop_assert_eq!(matches, true);
    }

    #[test]
    fn names_of_other_letters_never_match(
        surname in "[A-D]{4,6}", given in "[A-D]{4,6}", name in "[A-D]{4,6} [A-D]{4,6}",
    ) {
        let sorted = |text: &str| {
            let mut letters: Vec<char> = text.chars().filter(char::is_ascii_alphabetic).collect();
            letters.sort_unstable();
            letters
        };
        let differ = sorted(&format!("{surname}{given}")) != sorted(&name);
        let matches = is_called(&name, [called(&surname, &given)]);
        prop_assert!(!(differ && matches == true), "{name}: {surname}, {given}");
    }

    #[test]
    fn no_name_is_too_strange_to_be_compared(name: String, surname: String, given: String, whole: String) {
        let strange = document(json!({
            "surname": surname, "givenNames": given, "surnameAndGivenNames": whole, "namePrefixes": name,
        }));
        let matches = is_called(&name, [strange]);
        prop_assert!([json!(true), json!(false), json!("unknown")].contains(&matches));
    }
}
