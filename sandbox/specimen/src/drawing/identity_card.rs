//! An identity card: the same for every country except for colours and words.

use askama::Template;

use super::{
    dates::dotted,
    ground::{Ground, fitting},
    portrait::{official, rendered},
    signature,
};
use crate::{
    mrz::Zone,
    persona::{Country, Document, IdentityCard, Persona},
};

/// ID-1, 85.6 by 54 millimetres.
pub(super) const SIZE: (u32, u32) = (1011, 638);

#[derive(Template)]
#[template(path = "card_front.svg")]
struct IdentityCardFront<'a> {
    document: &'a Document,
    country: &'a Country,
    card: &'a IdentityCard,
    surname_size: f64,
    given_names_size: f64,
    date_of_birth: String,
    date_of_expiry: String,
    signature: String,
    portrait: String,
    ghost: String,
    ground: Ground,
}

#[derive(Template)]
#[template(path = "card_back.svg")]
struct IdentityCardBack<'a> {
    document: &'a Document,
    country: &'a Country,
    card: &'a IdentityCard,
    address: Vec<&'a str>,
    date_of_issue: String,
    zone: [String; 3],
    ground: Ground,
}

pub(super) fn front(person: &Persona, document: &Document, card: &IdentityCard) -> String {
    let names = &document.names;
    rendered(&IdentityCardFront {
        document,
        country: card.country,
        card,
        surname_size: fitting(names.latin_surname(), 600.0, 29.0),
        given_names_size: fitting(names.latin_given_names(), 600.0, 29.0),
        date_of_birth: dotted(document.date_of_birth),
        date_of_expiry: dotted(document.date_of_expiry),
        signature: signature::of(person),
        portrait: official(
            "p",
            &person.look,
            r#"x="44" y="140" width="286" height="368""#,
            "#e3e7ea",
        ),
        ghost: official(
            "g",
            &person.look,
            r#"x="858" y="412" width="104" height="134""#,
            "none",
        ),
        ground: Ground::of(card.country, SIZE.0, SIZE.1),
    })
}

pub(super) fn back(document: &Document, card: &IdentityCard) -> String {
    rendered(&IdentityCardBack {
        document,
        country: card.country,
        card,
        address: card.address.split('^').collect(),
        date_of_issue: dotted(document.date_of_issue),
        zone: zone(document),
        ground: Ground::of(card.country, SIZE.0, SIZE.1),
    })
}

pub(super) fn zone(document: &Document) -> [String; 3] {
    Zone {
        document_code: "I",
        issuer: document.issuing_country,
        number: document.document_number,
        nationality: document.nationality,
        date_of_birth: document.date_of_birth,
        date_of_expiry: document.date_of_expiry,
        sex: document.sex,
        surname: document.names.latin_surname(),
        given_names: document.names.latin_given_names(),
    }
    .td1()
}
