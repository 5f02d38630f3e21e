//! The data page of a passport: the same for every country except for colours and words.

use askama::Template;

use super::{
    dates::spelt,
    ground::{Ground, fitting},
    portrait::{official, rendered},
    signature,
};
use crate::{
    mrz::Zone,
    persona::{Country, Document, Passport, Persona},
};

/// ID-3, 125 by 88 millimetres.
pub(super) const SIZE: (u32, u32) = (1250, 880);

#[derive(Template)]
#[template(path = "passport.svg")]
struct PassportPage<'a> {
    document: &'a Document,
    country: &'a Country,
    passport: &'a Passport,
    lines: Vec<Line>,
    date_of_birth: String,
    date_of_issue: String,
    date_of_expiry: String,
    zone: [String; 2],
    signature: String,
    portrait: String,
    ghost: String,
    ground: Ground,
}

/// A name, in one script.
struct Line {
    label: &'static str,
    text: String,
    y: u32,
    size: f64,
}

pub(super) fn page(person: &Persona, document: &Document, passport: &Passport) -> String {
    rendered(&PassportPage {
        document,
        country: passport.country,
        passport,
        lines: name_lines(document),
        date_of_birth: spelt(document.date_of_birth),
        date_of_issue: spelt(document.date_of_issue),
        date_of_expiry: spelt(document.date_of_expiry),
        zone: zone(document),
        signature: signature::of(person),
        portrait: official(
            "p",
            &person.look,
            r#"x="56" y="170" width="310" height="398""#,
            "#e3e7ea",
        ),
        ghost: official(
            "g",
            &person.look,
            r#"x="1060" y="432" width="126" height="162""#,
            "none",
        ),
        ground: Ground::of(passport.country, SIZE.0, SIZE.1),
    })
}

fn name_lines(document: &Document) -> Vec<Line> {
    const WIDTH: f64 = 780.0;
    let names = &document.names;
    let (surname, given_names) = (names.latin_surname(), names.latin_given_names());
    let mut lines = Vec::new();
    let mut line = |label, y, text: &str, usual| {
        lines.push(Line {
            label,
            text: text.to_owned(),
            y,
            size: fitting(text, WIDTH, usual),
        });
    };
    if given_names.is_empty() {
        line("Name / Nom", 202, surname, 30.0);
        return lines;
    }
    line("Surname / Nom (1)", 202, surname, 30.0);
    line("Given names / Prénoms (2)", 272, given_names, 30.0);
    if names.surname() != Some(surname) {
        line(
            "Name in own script / Nom original",
            342,
            &names.whole(),
            34.0,
        );
    }
    lines
}

pub(super) fn zone(document: &Document) -> [String; 2] {
    Zone {
        document_code: "P",
        issuer: document.issuing_country,
        number: document.document_number,
        nationality: document.nationality,
        date_of_birth: document.date_of_birth,
        date_of_expiry: document.date_of_expiry,
        sex: document.sex,
        surname: document.names.latin_surname(),
        given_names: document.names.latin_given_names(),
    }
    .td3()
}
