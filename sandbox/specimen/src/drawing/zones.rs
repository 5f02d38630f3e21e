//! The machine-readable zones of documents, tested with an independent reader.

use super::{german_id, identity_card, passport};
use crate::persona::{Design, Document};

/// The lines of a document's machine-readable zone (ICAO Doc 9303), of 30 or 44 characters. A driving licence
/// has none.
#[must_use]
pub fn zone(document: &Document) -> Option<Vec<String>> {
    match &document.design {
        Design::GermanIdentityCard(_) => Some(german_id::zone(document).into()),
        Design::IdentityCard(_) => Some(identity_card::zone(document).into()),
        Design::Passport(_) => Some(passport::zone(document).into()),
        Design::UtahDriverLicense(_) | Design::EuropeanLicence(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{mrz::letters, persona::Persona};

    fn read(document: &Document) -> Option<mrz::MrzData> {
        let read = match &zone(document)?[..] {
            [upper, middle, lower] => mrz::parse_td1(upper, middle, lower),
            [upper, lower] => mrz::parse_td3(upper, lower),
            _ => unreachable!("a zone has two lines or three"),
        };
        Some(read.unwrap())
    }

    fn with_zone() -> impl Iterator<Item = (&'static Document, mrz::MrzData)> {
        let documents = Persona::ALL.into_iter().flat_map(|person| person.documents);
        documents.filter_map(|document| Some((document, read(document)?)))
    }

    #[test]
    fn every_zone_is_valid_and_says_what_the_document_says() {
        assert_eq!(with_zone().count(), 19);
        for (document, read) in with_zone() {
            let number = document.document_number;
            assert!(read.valid(), "{number}: {:?}", read.checks);
            assert_eq!(read.full_document_number(), number);
            assert_eq!(read.date_of_birth.to_string(), document.date_of_birth);
            assert_eq!(read.date_of_expiry.to_string(), document.date_of_expiry);
            let countries = [&read.issuing_country, &read.nationality];
            let expected = match document.issuing_country {
                "DEU" => "D",
                country => country,
            };
            assert_eq!(countries, [expected; 2], "{number}");
        }
    }

    #[test]
    fn no_zone_has_a_digit_in_its_names() {
        for (document, read) in with_zone() {
            let names = format!("{}{}", read.surname, read.given_names);
            let digit = names.contains(|c: char| c.is_ascii_digit());
            assert!(!digit, "{}: {names}", document.document_number);
        }
    }

    #[test]
    fn every_zone_has_the_names_as_far_as_it_has_room() {
        for (document, read) in with_zone() {
            for (zone, printed) in [
                (&read.surname, document.names.latin_surname()),
                (&read.given_names, document.names.latin_given_names()),
            ] {
                let whole = letters(printed);
                let words = zone.split(' ').zip(whole.split('<'));
                for (word, of) in words {
                    assert!(of.starts_with(word), "{zone} of {whole}");
                }
                assert_eq!(zone.is_empty(), printed.is_empty(), "{printed}");
            }
        }
    }
}
