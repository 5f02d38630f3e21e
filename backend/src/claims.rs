//! Answers what a site asks about a verified person: yes or no before any field.
//!
//! Pure: the day comes from the caller, and nothing is read or written. A wrong `true` is worse than an
//! `"unknown"`, so all documents that hold a field have a say, and a doubt about one is a doubt.

mod answer;
mod birthdate;
mod claim;
mod date;
mod expected;
mod name;
mod spelling;
mod validity;

pub use answer::{Answer, Claims, Field, Value};
pub(crate) use claim::FORM as CLAIM_FORM;
pub use claim::{Claim, UnknownClaim};
pub(crate) use expected::DAY_FORM;
pub use expected::{Expected, InvalidExpected};
use jiff::civil::Date;
use webkyc_shared::verification::{Document, Verification};

/// The longest text of a document that becomes an answer, in bytes.
const LONGEST_TEXT: usize = 1000;

/// The field that an answer rests on, after the index of its document.
type Source = (usize, Field);

/// Picks a field of a document.
type DocumentText = for<'a, 'b> fn(&'a Document<'b>) -> &'a Option<String>;

/// Answers each claim once.
///
/// `today` is the calendar day in the site's time zone.
///
/// - `age_over_NN` counts by the calendar. A person born on 29 February turns on 1 March in other years.
/// - `document_valid` is `false` if any document has expired; a document is valid on its last day.
/// - `name_match` and `birthdate_match` compare with `expected`.
/// - These four are `"unknown"` where a document's field is missing, partial (`1990-00-00`), impossible
///   (30 February, born after the issue) or other than on the next document, and where names match in part.
/// - Without documents all are `"unknown"` or `null`.
/// - `given_name`, `family_name` and `birthdate` are `null` where documents disagree. All others come from
///   the first document that has the field; a person of two nationalities has a document of each.
#[must_use]
pub fn evaluate(
    claims: &[Claim],
    verification: &Verification<'_>,
    expected: &Expected,
    today: Date,
) -> Claims {
    let person = Person {
        documents: &verification.documents,
        expected,
        today,
    };
    let answer = |claim: &Claim| (*claim, person.answer(*claim));
    claims.iter().map(answer).collect()
}

struct Person<'a> {
    documents: &'a [Document<'a>],
    expected: &'a Expected,
    today: Date,
}

impl Person<'_> {
    fn answer(&self, claim: Claim) -> Answer {
        let (value, source) = match claim {
            Claim::AgeOver(years) => yes_no(self.is_over(years)),
            Claim::DocumentValid => yes_no(validity::are_valid(self.documents, self.today)),
            Claim::NameMatch => yes_no(self.is_called()),
            Claim::BirthdateMatch => yes_no(self.is_born()),
            Claim::DocumentType => self.document_type(),
            Claim::Birthdate => day(self.birthdate(), Field::DateOfBirth),
            Claim::DateOfExpiry => day(validity::first_expiry(self.documents), Field::DateOfExpiry),
            Claim::IssuingCountry => {
                field(self.first(Field::IssuingCountry, |document| &document.issuing_country))
            }
            Claim::DocumentNumber => {
                field(self.first(Field::DocumentNumber, |document| &document.document_number))
            }
            Claim::Address => field(self.first(Field::Address, |document| &document.address)),
            Claim::Nationality => {
                field(self.first(Field::Nationality, |document| &document.nationality))
            }
            Claim::GivenName => {
                field(self.common(Field::GivenNames, |document| &document.given_names))
            }
            Claim::FamilyName => field(self.common(Field::Surname, |document| &document.surname)),
        };
        Answer {
            value,
            document: source.and_then(|(index, _)| u8::try_from(index + 1).ok()),
            field: source.map(|(_, field)| field),
            evaluated_on: self.today,
        }
    }

    fn birthdate(&self) -> Option<(usize, Date)> {
        birthdate::of(self.documents, self.today)
    }

    fn is_over(&self, years: u8) -> Option<(bool, Source)> {
        let (index, born) = self.birthdate()?;
        let turned = birthdate::turns(born, years)? <= self.today;
        Some((turned, (index, Field::DateOfBirth)))
    }

    fn is_born(&self) -> Option<(bool, Source)> {
        let expected = self.expected.birthdate?;
        let (index, born) = self.birthdate()?;
        Some((born == expected, (index, Field::DateOfBirth)))
    }

    fn is_called(&self) -> Option<(bool, Source)> {
        let expected = self.expected.name.as_deref()?;
        let (index, matches) = name::matches(expected, self.documents)?;
        Some((matches, (index, Field::SurnameAndGivenNames)))
    }

    /// Only a documented kind: another may be a document's number, which no site may get.
    fn document_type(&self) -> (Value, Option<Source>) {
        let first = self.first(Field::DocumentType, |document| &document.document_type);
        match first.filter(|(kind, _)| ["PP", "DL", "NID"].contains(&kind.as_str())) {
            Some((kind, source)) => (Value::Text(kind), Some(source)),
            None => (Value::unknown(), None),
        }
    }

    /// From the first document that has it.
    fn first(&self, field: Field, read: DocumentText) -> Option<(String, Source)> {
        let mut present = present(self.documents, read);
        let (index, text) = present.next()?;
        (text.len() <= LONGEST_TEXT).then(|| (text.to_owned(), (index, field)))
    }

    /// From the first document that has it, if all that have it agree.
    fn common(&self, field: Field, read: DocumentText) -> Option<(String, Source)> {
        let first = self.first(field, read)?;
        let mut all = present(self.documents, read);
        all.all(|(_, text)| name::agree(text, &first.0))
            .then_some(first)
    }
}

fn yes_no(known: Option<(bool, Source)>) -> (Value, Option<Source>) {
    known.map_or((Value::unknown(), None), |(yes, source)| {
        (Value::YesNo(yes), Some(source))
    })
}

fn day(known: Option<(usize, Date)>, name: Field) -> (Value, Option<Source>) {
    field(known.map(|(index, day)| (day.to_string(), (index, name))))
}

fn field(text: Option<(String, Source)>) -> (Value, Option<Source>) {
    text.map_or((Value::Absent, None), |(text, source)| {
        (Value::Text(text), Some(source))
    })
}

/// The documents' values of a field, without blank ones.
fn present<'a>(
    documents: &'a [Document<'_>],
    read: DocumentText,
) -> impl Iterator<Item = (usize, &'a str)> {
    let texts = documents.iter().map(read).enumerate();
    let texts = texts.filter_map(|(index, text)| Some((index, text.as_deref()?.trim())));
    texts.filter(|(_, text)| !text.is_empty())
}

#[cfg(test)]
mod tests;
