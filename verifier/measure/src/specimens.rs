//! The documents of the sandbox's test persons.

use image::RgbImage;
use mrz::{Date, MrzDate};
use webkyc_specimen::{
    Picture, jpeg,
    persona::{Document, Persona},
};

use crate::cards::{Card, Shown, Truth};

/// Those with a zone and with names in Latin letters, whose pictures have an ordinary size.
fn documents() -> Vec<(&'static Persona, usize)> {
    let persons = Persona::ALL
        .into_iter()
        .filter(|it| it.key != "large-images");
    let documents =
        persons.flat_map(|person| (0..person.documents.len()).map(move |at| (person, at)));
    let has_zone = |(person, at): &(&Persona, usize)| {
        let document = &person.documents[*at];
        // The Latin letters of Unicode end here.
        let is_latin = document.names.whole().chars().all(|c| c < '\u{250}');
        is_latin && webkyc_specimen::zone(document).is_some()
    };
    documents.filter(has_zone).collect()
}

pub(crate) fn number() -> usize {
    documents().len()
}

pub(crate) fn card(at: usize) -> Card {
    let (person, number) = documents()[at];
    let document = &person.documents[number];
    let side = |picture, has_zone| Shown {
        picture: decoded(jpeg(person, picture)),
        has_zone,
    };
    let mut sides = vec![side(Picture::Front(number), !document.has_back())];
    if document.has_back() {
        sides.push(side(Picture::Back(number), true));
    }
    Card {
        sides,
        truth: truth(document),
    }
}

pub(crate) fn decoded(jpeg: &[u8]) -> RgbImage {
    let picture = image::load_from_memory(jpeg);
    picture.expect("specimens are pictures").into_rgb8()
}

fn truth(document: &Document) -> Truth {
    let (surname, given_names) = printed(document);
    Truth {
        zone: webkyc_specimen::zone(document).expect("only documents with a zone are read"),
        number: document.document_number.to_owned(),
        surname,
        given_names,
        nationality: document.nationality.to_owned(),
        date_of_birth: document.date_of_birth.to_owned(),
        date_of_expiry: document.date_of_expiry.to_owned(),
    }
}

/// Surname and given names; a person with one name has no given names.
fn printed(document: &Document) -> (String, String) {
    let names = &document.names;
    match (names.surname(), names.given_names()) {
        (Some(surname), Some(given_names)) => (surname.to_owned(), given_names.to_owned()),
        _ => (names.whole(), String::new()),
    }
}

pub(crate) fn zone_date(text: &str) -> MrzDate {
    let part = |at: std::ops::Range<usize>| text[at].parse::<u32>().unwrap_or_default();
    let year = i32::try_from(part(0..4)).unwrap_or_default();
    MrzDate::Calendar(Date::new(year, part(5..7), part(8..10)))
}
