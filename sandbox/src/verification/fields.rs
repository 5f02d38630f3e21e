//! The fields of a document, under their names in the JSON.

use webkyc_specimen::persona::{Design, Document};

use crate::wire::{DocumentData, GuideDetails, LicenseClassDetails};

/// In the shape of the guide.
pub(super) fn guide_details(document: &Document) -> GuideDetails {
    GuideDetails {
        document_number: document.document_number,
        issuing_country: document.issuing_country,
        document_type: document.document_type,
        given_names: document.names.given_names(),
        surname: document.names.surname(),
        date_of_birth: document.date_of_birth,
        nationality: document.nationality,
        date_of_issue: document.date_of_issue,
        date_of_expiry: document.date_of_expiry,
        sex: document.sex,
    }
}

/// In the shape of the reference, without the images.
pub(super) fn document_data(document: &Document) -> DocumentData {
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
    DocumentData {
        document_type: document.document_type,
        document_number: document.document_number,
        issuing_country: document.issuing_country,
        jurisdiction: utah.map(|license| license.jurisdiction),
        nationality: document.nationality,
        surname_and_given_names: document.names.whole(),
        surname: document.names.surname(),
        given_names: document.names.given_names(),
        first_name: None,
        last_name: None,
        name_suffixes: utah.map(|license| license.name_suffixes),
        name_prefixes: utah.map(|license| license.name_prefixes),
        sex: document.sex,
        date_of_birth: document.date_of_birth,
        date_of_expiry: document.date_of_expiry,
        date_of_issue: document.date_of_issue,
        address: Some(address).filter(|address| !address.is_empty()),
        license_class: classes.map(|classes| {
            let names: Vec<&str> = classes.iter().map(|row| row.class).collect();
            names.join("/")
        }),
        license_class_details: classes.map(LicenseClassDetails),
        cropped_front_image: None,
        cropped_back_image: None,
        face_image: None,
    }
}
