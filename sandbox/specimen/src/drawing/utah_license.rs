//! A specimen in the manner of a driver license of Utah.

use askama::Template;

use super::{
    barcode::code_128,
    guilloche::{rosette, waves},
    portrait::{official, rendered},
    signature,
};
use crate::persona::{Document, Persona, UtahDriverLicense};

#[derive(Template)]
#[template(path = "utah_front.svg")]
struct UtahLicenseFront<'a> {
    document: &'a Document,
    license: &'a UtahDriverLicense,
    address: Vec<&'a str>,
    classes: String,
    date_of_birth: String,
    date_of_issue: String,
    date_of_expiry: String,
    signature: String,
    portrait: String,
    ghost: String,
    waves: String,
    sun: String,
}

#[derive(Template)]
#[template(path = "utah_back.svg")]
struct UtahLicenseBack<'a> {
    document: &'a Document,
    date_of_birth: String,
    date_of_issue: String,
    date_of_expiry: String,
    rows: Vec<UtahLicenseRow<'a>>,
    bars: String,
    modules: u32,
    waves: String,
    sun: String,
}

struct UtahLicenseRow<'a> {
    class: &'a str,
    vehicles: &'a str,
    from: String,
    to: String,
    notes: &'a str,
}

pub(super) fn front(person: &Persona, document: &Document, license: &UtahDriverLicense) -> String {
    let classes: Vec<&str> = license.classes.iter().map(|row| row.class).collect();
    rendered(&UtahLicenseFront {
        document,
        license,
        address: license.address.split('^').collect(),
        classes: classes.join("/"),
        date_of_birth: written(document.date_of_birth),
        date_of_issue: written(document.date_of_issue),
        date_of_expiry: written(document.date_of_expiry),
        signature: signature::of(person),
        portrait: official(
            "p",
            &person.look,
            r#"x="40" y="150" width="280" height="360""#,
            "#cfe0ee",
        ),
        ghost: official(
            "g",
            &person.look,
            r#"x="844" y="336" width="122" height="157""#,
            "none",
        ),
        waves: waves(1011.0, 100.0, 660.0, 40, 18.0, 2.2),
        sun: rosette(815.0, 230.0, 40.0, 190.0, 12.0, 10),
    })
}

pub(super) fn back(document: &Document, license: &UtahDriverLicense) -> String {
    let (bars, modules) = code_128(document.document_number, 90);
    rendered(&UtahLicenseBack {
        document,
        date_of_birth: written(document.date_of_birth),
        date_of_issue: written(document.date_of_issue),
        date_of_expiry: written(document.date_of_expiry),
        rows: license
            .classes
            .iter()
            .map(|row| UtahLicenseRow {
                class: row.class,
                vehicles: row.vehicles,
                from: written(row.from),
                to: written(row.to),
                notes: row.notes.unwrap_or("none"),
            })
            .collect(),
        bars,
        modules,
        waves: waves(1011.0, 0.0, 660.0, 44, 18.0, 2.2),
        sun: rosette(815.0, 330.0, 40.0, 190.0, 12.0, 10),
    })
}

/// `1964-12-30` as `12/30/1964`.
fn written(date: &str) -> String {
    match date.split_once('-') {
        Some((year, day)) => format!("{}/{year}", day.replace('-', "/")),
        None => date.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_the_american_way() {
        assert_eq!(written("1964-12-30"), "12/30/1964");
    }
}
