//! A driving licence of Europe, with its numbered fields.

use askama::Template;

use super::{
    dates::dotted,
    ground::{Ground, fitting},
    identity_card::SIZE,
    portrait::{official, rendered},
    signature,
};
use crate::persona::{Country, Document, EuropeanLicence, Persona};

/// The rows that the back has room for.
const ROWS: usize = 6;

#[derive(Template)]
#[template(path = "licence_front.svg")]
struct EuropeanLicenceFront<'a> {
    country: &'a Country,
    fields: Vec<Field>,
    classes: String,
    signature: String,
    portrait: String,
    ground: Ground,
}

/// A numbered field.
struct Field {
    number: &'static str,
    text: String,
    y: u32,
    size: f64,
}

#[derive(Template)]
#[template(path = "licence_back.svg")]
struct EuropeanLicenceBack<'a> {
    document: &'a Document,
    country: &'a Country,
    rows: Vec<EuropeanLicenceRow<'a>>,
    ground: Ground,
}

struct EuropeanLicenceRow<'a> {
    class: &'a str,
    vehicles: &'a str,
    from: String,
    to: String,
    notes: &'a str,
}

pub(super) fn front(person: &Persona, document: &Document, licence: &EuropeanLicence) -> String {
    let names = &document.names;
    let mut fields = Vec::new();
    let mut y = 168;
    let mut field = |number, text: String| {
        fields.push(Field {
            number,
            y,
            size: fitting(&text, 590.0, 27.0),
            text,
        });
        y += 46;
    };
    field("1.", names.latin_surname().to_owned());
    field("2.", names.latin_given_names().to_owned());
    let birth = dotted(document.date_of_birth);
    field("3.", format!("{birth}  {}", licence.place_of_birth));
    field("4a.", dotted(document.date_of_issue));
    field("4b.", dotted(document.date_of_expiry));
    field("4c.", licence.authority.to_owned());
    field("5.", document.document_number.to_owned());
    if !licence.address.is_empty() {
        field("8.", licence.address.replace('^', ", "));
    }
    let classes: Vec<&str> = licence.classes.iter().map(|row| row.class).collect();
    rendered(&EuropeanLicenceFront {
        country: licence.country,
        fields,
        classes: classes.join("/"),
        signature: signature::of(person),
        portrait: official(
            "p",
            &person.look,
            r#"x="44" y="140" width="270" height="347""#,
            "#e8e4e6",
        ),
        ground: Ground::of(licence.country, SIZE.0, SIZE.1),
    })
}

pub(super) fn back(document: &Document, licence: &EuropeanLicence) -> String {
    let rows: Vec<EuropeanLicenceRow<'_>> = licence
        .classes
        .iter()
        .map(|row| EuropeanLicenceRow {
            class: row.class,
            vehicles: row.vehicles,
            from: dotted(row.from),
            to: dotted(row.to),
            notes: row.notes.unwrap_or_default(),
        })
        .collect();
    debug_assert!(rows.len() <= ROWS);
    rendered(&EuropeanLicenceBack {
        document,
        country: licence.country,
        rows,
        ground: Ground::of(licence.country, SIZE.0, SIZE.1),
    })
}
