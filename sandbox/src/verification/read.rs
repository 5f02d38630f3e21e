//! Verifications of what was read and shown, as a reader of documents makes them.

use std::time::Instant;

use image::{Rgb, RgbImage};
use serde_json::json;
use webkyc_specimen::to_ordinary_jpeg;

use super::*;
use crate::{
    client::Client,
    pictures::Album,
    subject::{Fields, Reading},
};

/// A passport of which the date of issue was not read: the data is that of ICAO's specimen (Doc 9303,
/// part 4).
pub(crate) fn passport(album: &mut Album, due: Instant) -> Finished {
    let mut image = |shade| {
        let jpeg = to_ordinary_jpeg(&RgbImage::from_pixel(16, 16, Rgb([shade, 0, 0])));
        album.keep(jpeg, due).map(Image::Own)
    };
    let read = |text: &str| Some(text.to_owned());
    let (front, portrait, face) = (image(80), image(160), image(240));
    let fields = DocumentFields {
        document_type: "PP".to_owned(),
        document_number: read("L898902C3"),
        issuing_country: "UTO".to_owned(),
        nationality: read("UTO"),
        surname_and_given_names: read("ERIKSSON ANNA MARIA"),
        surname: read("ERIKSSON"),
        given_names: read("ANNA MARIA"),
        sex: read("F"),
        date_of_birth: read("1974-08-12"),
        date_of_expiry: read("2012-04-15"),
        ..DocumentFields::default()
    };
    let json = serde_json::to_vec(&fields).unwrap();
    let reading = Reading {
        fields: Fields::Read(album.keep(json, due).unwrap()),
        front,
        back: None,
        portrait,
    };
    Finished {
        id: "3631324b-5bcc-48b0-b717-4f12f45e0a1d".to_owned(),
        sign_up: "sign-up-1".to_owned(),
        client_id: Client::demo().id,
        code: "C0de".to_owned(),
        played: None,
        started: "2020-04-10T11:44:40.9Z".parse().unwrap(),
        ended: "2020-04-10T11:47:23Z".parse().unwrap(),
        subject: Arc::new(Subject {
            shape: Shape::Reference,
            face,
            readings: vec![reading],
            nfc_verified: false,
            proof_of_address: None,
        }),
    }
}

/// The picture of this name, as it was shown.
fn jpeg(finished: &Finished, name: &str) -> Vec<u8> {
    let mut images = finished.images();
    images.find(|(known, _)| known == name).unwrap().1.into()
}

#[test]
fn details_and_record_hold_what_was_read_and_nothing_else() {
    let finished = passport(&mut Album::default(), Instant::now());
    let file = |name: &str| {
        let content = STANDARD.encode(jpeg(&finished, name));
        json!({ "contentType": "image/jpeg", "content": content })
    };
    let expected = json!({
        "id": "3631324b-5bcc-48b0-b717-4f12f45e0a1d",
        "platform": "WEB",
        "startTime": "2020-04-10T11:44:40Z",
        "endTime": "2020-04-10T11:47:23Z",
        "livenessFaceImage": file("livenessFaceImage"),
        "documentData": {
            "documentType": "PP",
            "documentNumber": "L898902C3",
            "issuingCountry": "UTO",
            "nationality": "UTO",
            "surnameAndGivenNames": "ERIKSSON ANNA MARIA",
            "surname": "ERIKSSON",
            "givenNames": "ANNA MARIA",
            "sex": "F",
            "dateOfBirth": "1974-08-12",
            "dateOfExpiry": "2012-04-15",
            "croppedFrontImage": file("croppedFrontImage"),
            "faceImage": file("faceImage"),
        },
        "nfcVerified": false,
    });
    assert_eq!(as_value(&finished.details()), expected);
    assert_eq!(as_value(&finished.record()), expected);
}

#[test]
fn the_report_holds_the_pictures_that_were_shown() {
    let finished = passport(&mut Album::default(), Instant::now());
    let report = finished.report();
    assert!(report.starts_with(b"%PDF-"));
    for (name, jpeg) in finished.images() {
        let mut parts = report.windows(jpeg.len());
        assert!(parts.any(|part| part == &*jpeg), "{name}");
    }
}

#[test]
fn sbx_13_what_was_read_has_no_specimen_and_is_gone_with_its_pictures() {
    let (mut album, now) = (Album::default(), Instant::now());
    let finished = passport(&mut album, now);
    assert_eq!(finished.specimens().count(), 0);
    assert!(!finished.is_erased());
    album.erase_due(now);
    assert!(finished.is_erased());
    assert_eq!(finished.images().count(), 0);
    let nothing = as_value(&DocumentFields::default());
    assert_eq!(
        as_value(&finished.subject.readings[0].fields.get()),
        nothing
    );
}
