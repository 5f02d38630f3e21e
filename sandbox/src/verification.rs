//! A finished verification and its data as sent to clients.

#[cfg(test)]
pub(crate) mod read;
mod view;

use std::{borrow::Cow, fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio::runtime::Handle;
pub(crate) use view::{VerificationRecord, VerificationSummary};
use webkyc_specimen::{self as specimen, Picture, persona::Shape};

use crate::{
    scenario::Scenario,
    subject::{Image, Subject},
    wire::{CroppedDocs, DocumentData, DocumentFields, File, Guide, JsonBody, Record, numbered},
};

/// A finished verification, and its data as the client gets it.
#[derive(Clone, Serialize)]
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
    /// The body of the details endpoint's answer.
    pub details: Value,
}

/// A verification as it is kept: specimens are drawn when they are asked for.
#[derive(Clone)]
pub(crate) struct Finished {
    pub(crate) id: String,
    /// The sign-up it came of.
    pub(crate) sign_up: String,
    pub(crate) client_id: String,
    pub(crate) code: String,
    /// The scenario; of a visitor whose own document was read, none.
    pub(crate) played: Option<&'static Scenario>,
    pub(crate) started: Timestamp,
    pub(crate) ended: Timestamp,
    pub(crate) subject: Arc<Subject>,
}

/// Whose data it is, and none of it.
impl fmt::Debug for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verification({}, {})", self.id, self.scenario)
    }
}

/// The same.
impl fmt::Debug for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Finished({}, {})", self.id, self.scenario())
    }
}

impl Finished {
    /// With the details, for which pictures may have to be drawn: this can take a while.
    pub(crate) fn complete(self) -> Verification {
        Verification {
            details: as_value(&self.details()),
            scenario: self.scenario().to_owned(),
            id: self.id,
            client_id: self.client_id,
            code: self.code,
        }
    }

    /// The answer of the details endpoint. Draws the pictures at the first call.
    pub(crate) fn details(&self) -> JsonBody {
        match self.subject.shape {
            Shape::Guide => JsonBody::Guide(Box::new(self.guide())),
            Shape::Reference => JsonBody::Record(Box::new(self.record())),
        }
    }

    /// The verification in the shape of the reference, for every person. Draws as [`Self::details`]
    /// does.
    pub(crate) fn record(&self) -> Record {
        let jpeg = |image: &Option<Image>| {
            let jpeg = image.as_ref()?.jpeg()?;
            Some(File::of("image/jpeg", &jpeg))
        };
        let documents = self.subject.readings.iter().map(|reading| DocumentData {
            fields: reading.fields.get(),
            cropped_front_image: jpeg(&reading.front),
            cropped_back_image: jpeg(&reading.back),
            face_image: jpeg(&reading.portrait),
        });
        let bill = self.proof_of_address();
        Record {
            liveness_face_image: jpeg(&self.subject.face),
            documents: documents.collect(),
            address_proof_document: bill.map(|bill| File::of("application/pdf", bill)),
            ..self.record_without_images()
        }
    }

    /// The same without images and bills, and so without anything to wait for.
    pub(crate) fn record_without_images(&self) -> Record {
        let documents = self.subject.readings.iter().map(|reading| DocumentData {
            fields: reading.fields.get(),
            cropped_front_image: None,
            cropped_back_image: None,
            face_image: None,
        });
        Record {
            id: self.id.clone(),
            is_read: self.subject.is_read(),
            status: None,
            platform: "WEB",
            start_time: in_seconds(self.started),
            end_time: in_seconds(self.ended),
            liveness_face_image: None,
            documents: documents.collect(),
            nfc_verified: self.subject.nfc_verified,
            address_proof_document: None,
        }
    }

    /// The same as a value, to look things up in.
    pub(crate) fn members(&self) -> Value {
        as_value(&self.record_without_images())
    }

    /// The pictures as the reference names them where they are files. Draws as [`Self::details`] does.
    pub(crate) fn images(&self) -> impl Iterator<Item = (String, Cow<'static, [u8]>)> {
        self.subject
            .images()
            .filter_map(|(picture, image)| Some((file_name(picture), image.jpeg()?)))
    }

    /// Draws the specimens while the visitor is on the way back to the client, side by side. Without a server,
    /// the first call draws them.
    pub(crate) fn draw_ahead(&self) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        for (_, image) in self.specimens().filter(|(_, image)| !image.is_drawn()) {
            let image = image.clone();
            runtime.spawn_blocking(move || image.jpeg());
        }
    }

    /// The names and pictures that are a test person's: what a visitor showed, the dashboard does not.
    pub(crate) fn specimens(&self) -> impl Iterator<Item = (String, &Image)> {
        let images = self.subject.images();
        images
            .filter(|(_, image)| !image.is_own())
            .map(|(picture, image)| (file_name(picture), image))
    }

    /// The name of the scenario that was played, or that none was.
    pub(crate) fn scenario(&self) -> &'static str {
        self.played.map_or("read", |scenario| scenario.name)
    }

    /// Whether pictures of the visitor's own are gone, and with them the verification.
    pub(crate) fn is_erased(&self) -> bool {
        self.subject.is_erased()
    }

    fn guide(&self) -> Guide {
        let base64 = |picture| {
            let jpeg = self.subject.image(picture)?.jpeg()?;
            Some(STANDARD.encode(jpeg))
        };
        let fields = self.subject.readings.first();
        let fields = fields.map_or_else(DocumentFields::default, |one| one.fields.get());
        Guide {
            cropped_docs: CroppedDocs {
                front: base64(Picture::Front(0)),
                back: base64(Picture::Back(0)),
            },
            details: fields.into(),
        }
    }

    /// The PDF report. Draws as [`Self::details`] does.
    pub(crate) fn report(&self) -> Vec<u8> {
        specimen::report(&self.id, &self.members(), self.images())
    }

    /// The bill as PDF, if there is one.
    pub(crate) fn proof_of_address(&self) -> Option<&'static [u8]> {
        self.subject.proof_of_address.as_ref()?.pdf()
    }
}

/// The name of a picture that is a file of its own, within the whole verification.
fn file_name(picture: Picture) -> String {
    let (name, at) = match picture {
        Picture::Liveness => ("livenessFaceImage", 0),
        Picture::Front(at) => ("croppedFrontImage", at),
        Picture::Back(at) => ("croppedBackImage", at),
        Picture::Face(at) => ("faceImage", at),
    };
    numbered(name, at).into_owned()
}

fn as_value(body: &impl Serialize) -> Value {
    serde_json::to_value(body).expect("an answer is plain data")
}

/// `2020-04-10T11:44:40Z`
fn in_seconds(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second())
        .expect("the second of a time is a time")
        .to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn finished(scenario: &str) -> Finished {
        let scenario = Scenario::by_name(scenario).unwrap();
        Finished {
            id: "3631324b-5bcc-48b0-b717-4f12f45e0a1d".to_owned(),
            sign_up: "sign-up-1".to_owned(),
            client_id: "client!+ID".to_owned(),
            code: "C0de".to_owned(),
            played: Some(scenario),
            started: "2020-04-10T11:44:40.9Z".parse().unwrap(),
            ended: "2020-04-10T11:47:23Z".parse().unwrap(),
            subject: Arc::new(Subject::played(scenario.person)),
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
            without_pixels(as_value(&finished("anna").details())),
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
            without_pixels(as_value(&finished("john").details())),
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
        let record = without_pixels(as_value(&finished("anna").record()));
        let members = |value: &Value| {
            let members = value.as_object().unwrap().keys().cloned();
            members.collect::<std::collections::BTreeSet<_>>()
        };
        let johns = without_pixels(as_value(&finished("john").record()));
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
    fn every_member_of_a_record_has_its_row_in_the_report() {
        let known =
            |names: &[(&str, &str)], member: &str| names.iter().any(|(name, _)| *name == member);
        for scenario in Scenario::ALL {
            let record = finished(scenario.name).members();
            for (member, value) in record.as_object().unwrap() {
                match value.as_object() {
                    Some(document) => document.keys().for_each(|member| {
                        assert!(known(&specimen::DOCUMENT_MEMBERS, member), "{member}");
                    }),
                    None => assert!(known(&specimen::MEMBERS, member), "{member}"),
                }
            }
        }
    }

    #[test]
    fn a_record_without_images_has_all_but_these() {
        let johns = finished("john");
        let mut record = as_value(&johns.record());
        for (name, _) in johns.images() {
            let top = record.as_object_mut().unwrap().remove(&name);
            let below = record["documentData"]
                .as_object_mut()
                .unwrap()
                .remove(&name);
            assert_eq!(top.iter().chain(&below).count(), 1, "{name}");
        }
        assert_eq!(record, johns.members());
    }
}
