//! What is known of a finished verification, in the words of the wire.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::persona::{Design, Persona, Shape, UtahDriverLicense};
use crate::scenario::Scenario;
use crate::specimen::{self, Picture};

/// A verification that a person finished: what a client was, or will be, told.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Its id, a UUID.
    pub id: String,
    /// The client it was made for.
    pub client_id: String,
    /// The scenario or, the same word, the person chosen on the pages.
    pub scenario: String,
    /// The code that the visitor took back to the client.
    pub code: String,
    /// Exactly what the details endpoint answers.
    pub details: Value,
}

/// The images of a verification under their names on the wire, in the reference's order.
pub(crate) const IMAGES: [(&str, Picture); 4] = [
    ("livenessFaceImage", Picture::Liveness),
    ("croppedFrontImage", Picture::Front),
    ("croppedBackImage", Picture::Back),
    ("faceImage", Picture::Face),
];

/// A verification as it is kept: the images come from the person whenever they are asked for.
#[derive(Clone)]
pub(crate) struct Finished {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) code: String,
    pub(crate) scenario: &'static Scenario,
    pub(crate) started: Timestamp,
    pub(crate) ended: Timestamp,
}

impl Finished {
    /// With the details, for which pictures may have to be drawn: this can take a while.
    pub(crate) fn complete(self) -> Verification {
        Verification {
            details: self.details(),
            scenario: self.scenario.name.to_owned(),
            id: self.id,
            client_id: self.client_id,
            code: self.code,
        }
    }

    /// The answer of the details endpoint. Draws pictures if nobody has asked for them before.
    pub(crate) fn details(&self) -> Value {
        match self.scenario.person.shape {
            Shape::Guide => guide(self.scenario.person),
            Shape::Reference => self.record(),
        }
    }

    /// The verification in the shape of the reference, whoever the person is. Draws as
    /// [`Self::details`] does.
    pub(crate) fn record(&self) -> Value {
        let mut record = self.record_without_images();
        for (name, picture) in IMAGES {
            let holder = match picture {
                Picture::Liveness => &mut record,
                Picture::Front | Picture::Back | Picture::Face => &mut record["documentData"],
            };
            holder[name] = image(self.scenario.person, picture);
        }
        record
    }

    /// The same without a picture in it, and so without anything to wait for.
    pub(crate) fn record_without_images(&self) -> Value {
        let document = &self.scenario.person.document;
        let mut fields = document_fields(self.scenario.person);
        let names = [document.surname, document.given_names];
        fields.insert("surnameAndGivenNames".to_owned(), json!(names.join(" ")));
        match &document.design {
            Design::UtahDriverLicense(license) => fields.extend(license_fields(license)),
            Design::GermanIdentityCard(card) => {
                fields.insert("address".to_owned(), json!(card.address.join("^")));
            }
        }
        json!({
            "id": self.id,
            "platform": "WEB",
            "startTime": in_seconds(self.started),
            "endTime": in_seconds(self.ended),
            "documentData": fields,
            "nfcVerified": false,
        })
    }

    /// One of [`IMAGES`] as JPEG. Draws as [`Self::details`] does.
    pub(crate) fn jpeg(&self, picture: Picture) -> &'static [u8] {
        specimen::jpeg(self.scenario.person, picture)
    }
}

fn guide(person: &'static Persona) -> Value {
    json!({
        "croppedDocs": {
            "front": base64(person, Picture::Front),
            "back": base64(person, Picture::Back),
        },
        "details": document_fields(person),
    })
}

/// What both shapes have in common, down to the names.
fn document_fields(person: &Persona) -> Map<String, Value> {
    let document = &person.document;
    [
        ("documentType", document.document_type),
        ("documentNumber", document.document_number),
        ("issuingCountry", document.issuing_country),
        ("nationality", document.nationality),
        ("surname", document.surname),
        ("givenNames", document.given_names),
        ("sex", document.sex),
        ("dateOfBirth", document.date_of_birth),
        ("dateOfIssue", document.date_of_issue),
        ("dateOfExpiry", document.date_of_expiry),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), json!(value)))
    .collect()
}

fn license_fields(license: &UtahDriverLicense) -> Map<String, Value> {
    let classes: Vec<&str> = license.classes.iter().map(|row| row.class).collect();
    let details: Map<String, Value> = license
        .classes
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
    fields.insert("jurisdiction".to_owned(), json!(license.jurisdiction));
    fields.insert("namePrefixes".to_owned(), json!(license.name_prefixes));
    fields.insert("nameSuffixes".to_owned(), json!(license.name_suffixes));
    fields.insert("address".to_owned(), json!(license.address));
    fields.insert("licenseClass".to_owned(), json!(classes.join("/")));
    fields.insert("licenseClassDetails".to_owned(), Value::Object(details));
    fields
}

fn image(person: &'static Persona, picture: Picture) -> Value {
    json!({ "contentType": "image/jpeg", "content": base64(person, picture) })
}

fn base64(person: &'static Persona, picture: Picture) -> String {
    STANDARD.encode(specimen::jpeg(person, picture))
}

/// `2020-04-10T11:44:40Z`
fn in_seconds(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second())
        .unwrap_or(time)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(scenario: &str) -> Finished {
        Finished {
            id: "3631324b-5bcc-48b0-b717-4f12f45e0a1d".to_owned(),
            client_id: "client!+ID".to_owned(),
            code: "C0de".to_owned(),
            scenario: Scenario::by_name(scenario).unwrap(),
            started: "2020-04-10T11:44:40.9Z".parse().unwrap(),
            ended: "2020-04-10T11:47:23Z".parse().unwrap(),
        }
    }

    /// Replaces every image by its first bytes, which are the same in every JPEG.
    fn without_pixels(mut value: Value) -> Value {
        fn walk(value: &mut Value) {
            match value {
                Value::String(text) if text.len() > 200 => text.truncate(4),
                Value::Object(map) => map.values_mut().for_each(walk),
                _ => {}
            }
        }
        walk(&mut value);
        value
    }

    #[test]
    fn anna_is_answered_in_the_shape_of_the_guide() {
        assert_eq!(
            without_pixels(finished("anna").details()),
            json!({
                "croppedDocs": { "front": "/9j/", "back": "/9j/" },
                "details": {
                    "documentNumber": "8136431812",
                    "issuingCountry": "DEU",
                    "documentType": "NID",
                    "givenNames": "ANNA MARIA",
                    "surname": "SCHMIDT",
                    "dateOfBirth": "1987-01-12",
                    "nationality": "DEU",
                    "dateOfIssue": "2017-01-30",
                    "dateOfExpiry": "2027-01-30",
                    "sex": "F",
                },
            })
        );
    }

    #[test]
    fn john_is_answered_in_the_shape_of_the_reference() {
        let image = json!({ "contentType": "image/jpeg", "content": "/9j/" });
        assert_eq!(
            without_pixels(finished("john").details()),
            json!({
                "id": "3631324b-5bcc-48b0-b717-4f12f45e0a1d",
                "platform": "WEB",
                "startTime": "2020-04-10T11:44:40Z",
                "endTime": "2020-04-10T11:47:23Z",
                "livenessFaceImage": image,
                "documentData": {
                    "documentType": "DL",
                    "documentNumber": "1234567890",
                    "issuingCountry": "USA",
                    "jurisdiction": "UTA",
                    "nationality": "USA",
                    "surnameAndGivenNames": "DOE JOHN",
                    "surname": "DOE",
                    "givenNames": "JOHN",
                    "nameSuffixes": "MR",
                    "namePrefixes": "JR",
                    "sex": "M",
                    "dateOfBirth": "1964-12-30",
                    "dateOfExpiry": "2022-12-30",
                    "dateOfIssue": "2012-05-30",
                    "address": "430-985 ELEIFEND^DULUTH WA 92611",
                    "licenseClass": "B/C/D",
                    "licenseClassDetails": {
                        "B": { "from": "2019-01-30", "to": "2029-01-30", "notes": "Some valuable note" },
                        "C": { "from": "2019-01-30", "to": "2029-01-30" },
                        "D": { "from": "2019-01-30", "to": "2029-01-30" },
                    },
                    "croppedFrontImage": image,
                    "croppedBackImage": image,
                    "faceImage": image,
                },
                "nfcVerified": false,
            })
        );
    }

    #[test]
    fn anna_has_a_record_in_the_shape_of_the_reference_too() {
        let record = without_pixels(finished("anna").record());
        let members = |value: &Value| {
            let members = value.as_object().unwrap().keys().cloned();
            members.collect::<std::collections::BTreeSet<_>>()
        };
        let johns = without_pixels(finished("john").record());
        assert_eq!(members(&record), members(&johns));
        assert!(members(&record["documentData"]).is_subset(&members(&johns["documentData"])));
        assert_eq!(
            record["documentData"]["surnameAndGivenNames"],
            "SCHMIDT ANNA MARIA"
        );
        assert_eq!(
            record["documentData"]["address"],
            "12345 MUSTERSTADT^LINDENWEG 7"
        );
    }

    #[test]
    fn a_record_without_images_has_all_but_these() {
        let mut record = finished("john").record();
        for (name, _) in IMAGES {
            let top = record.as_object_mut().unwrap().remove(name);
            let below = record["documentData"].as_object_mut().unwrap().remove(name);
            assert_eq!(top.iter().chain(&below).count(), 1, "{name}");
        }
        assert_eq!(record, finished("john").record_without_images());
    }
}
