//! The meaning of the places of a zone.

use jiff::civil::Date;
use mrz::{MrzData, parse_td1, parse_td2, parse_td3};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    CheckDigits,
    form::{DOCUMENT_CODE, Format, ISSUER, Span},
    solve::{LEAST_LEAD, Solution},
};
use crate::dates;

/// The text of a field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Field {
    /// The text; dates are `YYYY-MM-DD`, countries three letters.
    pub value: String,
    /// Whether every character leads its rivals clearly, none was repaired, and the check digits that cover
    /// the field agree.
    pub sure: bool,
}

/// The kind of a document, by the first letters of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum DocumentKind {
    /// `P`.
    Passport,
    /// `I`, `A`, `C`.
    IdentityCard,
    /// `R` as the second letter.
    ResidencePermit,
}

/// The fields of a zone.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ZoneFields {
    /// Absent for documents that are not read here, such as visas and certificates of crew members.
    pub kind: Option<DocumentKind>,
    /// ISO 3166-1 alpha-3 or a code of ICAO; absent where there is no such code.
    pub issuing_country: Option<Field>,
    /// The whole number, also where it goes on in the optional data.
    pub document_number: Option<Field>,
    /// The primary identifier. A person with one name has this alone.
    pub surname: Option<Field>,
    /// The secondary identifiers, separated by blanks.
    pub given_names: Option<Field>,
    /// Whether the zone had no room for all of the name.
    pub names_are_cut: bool,
    /// As the issuing country's.
    pub nationality: Option<Field>,
    /// `F` or `M`; absent where it is unspecified.
    pub sex: Option<Field>,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<Field>,
    /// Whether the zone surely says that the issuer does not know the whole day.
    #[serde(default)]
    pub birth_is_open: bool,
    /// `YYYY-MM-DD`. It may have passed.
    pub date_of_expiry: Option<Field>,
    /// Whether the zone surely says that the document has no day on which it ends.
    #[serde(default)]
    pub expiry_is_open: bool,
}

impl ZoneFields {
    /// A cut surname leaves room for one letter of the given names, or takes most of the field where it was cut
    /// further so that they have more (part 4, 4.2.3).
    pub(crate) fn surname_is_cut(&self) -> bool {
        /// Of 30, 31 or 39 characters.
        const MOST: usize = 20;
        let given_names = self.given_names.as_ref();
        let surname = self.surname.as_ref().map_or(0, |name| name.value.len());
        self.names_are_cut
            && (surname >= MOST || given_names.is_none_or(|given| given.value.len() <= 1))
    }

    /// Whether all fields that the document has were read surely.
    #[must_use]
    pub fn are_sure(&self) -> bool {
        let fields = [
            &self.issuing_country,
            &self.document_number,
            &self.surname,
            &self.nationality,
        ];
        let is_sure = |field: &Option<Field>| field.as_ref().is_some_and(|field| field.sure);
        let may_be_unknown = [&self.date_of_birth, &self.date_of_expiry, &self.given_names];
        fields.into_iter().all(is_sure)
            && may_be_unknown.into_iter().flatten().all(|field| field.sure)
            && (self.date_of_birth.is_some() || self.birth_is_open)
            && (self.date_of_expiry.is_some() || self.expiry_is_open)
    }

    /// None when the zone begins like no document.
    pub(super) fn of(solution: &Solution, lines: &[String], today: Date) -> Option<Self> {
        let data = parsed(solution.format, lines)?;
        let layout = solution.format.layout();
        let checks = CheckDigits::of(&solution.checks);
        let is_sure = |span: &Span| solution.lead(span) >= LEAST_LEAD;
        let field =
            |value: String, sure: bool| (!value.is_empty()).then_some(Field { value, sure });
        let names_are_sure = is_sure(&layout.names);
        let is_sure_day = |span: &Span, agrees: bool| {
            // Its check digit stands behind it.
            let with_digit = (span.0, span.1.start..span.1.end + 1);
            is_sure(&with_digit) && agrees && checks.composite
        };
        let date = |day: Option<Date>, span: &Span, agrees: bool| {
            day.map(|day| Field {
                value: day.to_string(),
                sure: is_sure_day(span, agrees),
            })
        };
        let is_open = |span: &Span, agrees: bool| {
            dates::is_open(&solution.text(span)) && is_sure_day(span, agrees)
        };
        let country = |span: &Span| {
            country(&solution.text(span)).map(|value| Field {
                value,
                sure: is_sure(span),
            })
        };
        let number = data.full_document_number().replace('<', "");
        let number_goes_on = data.document_number_full.is_some();
        let rest_is_sure = !number_goes_on || is_sure(&(0, 14..30));
        let number_is_sure = is_sure(&layout.number) && rest_is_sure;
        let sex = solution.text(&layout.sex);
        let names = solution.text(&layout.names);
        Some(Self {
            kind: kind(&solution.text(&DOCUMENT_CODE)).filter(|_| is_sure(&DOCUMENT_CODE)),
            issuing_country: country(&ISSUER),
            document_number: field(
                number,
                number_is_sure && checks.document_number && checks.composite,
            ),
            surname: field(data.surname.clone(), names_are_sure),
            given_names: field(data.given_names.clone(), names_are_sure),
            // After three fillers a letter is a misread filler.
            names_are_cut: !names.ends_with('<') && !names.contains("<<<"),
            nationality: country(&layout.nationality),
            sex: field(sex, is_sure(&layout.sex)).filter(|sex| matches!(&*sex.value, "F" | "M")),
            date_of_birth: date(
                dates::birth(&solution.text(&layout.birth), today),
                &layout.birth,
                checks.date_of_birth,
            ),
            birth_is_open: is_open(&layout.birth, checks.date_of_birth),
            expiry_is_open: is_open(&layout.expiry, checks.date_of_expiry),
            date_of_expiry: date(
                dates::expiry(&solution.text(&layout.expiry), today),
                &layout.expiry,
                checks.date_of_expiry,
            ),
        })
    }
}

fn parsed(format: Format, lines: &[String]) -> Option<MrzData> {
    match (format, lines) {
        (Format::Td1, [upper, middle, lower]) => parse_td1(upper, middle, lower).ok(),
        (Format::Td2, [upper, lower]) => parse_td2(upper, lower).ok(),
        (Format::Td3, [upper, lower]) => parse_td3(upper, lower).ok(),
        _ => None,
    }
}

/// Doc 9303 part 3, 4.4; `AC` is a crew member's certificate.
fn kind(code: &str) -> Option<DocumentKind> {
    match code.as_bytes() {
        [b'P', _] => Some(DocumentKind::Passport),
        [b'A', b'C'] => None,
        [b'A' | b'C' | b'I', b'R'] => Some(DocumentKind::ResidencePermit),
        [b'A' | b'C' | b'I', _] => Some(DocumentKind::IdentityCard),
        _ => None,
    }
}

/// Germany writes one letter.
fn country(text: &str) -> Option<String> {
    match text.trim_end_matches('<') {
        "D" => Some("DEU".to_owned()),
        code => mrz::country_name(code).map(|_| code.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn germany_has_three_letters_and_an_unknown_country_is_none() {
        assert_eq!(country("D<<").as_deref(), Some("DEU"));
        assert_eq!(country("NLD").as_deref(), Some("NLD"));
        assert_eq!(country("QQQ"), None);
        assert_eq!(country("<<<"), None);
    }

    #[test]
    fn a_residence_permit_is_distinguished_from_an_identity_card() {
        assert_eq!(kind("P<"), Some(DocumentKind::Passport));
        assert_eq!(kind("ID"), Some(DocumentKind::IdentityCard));
        assert_eq!(kind("AR"), Some(DocumentKind::ResidencePermit));
        assert_eq!(kind("IR"), Some(DocumentKind::ResidencePermit));
        assert_eq!(kind("V<"), None);
        assert_eq!(kind("AC"), None);
    }
}
