//! A specimen in the manner of the German identity card.

use askama::Template;

use super::{
    dates::dotted,
    guilloche::{rosette, waves},
    portrait::{official, rendered},
    signature,
};
use crate::{
    mrz::Zone,
    persona::{Document, GermanIdentityCard, Persona},
};

#[derive(Template)]
#[template(path = "german_front.svg")]
struct GermanIdFront<'a> {
    document: &'a Document,
    card: &'a GermanIdentityCard,
    date_of_birth: String,
    date_of_expiry: String,
    signature: String,
    portrait: String,
    ghost: String,
    pattern: Pattern,
}

#[derive(Template)]
#[template(path = "german_back.svg")]
struct GermanIdBack<'a> {
    document: &'a Document,
    card: &'a GermanIdentityCard,
    date_of_issue: String,
    zone: [String; 3],
    pattern: Pattern,
}

struct Pattern {
    waves: String,
    counter_waves: String,
    rosette: String,
    small_rosette: String,
}

impl Pattern {
    fn new() -> Self {
        Self {
            waves: waves(1011.0, -20.0, 660.0, 46, 26.0, 1.4),
            counter_waves: waves(1011.0, 660.0, -20.0, 30, 34.0, 0.9),
            rosette: rosette(640.0, 330.0, 60.0, 230.0, 9.0, 12),
            small_rosette: rosette(890.0, 180.0, 16.0, 78.0, 7.0, 9),
        }
    }
}

pub(super) fn front(person: &Persona, document: &Document, card: &GermanIdentityCard) -> String {
    rendered(&GermanIdFront {
        document,
        card,
        date_of_birth: dotted(document.date_of_birth),
        date_of_expiry: dotted(document.date_of_expiry),
        signature: signature::of(person),
        portrait: official(
            "p",
            &person.look,
            r#"x="44" y="150" width="286" height="368""#,
            "#dfe5ea",
        ),
        ghost: official(
            "g",
            &person.look,
            r#"x="850" y="404" width="98" height="126""#,
            "none",
        ),
        pattern: Pattern::new(),
    })
}

pub(super) fn back(document: &Document, card: &GermanIdentityCard) -> String {
    rendered(&GermanIdBack {
        document,
        card,
        date_of_issue: dotted(document.date_of_issue),
        zone: zone(document),
        pattern: Pattern::new(),
    })
}

pub(super) fn zone(document: &Document) -> [String; 3] {
    Zone {
        document_code: "ID",
        // Germany's code in ICAO's list has one letter, unlike in ISO 3166.
        issuer: "D",
        number: document.document_number,
        nationality: "D",
        date_of_birth: document.date_of_birth,
        date_of_expiry: document.date_of_expiry,
        sex: document.sex,
        surname: document.names.latin_surname(),
        given_names: document.names.latin_given_names(),
    }
    .td1()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persona::ANNA;

    #[test]
    fn the_zone_on_the_card_is_valid_and_says_what_the_card_says() {
        let [upper, middle, lower] = zone(ANNA.document());
        assert_eq!(upper, "IDD<<813643181<25<<<<<<<<<<<<<");
        assert_eq!(lower, "SCHMIDT<<ANNA<MARIA<<<<<<<<<<<");
        let read = mrz::parse_td1(&upper, &middle, &lower).unwrap();
        assert!(read.valid());
        assert_eq!(
            read.date_of_birth.to_string(),
            ANNA.document().date_of_birth
        );
        assert_eq!(
            read.date_of_expiry.to_string(),
            ANNA.document().date_of_expiry
        );
    }
}
