use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A question that a site may ask about a person. Written as in its configuration and requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Claim {
    /// `age_over_18`: whether the person is at least that many years old; 1 to 99.
    AgeOver(u8),
    /// `document_valid`: whether the documents have not expired.
    DocumentValid,
    /// `document_type`: `PP`, `DL` or `NID`.
    DocumentType,
    /// `issuing_country`
    IssuingCountry,
    /// `nationality`
    Nationality,
    /// `name_match`: whether the account's name is the documents'.
    NameMatch,
    /// `birthdate_match`: whether the account's date of birth is the documents'.
    BirthdateMatch,
    /// `given_name`
    GivenName,
    /// `family_name`
    FamilyName,
    /// `birthdate`
    Birthdate,
    /// `document_number`
    DocumentNumber,
    /// `date_of_expiry`
    DateOfExpiry,
    /// `address`
    Address,
}

/// Every claim but the ages, with its name. Single fields are named as in OpenID Connect Core,
/// section 5.1, where it has them.
const NAMES: [(&str, Claim); 12] = [
    ("document_valid", Claim::DocumentValid),
    ("document_type", Claim::DocumentType),
    ("issuing_country", Claim::IssuingCountry),
    ("nationality", Claim::Nationality),
    ("name_match", Claim::NameMatch),
    ("birthdate_match", Claim::BirthdateMatch),
    ("given_name", Claim::GivenName),
    ("family_name", Claim::FamilyName),
    ("birthdate", Claim::Birthdate),
    ("document_number", Claim::DocumentNumber),
    ("date_of_expiry", Claim::DateOfExpiry),
    ("address", Claim::Address),
];

/// The beginning of the sentence about a name that is no claim's.
pub(crate) const FORM: &str = "a claim must be age_over_01 to age_over_99";

const AGE_OVER: &str = "age_over_";

/// A name that is no claim's. Displays the names that are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownClaim;

impl fmt::Display for UnknownClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FORM)?;
        let (last, others) = NAMES
            .split_last()
            .map_or(("", &NAMES[..]), |((name, _), others)| (*name, others));
        for (name, _) in others {
            write!(f, ", {name}")?;
        }
        write!(f, " or {last}")
    }
}

impl std::error::Error for UnknownClaim {}

impl FromStr for Claim {
    type Err = UnknownClaim;

    fn from_str(text: &str) -> Result<Self, UnknownClaim> {
        if let Some(age) = text.strip_prefix(AGE_OVER) {
            let is_two_digits = age.len() == 2 && age.bytes().all(|b| b.is_ascii_digit());
            return match age.parse() {
                Ok(age @ 1..=99) if is_two_digits => Ok(Self::AgeOver(age)),
                _ => Err(UnknownClaim),
            };
        }
        let found = NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, claim)| *claim).ok_or(UnknownClaim)
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::AgeOver(age) = self {
            return write!(f, "{AGE_OVER}{age:02}");
        }
        let found = NAMES.iter().find(|(_, claim)| claim == self);
        f.write_str(found.map_or("", |(name, _)| name))
    }
}

impl TryFrom<String> for Claim {
    type Error = UnknownClaim;

    fn try_from(text: String) -> Result<Self, UnknownClaim> {
        text.parse()
    }
}

impl From<Claim> for String {
    fn from(claim: Claim) -> Self {
        claim.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_is_read_from_what_it_displays() {
        let ages = (1..=99).map(Claim::AgeOver);
        let all: Vec<Claim> = ages.chain(NAMES.map(|(_, claim)| claim)).collect();
        for claim in &all {
            assert_eq!(claim.to_string().parse(), Ok(*claim));
            let json = serde_json::to_string(claim).unwrap();
            assert_eq!(json, format!("\"{claim}\""));
            assert_eq!(serde_json::from_str::<Claim>(&json).unwrap(), *claim);
        }
        assert_eq!(all.len(), 111);
        assert_eq!("age_over_18".parse(), Ok(Claim::AgeOver(18)));
        assert_eq!(Claim::AgeOver(5).to_string(), "age_over_05");
    }

    #[test]
    fn every_claim_has_words_for_the_visitor() {
        // Files of other languages with other keys do not build.
        let texts: toml::Table =
            toml::from_str(include_str!("../../../languages/en.toml")).unwrap();
        let mut texts: Vec<_> = texts["portal"]["claims"]
            .as_table()
            .unwrap()
            .keys()
            .collect();
        texts.sort();
        let mut names: Vec<_> = NAMES.map(|(name, _)| name).into();
        names.push("age_over");
        names.sort_unstable();
        assert_eq!(texts, names);
    }

    #[test]
    fn anything_else_is_refused_with_the_names_that_exist() {
        for text in [
            "",
            "age_over_",
            "age_over_0",
            "age_over_00",
            "age_over_8",
            "age_over_100",
            "age_over_+8",
            "age_over_018",
            "age_over_1８",
            "Age_over_18",
            "age_over_18 ",
            " name_match",
            "NAME_MATCH",
            "name-match",
            "nameMatch",
            "birth_date",
            "sub",
        ] {
            assert_eq!(text.parse::<Claim>(), Err(UnknownClaim), "{text:?}");
        }
        let message = serde_json::from_str::<Claim>("\"canary\"")
            .unwrap_err()
            .to_string();
        assert_eq!(
            message,
            "a claim must be age_over_01 to age_over_99, document_valid, document_type, issuing_country, \
             nationality, name_match, birthdate_match, given_name, family_name, birthdate, document_number, \
             date_of_expiry or address"
        );
    }
}
