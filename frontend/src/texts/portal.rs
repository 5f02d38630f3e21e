//! The words of `/` and `/start`, which other programs do not carry along.

/// One language.
pub(crate) struct PortalTexts {
    /// Page `/`.
    pub(crate) home: HomeTexts,
    /// Page `/start`, on the way to the identity server.
    pub(crate) start: StartTexts,
    /// Page `/start`, for a sign-up that a site's server created.
    pub(crate) consent: ConsentTexts,
    /// What a site stores.
    pub(crate) claims: ClaimTexts,
}

/// Page `/`.
pub(crate) struct HomeTexts {
    pub(crate) title: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) steps_heading: &'static str,
    pub(crate) steps: [StepText; 3],
    pub(crate) leaves: &'static str,
    pub(crate) prepare_heading: &'static str,
    pub(crate) prepare: &'static str,
    pub(crate) privacy_heading: &'static str,
    pub(crate) privacy: &'static str,
}

/// One of the three steps.
pub(crate) struct StepText {
    pub(crate) title: &'static str,
    pub(crate) sentence: &'static str,
}

/// Page `/start`.
pub(crate) struct StartTexts {
    pub(crate) title: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) sentence: &'static str,
    pub(crate) by_hand: &'static str,
}

/// Page `/start`, for a sign-up that a site's server created. A [`Around`] stands around the site's name.
pub(crate) struct ConsentTexts {
    pub(crate) title: &'static str,
    pub(crate) opening: &'static str,
    pub(crate) heading: Around,
    pub(crate) account: &'static str,
    pub(crate) not_yours: &'static str,
    pub(crate) stores: Around,
    pub(crate) stores_nothing: Around,
    pub(crate) lead: &'static str,
    pub(crate) proceed: &'static str,
    pub(crate) back: Around,
    pub(crate) ended: EndTexts,
}

/// A sign-up with which the visitor has nothing more to do.
pub(crate) struct EndTexts {
    pub(crate) returned: EndText,
    pub(crate) verified: EndText,
    pub(crate) failed: EndText,
    pub(crate) expired: EndText,
    pub(crate) canceled: EndText,
}

/// How a sign-up ended.
pub(crate) struct EndText {
    pub(crate) title: &'static str,
    pub(crate) sentence: &'static str,
}

/// What stands before and after a name or a number.
pub(crate) struct Around(pub(crate) &'static str, pub(crate) &'static str);

impl Around {
    /// The sentence around this name or number.
    pub(crate) fn with(&self, middle: &str) -> String {
        [self.0, middle, self.1].concat()
    }
}

/// The claims, as the rest of "Example Shop will store: ….".
pub(crate) struct ClaimTexts {
    pub(crate) age_over: Around,
    pub(crate) document_valid: &'static str,
    pub(crate) document_type: &'static str,
    pub(crate) issuing_country: &'static str,
    pub(crate) nationality: &'static str,
    pub(crate) name_match: &'static str,
    pub(crate) birthdate_match: &'static str,
    pub(crate) given_name: &'static str,
    pub(crate) family_name: &'static str,
    pub(crate) birthdate: &'static str,
    pub(crate) document_number: &'static str,
    pub(crate) date_of_expiry: &'static str,
    pub(crate) address: &'static str,
}

impl ClaimTexts {
    /// The words for a claim; its bare name if this release has none, so that nothing is kept from the
    /// visitor.
    pub(crate) fn of(&self, claim: &str) -> String {
        let words = match claim {
            "document_valid" => self.document_valid,
            "document_type" => self.document_type,
            "issuing_country" => self.issuing_country,
            "nationality" => self.nationality,
            "name_match" => self.name_match,
            "birthdate_match" => self.birthdate_match,
            "given_name" => self.given_name,
            "family_name" => self.family_name,
            "birthdate" => self.birthdate,
            "document_number" => self.document_number,
            "date_of_expiry" => self.date_of_expiry,
            "address" => self.address,
            _ => {
                return claim
                    .strip_prefix("age_over_")
                    .map_or_else(|| claim.to_owned(), |years| self.age_over.with(years));
            }
        };
        words.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use crate::texts::{ENGLISH_PORTAL, GERMAN_PORTAL};

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

    #[test]
    fn every_claim_has_words_of_its_own_in_both_languages() {
        for texts in [&ENGLISH_PORTAL.claims, &GERMAN_PORTAL.claims] {
            let mut words: Vec<String> = CLAIMS.map(|claim| texts.of(claim)).into();
            assert!(words.iter().all(|words| !words.contains('_')), "{words:?}");
            words.sort();
            words.dedup();
            assert_eq!(words.len(), CLAIMS.len(), "{words:?}");
        }
    }

    #[test]
    fn an_age_is_said_in_years() {
        assert_eq!(
            ENGLISH_PORTAL.claims.of("age_over_16"),
            "that you are over 16"
        );
        assert_eq!(
            GERMAN_PORTAL.claims.of("age_over_21"),
            "dass Sie mindestens 21 Jahre alt sind"
        );
    }

    #[test]
    fn a_claim_of_a_later_release_is_shown_by_its_name() {
        assert_eq!(ENGLISH_PORTAL.claims.of("seen_before"), "seen_before");
    }
}
