use std::{collections::BTreeMap, fmt};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Claim;

/// The answers by claim.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = BTreeMap<String, Answer>)]
pub struct Claims(BTreeMap<Claim, Answer>);

impl Claims {
    /// The answer to a claim, if it was asked for.
    #[must_use]
    pub fn get(&self, claim: Claim) -> Option<&Answer> {
        self.0.get(&claim)
    }

    /// All of them, in the order of the claims.
    pub fn iter(&self) -> impl Iterator<Item = (Claim, &Answer)> {
        self.0.iter().map(|(claim, answer)| (*claim, answer))
    }

    /// Whether nothing was asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Claim, Answer)> for Claims {
    fn from_iter<I: IntoIterator<Item = (Claim, Answer)>>(answers: I) -> Self {
        Self(answers.into_iter().collect())
    }
}

/// The names of the claims, without the answers.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims")?;
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The answer to one claim.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// `true`, `false` or `"unknown"`, or the text of a field, `null` if there is none.
    pub value: Value,
    /// The document that the answer rests on, from 1. Absent if the value is `"unknown"` or `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<u8>,
    /// The field of that document, as Authenteq names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// The day, in the site's time zone, on which the answer was given.
    #[schema(value_type = String, format = Date)]
    pub evaluated_on: Date,
}

/// An answer is about a person.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer([redacted])")
    }
}

/// The value of an answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Value {
    /// Of a yes-no claim.
    YesNo(bool),
    /// Of a field, or `unknown`.
    Text(String),
    /// A field that no document has, or on which documents disagree: `null`.
    Absent,
}

impl Value {
    /// Of a yes-no claim that cannot be answered, and of a document of an undocumented type.
    #[must_use]
    pub fn unknown() -> Self {
        Self::Text("unknown".to_owned())
    }
}

/// A value is about a person.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value([redacted])")
    }
}

/// The fields that answers rest on, as Authenteq names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// `documentType`
    DocumentType,
    /// `documentNumber`
    DocumentNumber,
    /// `issuingCountry`
    IssuingCountry,
    /// `nationality`
    Nationality,
    /// `surnameAndGivenNames`, also where a document separates them.
    SurnameAndGivenNames,
    /// `surname`
    Surname,
    /// `givenNames`
    GivenNames,
    /// `dateOfBirth`
    DateOfBirth,
    /// `dateOfExpiry`
    DateOfExpiry,
    /// `address`
    Address,
}
