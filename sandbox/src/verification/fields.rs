//! The fields of a document, under their names in the JSON.

use serde_json::{Map, Value, json};
use webkyc_specimen::persona::{Design, Document, LicenseClass};

/// The fields that both shapes have under the same names.
pub(super) fn document_fields(document: &Document) -> Map<String, Value> {
    [
        ("documentType", Some(document.document_type)),
        ("documentNumber", Some(document.document_number)),
        ("issuingCountry", Some(document.issuing_country)),
        ("nationality", Some(document.nationality)),
        ("surname", document.names.surname()),
        ("givenNames", document.names.given_names()),
        ("sex", Some(document.sex)),
        ("dateOfBirth", Some(document.date_of_birth)),
        ("dateOfIssue", Some(document.date_of_issue)),
        ("dateOfExpiry", Some(document.date_of_expiry)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), json!(value?))))
    .collect()
}

/// The fields of some kinds of documents only.
pub(super) fn design_fields(design: &Design) -> Map<String, Value> {
    let (address, classes) = match design {
        Design::Passport(_) => (String::new(), None),
        Design::GermanIdentityCard(card) => (card.address.join("^"), None),
        Design::IdentityCard(card) => (card.address.to_owned(), None),
        Design::UtahDriverLicense(licence) => (licence.address.to_owned(), Some(licence.classes)),
        Design::EuropeanLicence(licence) => (licence.address.to_owned(), Some(licence.classes)),
    };
    let mut fields = classes.map(class_fields).unwrap_or_default();
    if !address.is_empty() {
        fields.insert("address".to_owned(), json!(address));
    }
    if let Design::UtahDriverLicense(license) = design {
        fields.insert("jurisdiction".to_owned(), json!(license.jurisdiction));
        fields.insert("namePrefixes".to_owned(), json!(license.name_prefixes));
        fields.insert("nameSuffixes".to_owned(), json!(license.name_suffixes));
    }
    fields
}

fn class_fields(classes: &[LicenseClass]) -> Map<String, Value> {
    let names: Vec<&str> = classes.iter().map(|row| row.class).collect();
    let details: Map<String, Value> = classes
        .iter()
        .map(|row| {
            let mut detail = json!({ "from": row.from, "to": row.to });
            if let Some(notes) = row.notes {
                detail["notes"] = json!(notes);
            }
            (row.class.to_owned(), detail)
        })
        .collect();
    let mut fields = Map::new();
    fields.insert("licenseClass".to_owned(), json!(names.join("/")));
    fields.insert("licenseClassDetails".to_owned(), Value::Object(details));
    fields
}
