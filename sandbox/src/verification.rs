//! What is known of a finished verification, in the words of the wire.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::persona::{Design, Persona, Shape, UtahDriverLicense};
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

/// A verification as it is kept: the images come from the person whenever they are asked for.
#[derive(Clone)]
pub(crate) struct Finished {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) code: String,
    pub(crate) person: &'static Persona,
    pub(crate) started: Timestamp,
    pub(crate) ended: Timestamp,
}

impl Finished {
    /// With the details, for which pictures may have to be drawn: this can take a while.
    pub(crate) fn complete(self) -> Verification {
        Verification {
            details: self.details(),
            scenario: self.person.key.to_owned(),
            id: self.id,
            client_id: self.client_id,
            code: self.code,
        }
    }

    /// The answer of the details endpoint. Draws pictures if nobody has asked for them before.
    pub(crate) fn details(&self) -> Value {
        match self.person.shape {
            Shape::Guide => guide(self.person),
            Shape::Reference => self.reference(),
        }
    }

    fn reference(&self) -> Value {
        let mut document = document_fields(self.person);
        if let Design::UtahDriverLicense(license) = &self.person.document.design {
            document.extend(license_fields(license));
        }
        for (name, picture) in [
            ("croppedFrontImage", Picture::Front),
            ("croppedBackImage", Picture::Back),
            ("faceImage", Picture::Face),
        ] {
            document.insert(name.to_owned(), image(self.person, picture));
        }
        let names = [
            self.person.document.surname,
            self.person.document.given_names,
        ];
        document.insert("surnameAndGivenNames".to_owned(), json!(names.join(" ")));
        json!({
            "id": self.id,
            "platform": "WEB",
            "startTime": in_seconds(self.started),
            "endTime": in_seconds(self.ended),
            "livenessFaceImage": image(self.person, Picture::Liveness),
            "documentData": document,
            "nfcVerified": false,
        })
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
    use crate::persona::{ANNA, JOHN};

    fn finished(person: &'static Persona) -> Finished {
        Finished {
            id: "3631324b-5bcc-48b0-b717-4f12f45e0a1d".to_owned(),
            client_id: "client!+ID".to_owned(),
            code: "C0de".to_owned(),
            person,
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
            without_pixels(finished(&ANNA).details()),
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
            without_pixels(finished(&JOHN).details()),
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
}
