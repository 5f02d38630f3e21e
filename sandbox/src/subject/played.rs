//! A test person as the subject of a verification.

use webkyc_specimen::{
    Picture,
    persona::{Design, Document, Persona},
};

use super::{Bill, Fields, Image, Reading, Subject};
use crate::wire::{DocumentFields, LicenseClassDetails};

impl Subject {
    pub(crate) fn played(person: &'static Persona) -> Self {
        let image = |picture| Image::Specimen(person, picture);
        let readings = person
            .documents
            .iter()
            .enumerate()
            .map(|(at, document)| Reading {
                fields: Fields::Played(Box::new(fields(document))),
                front: Some(image(Picture::Front(at))),
                back: document.has_back().then(|| image(Picture::Back(at))),
                portrait: Some(image(Picture::Face(at))),
            });
        Self {
            shape: person.shape,
            face: Some(image(Picture::Liveness)),
            readings: readings.collect(),
            nfc_verified: person.nfc_verified,
            proof_of_address: person.proof_of_address.as_ref().map(|_| Bill(person)),
        }
    }
}

fn fields(document: &Document) -> DocumentFields {
    let (address, classes) = match &document.design {
        Design::Passport(_) => (String::new(), None),
        Design::GermanIdentityCard(card) => (card.address.join("^"), None),
        Design::IdentityCard(card) => (card.address.to_owned(), None),
        Design::UtahDriverLicense(licence) => (licence.address.to_owned(), Some(licence.classes)),
        Design::EuropeanLicence(licence) => (licence.address.to_owned(), Some(licence.classes)),
    };
    let utah = match &document.design {
        Design::UtahDriverLicense(license) => Some(license),
        _ => None,
    };
    let read = |text: &str| Some(text.to_owned());
    DocumentFields {
        document_type: document.document_type.to_owned(),
        document_number: read(document.document_number),
        issuing_country: document.issuing_country.to_owned(),
        jurisdiction: utah.and_then(|license| read(license.jurisdiction)),
        nationality: read(document.nationality),
        surname_and_given_names: Some(document.names.whole()),
        surname: document.names.surname().and_then(read),
        given_names: document.names.given_names().and_then(read),
        name_suffixes: utah.and_then(|license| read(license.name_suffixes)),
        name_prefixes: utah.and_then(|license| read(license.name_prefixes)),
        sex: read(document.sex),
        date_of_birth: read(document.date_of_birth),
        date_of_expiry: read(document.date_of_expiry),
        date_of_issue: read(document.date_of_issue),
        address: Some(address).filter(|address| !address.is_empty()),
        license_class: classes.map(|classes| {
            let names: Vec<&str> = classes.iter().map(|row| row.class).collect();
            names.join("/")
        }),
        license_class_details: classes.map(LicenseClassDetails),
        ..DocumentFields::default()
    }
}
