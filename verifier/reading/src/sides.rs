//! One document out of the pictures of its sides.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    names,
    side::{PageLine, Side},
    side_text::SideText,
    zone::{DocumentKind, Field, Format, Zone},
};

/// The fields of a document that count. A field that was not read surely is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// The kind of document.
    pub kind: Option<DocumentKind>,
    /// Three letters.
    pub issuing_country: Option<String>,
    /// As in the zone.
    pub document_number: Option<String>,
    /// As the page writes it, where its transliteration is the zone's; else as the zone does.
    pub surname: Option<String>,
    /// As the surname.
    pub given_names: Option<String>,
    /// Three letters.
    pub nationality: Option<String>,
    /// `F` or `M`.
    pub sex: Option<String>,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// `YYYY-MM-DD`.
    pub date_of_expiry: Option<String>,
    /// Whether the expiry has passed. It is no reason to refuse here.
    pub expired: bool,
    /// Why the document counts for nothing yet.
    pub lacks: Option<Lack>,
}

/// Why a document counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Lack {
    /// No picture shows a machine-readable zone.
    Zone,
    /// It is a visa, a crew member's certificate, or another document that is not read here.
    OtherDocument,
    /// No country has the issuer's code.
    UnknownIssuer,
    /// A field that every document has was not read surely.
    Field,
}

/// Joins all pictures of all sides, in any order. A field counts when one zone has it surely, or two pictures
/// have the same; number and names only when a page has them too, and the others only beside that number. Pictures of
/// one document are misread alike: `W67ZZ15QW` became `W672215QW` five times of six, with the right check digit, while
/// its page was right.
#[must_use]
pub fn combine(sides: &[Side], today: Date) -> Reading {
    let zones = sides.iter().filter_map(|side| side.zone.as_ref());
    let pages = sides.iter().flat_map(|side| &side.page);
    joined(zones.collect(), pages, today)
}

/// The same of texts alone. Of the pages only that beside the portrait confirms number and names, so that they are
/// those of the person on it.
#[must_use]
pub fn combine_texts(texts: &[SideText], beside_portrait: &[PageLine], today: Date) -> Reading {
    let zones = texts.iter().filter_map(|text| text.zone.as_ref());
    joined(zones.collect(), beside_portrait.iter(), today)
}

fn joined<'a>(
    zones: Vec<&Zone>,
    pages: impl Iterator<Item = &'a PageLine>,
    today: Date,
) -> Reading {
    let Some(first) = zones.first() else {
        return Reading {
            lacks: Some(Lack::Zone),
            ..Reading::default()
        };
    };
    let pages: Vec<&str> = pages.map(|line| line.text.as_str()).collect();
    let always = |_: &str| true;
    let number = |number: &str| names::number_on_page(number, &pages);
    let document_number = counting(
        &zones,
        |it| (it.fields.document_number.as_ref(), it.check_digits.all()),
        &number,
    );
    // A zone with another number may be of another document.
    let of_document = zones.iter().copied().filter(|zone| {
        let number = zone.fields.document_number.as_ref();
        document_number.is_none() || number.map(|number| &number.value) == document_number.as_ref()
    });
    let zones: Vec<&Zone> = of_document.collect();
    let is_cut = zones.iter().any(|zone| zone.fields.names_are_cut);
    let is_surname_cut = zones.iter().any(|zone| zone.fields.surname_is_cut());
    let surname = |name: &str| names::on_page(name, is_surname_cut, &pages).is_some();
    // One letter after a cut surname is found in any word: the surname is confirmed beside it.
    let given_names = |name: &str| {
        is_surname_cut && name.len() == 1 || names::on_page(name, is_cut, &pages).is_some()
    };
    let counting = |get: fn(&Zone) -> (Option<&Field>, bool), confirmed: &dyn Fn(&str) -> bool| {
        counting(&zones, get, confirmed)
    };
    let spelt = |zone: Option<String>, is_cut: bool| {
        zone.map(|zone| names::on_page(&zone, is_cut, &pages).unwrap_or(zone))
    };
    let mut reading = Reading {
        kind: zones.iter().find_map(|zone| zone.fields.kind),
        issuing_country: counting(|it| (it.fields.issuing_country.as_ref(), true), &always),
        document_number,
        surname: spelt(
            counting(|it| (it.fields.surname.as_ref(), true), &surname),
            is_surname_cut,
        ),
        given_names: spelt(
            counting(|it| (it.fields.given_names.as_ref(), true), &given_names),
            is_cut,
        ),
        nationality: counting(|it| (it.fields.nationality.as_ref(), true), &always),
        sex: counting(|it| (it.fields.sex.as_ref(), true), &always),
        date_of_birth: counting(
            |it| (it.fields.date_of_birth.as_ref(), it.check_digits.all()),
            &always,
        ),
        date_of_expiry: counting(
            |it| (it.fields.date_of_expiry.as_ref(), it.check_digits.all()),
            &always,
        ),
        ..Reading::default()
    };
    let expiry = reading
        .date_of_expiry
        .as_ref()
        .and_then(|day| day.parse::<Date>().ok());
    reading.expired = expiry.is_some_and(|day| day < today);
    reading.lacks = lack(&reading, zones.first().unwrap_or(first), &zones);
    reading
}

/// The value that counts: confirmed, and sure in one zone or the same in two. None when another zone surely has
/// another.
fn counting(
    zones: &[&Zone],
    get: fn(&Zone) -> (Option<&Field>, bool),
    confirmed: &dyn Fn(&str) -> bool,
) -> Option<String> {
    /// Zones that have a value, and those among them that have it surely.
    #[derive(Default)]
    struct Votes {
        all: usize,
        sure: usize,
    }
    let mut votes = BTreeMap::<&str, Votes>::new();
    for (field, agrees) in zones.iter().map(|zone| get(zone)) {
        if let Some(field) = field.filter(|_| agrees) {
            let votes = votes.entry(&field.value).or_default();
            votes.all += 1;
            votes.sure += usize::from(field.sure);
        }
    }
    let surely = votes.values().filter(|votes| votes.sure > 0).count();
    let mut counting = votes
        .iter()
        .filter(|(value, votes)| (votes.all > 1 || votes.sure > 0) && confirmed(value));
    let (value, votes) = counting.next()?;
    let has_rival = counting.next().is_some() || surely > usize::from(votes.sure > 0);
    (!has_rival).then(|| (*value).to_owned())
}

fn lack(reading: &Reading, first: &Zone, zones: &[&Zone]) -> Option<Lack> {
    if reading.kind.is_none() {
        return Some(Lack::OtherDocument);
    }
    let knows_issuer = zones
        .iter()
        .any(|zone| zone.fields.issuing_country.is_some());
    if !knows_issuer {
        return Some(Lack::UnknownIssuer);
    }
    // One name alone is a surname; a birth may be unknown to the issuer, and a document may have no end. A filler in
    // a day counts as much for its check digit as the zero that it was misread from.
    let has_given_names = zones.iter().any(|zone| zone.fields.given_names.is_some());
    let birth_is_open = zones.iter().all(|zone| zone.fields.birth_is_open);
    let expiry_is_open = zones.iter().all(|zone| zone.fields.expiry_is_open);
    let is_complete = reading.issuing_country.is_some()
        && reading.document_number.is_some()
        && reading.surname.is_some()
        && (reading.given_names.is_some() || !has_given_names)
        && reading.nationality.is_some()
        && (reading.date_of_birth.is_some() || birth_is_open)
        && (reading.date_of_expiry.is_some() || expiry_is_open);
    // A zone of a passport with the first letter of a card was misread.
    let fits = (first.format == Format::Td3) == (reading.kind == Some(DocumentKind::Passport));
    (!is_complete || !fits).then_some(Lack::Field)
}

#[cfg(test)]
mod tests;
