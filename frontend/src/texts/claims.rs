//! The claims, as the rest of "Example Shop will store: ….".

use super::{filled, portal::ClaimsTexts};

impl ClaimsTexts {
    /// The words for a claim; its bare name if this release has none, so that nothing is kept from the
    /// visitor.
    pub(crate) fn of(self, claim: &str) -> String {
        let words = match claim {
            "document_valid" => self.document_valid(),
            "document_type" => self.document_type(),
            "issuing_country" => self.issuing_country(),
            "nationality" => self.nationality(),
            "name_match" => self.name_match(),
            "birthdate_match" => self.birthdate_match(),
            "given_name" => self.given_name(),
            "family_name" => self.family_name(),
            "birthdate" => self.birthdate(),
            "document_number" => self.document_number(),
            "date_of_expiry" => self.date_of_expiry(),
            "address" => self.address(),
            _ => {
                return claim
                    .strip_prefix("age_over_")
                    .map_or_else(|| claim.to_owned(), |years| filled(self.age_over(), years));
            }
        };
        words.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{Loaded, find, locale::Language, tests::read_every_file};

    const CLAIMS: [&str; 13] = [
        "age_over_18",
        "document_valid",
        "document_type",
        "issuing_country",
        "nationality",
        "name_match",
        "birthdate_match",
        "given_name",
        "family_name",
        "birthdate",
        "document_number",
        "date_of_expiry",
        "address",
    ];

    fn claims(language: Language) -> ClaimsTexts {
        read_every_file();
        find(language, Loaded::portal).unwrap().claims()
    }

    #[test]
    fn every_claim_has_words_of_its_own_in_every_language() {
        for texts in Language::all().map(claims) {
            let mut words: Vec<String> = CLAIMS.map(|claim| texts.of(claim)).into();
            assert!(words.iter().all(|words| !words.contains('_')), "{words:?}");
            words.sort();
            words.dedup();
            assert_eq!(words.len(), CLAIMS.len(), "{words:?}");
        }
    }

    #[test]
    fn an_age_is_said_in_years() {
        let said = Language::all().map(|language| claims(language).of("age_over_16"));
        assert_eq!(
            said,
            [
                "whether you are over 16",
                "ob Sie mindestens 16 Jahre alt sind",
                "si vous avez au moins 16 ans",
            ]
        );
    }

    #[test]
    fn a_claim_of_a_later_release_is_shown_by_its_name() {
        let claims = claims(Language::default());
        assert_eq!(claims.of("seen_before"), "seen_before");
    }
}
