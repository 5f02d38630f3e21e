//! The test persons, as data. None of them is real: two are those of the documentation's samples,
//! the others are invented.

mod complete;
mod country;
mod document;
mod holders;
mod look;
mod named;
mod palette;
mod samples;
mod several;

pub use complete::COMPLETE;
pub(crate) use country::Country;
pub use document::{
    Design, Document, EuropeanLicence, GermanIdentityCard, IdentityCard, LicenseClass, Passport,
    UtahDriverLicense,
};
pub use holders::{EXPIRED, LARGE_IMAGES, MINOR, NATIONAL_ID, NFC, PASSPORT, PROOF_OF_ADDRESS};
pub(crate) use look::{Clothes, Cut, HairStyle, Look};
pub use named::{ARABIC, CHINESE, DIACRITICS, LONG_NAME, ONE_NAME, SCRIPT_IN_NAMES, SEX_X};
pub use samples::{ANNA, JOHN};
pub use several::{LICENCE, THREE_DOCUMENTS, TWO_DOCUMENTS};

/// A person who can be verified.
pub struct Persona {
    /// The key for programs.
    pub key: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// The documents shown, in words.
    pub document_title: &'static str,
    /// The documented format of the details answer.
    pub shape: Shape,
    /// One to three, in the order in which they are shown.
    pub documents: &'static [Document],
    /// Whether the chip of a document was read.
    pub nfc_verified: bool,
    /// The utility bill that proves the address, if the person has one.
    pub proof_of_address: Option<ProofOfAddress>,
    pub(crate) resolution: Resolution,
    pub(crate) look: Look,
}

/// The two formats that Authenteq documents for verification result details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `croppedDocs` and `details`: the Web KYC guide.
    Guide,
    /// `documentData` and images with a content type: the reference of the export calls.
    Reference,
}

/// The quality of the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resolution {
    Ordinary,
    /// About eight megabytes per picture, in base64.
    Large,
}

/// A bill that proves a person's address.
pub struct ProofOfAddress {
    /// The sender.
    pub(crate) supplier: &'static str,
    pub(crate) date: &'static str,
    /// The lines of the address, the name first.
    pub(crate) recipient: &'static [&'static str],
    /// The billed service, and its price.
    pub(crate) items: &'static [(&'static str, &'static str)],
}

impl Persona {
    /// Every test person.
    pub const ALL: [&'static Self; 20] = [
        &ANNA,
        &JOHN,
        &SEX_X,
        &MINOR,
        &ONE_NAME,
        &DIACRITICS,
        &ARABIC,
        &CHINESE,
        &LONG_NAME,
        &PASSPORT,
        &NATIONAL_ID,
        &LICENCE,
        &TWO_DOCUMENTS,
        &THREE_DOCUMENTS,
        &NFC,
        &PROOF_OF_ADDRESS,
        &COMPLETE,
        &EXPIRED,
        &LARGE_IMAGES,
        &SCRIPT_IN_NAMES,
    ];

    /// The person of this key.
    pub fn by_key(key: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|person| person.key == key)
    }

    /// The document that was shown first.
    pub fn document(&self) -> &Document {
        &self.documents[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_found_by_a_kebab_case_key() {
        for person in Persona::ALL {
            let found = Persona::by_key(person.key).unwrap();
            assert_eq!(found.name, person.name);
            assert!(
                person
                    .key
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '-')
            );
        }
        assert!(Persona::by_key("Anna").is_none());
    }

    #[test]
    fn every_date_is_a_day_of_the_calendar() {
        for document in Persona::ALL.iter().flat_map(|person| person.documents) {
            let [birth, issue, expiry] = [
                document.date_of_birth,
                document.date_of_issue,
                document.date_of_expiry,
            ]
            .map(|day| day.parse::<jiff::civil::Date>().unwrap());
            assert!(
                birth < issue && issue < expiry,
                "{}",
                document.document_number
            );
        }
    }

    #[test]
    fn everybody_has_one_to_three_documents_of_the_same_holder() {
        for person in Persona::ALL {
            let first = person.document();
            assert!((1..=3).contains(&person.documents.len()), "{}", person.key);
            for document in person.documents {
                assert_eq!(document.date_of_birth, first.date_of_birth);
                assert_eq!(document.names.whole(), first.names.whole());
            }
        }
    }

    #[test]
    fn no_two_documents_have_the_same_number() {
        let mut numbers: Vec<&str> = Persona::ALL
            .iter()
            .flat_map(|person| person.documents)
            .map(|document| document.document_number)
            .collect();
        let all = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), all);
    }
}
