//! Clients get the visitor's own pictures, in every shape.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use image::ImageFormat;
use serde_json::Value;

use super::{BACK, BLUE, FACE, FRONT, GREEN, RED, assert_is, encoded, noise, plain};
use crate::{
    harness::{REDIRECT_URI, Stack, assert_refused, parameter},
    sign_up::SignUp,
};

const STEPS: [&str; 4] = ["introduction", "liveness", "document", "verification"];

impl SignUp<'_> {
    /// Shows all that there is to show, each side in its colour, and comes back with a code.
    async fn show_everything(&self, person: &str, steps: [&str; 4]) -> String {
        self.go_through(person, &steps[..3]).await;
        for (path, colour) in [(FACE, RED), (FRONT, GREEN), (BACK, BLUE)] {
            let picture = plain(colour, ImageFormat::Jpeg);
            let response = self.send(path, "image/jpeg", picture).await;
            assert_eq!(response.status().as_u16(), 204, "{path}");
        }
        let back = self.go_through(person, &steps[3..]).await;
        parameter(&back, "code").unwrap()
    }
}

fn decoded(image: &Value) -> Vec<u8> {
    let content = image.get("content").unwrap_or(image);
    STANDARD.decode(content.as_str().unwrap()).unwrap()
}

/// The images of a record by their names.
fn images(record: &Value) -> BTreeMap<&str, Vec<u8>> {
    let names = ["croppedFrontImage", "croppedBackImage", "faceImage"];
    let mut images: BTreeMap<_, _> = names
        .map(|name| (name, decoded(&record["documentData"][name])))
        .into();
    images.insert("livenessFaceImage", decoded(&record["livenessFaceImage"]));
    images
}

#[track_caller]
fn assert_are_shown(images: &BTreeMap<&str, Vec<u8>>) {
    assert_is(&images["livenessFaceImage"], RED);
    assert_is(&images["croppedFrontImage"], GREEN);
    assert_is(&images["croppedBackImage"], BLUE);
}

#[tokio::test]
async fn every_answer_holds_what_was_shown_and_the_rest_of_the_test_person() {
    let stack = Stack::start().await;
    let specimens = stack.record(&stack.verified("john").await).await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    let code = sign_up.show_everything("john", STEPS).await;

    let answer = stack.exchange(&Stack::token_form(&code)).await;
    let token: Value = answer.json().await.unwrap();
    let details = stack.details(token["token"].as_str().unwrap()).await;
    let details: Value = details.json().await.unwrap();
    assert_are_shown(&images(&details));
    let issued = stack.sandbox.verifications().pop().unwrap();
    assert_eq!(issued.details, details);

    let record = stack.record(&issued.id).await;
    assert_eq!(images(&record), images(&details));
    assert_eq!(
        images(&record)["faceImage"],
        images(&specimens)["faceImage"]
    );
    let number = "/documentData/documentNumber";
    assert_eq!(record.pointer(number), specimens.pointer(number));

    let message = stack.export("multipart", &issued.id).await;
    let media_type = message.headers()["content-type"].to_str().unwrap();
    let boundary = media_type.split_once('=').unwrap().1.to_owned();
    let message = message.bytes().await.unwrap();
    let mut parts = multer::Multipart::with_reader(&*message, boundary);
    let mut found = BTreeMap::new();
    while let Some(part) = parts.next_field().await.unwrap() {
        let name = part.name().unwrap().to_owned();
        found.insert(name, part.bytes().await.unwrap().to_vec());
    }
    for (name, image) in images(&record) {
        assert_eq!(found[name], image, "{name}");
    }

    let report = stack.exported("pdf", &issued.id, "application/pdf").await;
    let report = lopdf::Document::load_mem(&report).unwrap();
    let pages = report.get_pages().into_values();
    let mut embedded: Vec<Vec<u8>> = pages
        .flat_map(|page| report.get_page_images(page).unwrap())
        .map(|image| image.content.to_vec())
        .collect();
    embedded.sort();
    let mut expected: Vec<Vec<u8>> = images(&record).into_values().collect();
    expected.sort();
    assert!(embedded == expected);
}

#[tokio::test]
async fn the_guides_shape_and_the_record_of_the_same_person_hold_it() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.show_everything("anna", STEPS).await;
    let issued = stack.sandbox.verifications().pop().unwrap();
    let sides = &issued.details["croppedDocs"];
    assert_is(&decoded(&sides["front"]), GREEN);
    assert_is(&decoded(&sides["back"]), BLUE);
    assert_are_shown(&images(&stack.record(&issued.id).await));
}

#[tokio::test]
async fn the_result_of_web_idv_holds_it() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_idv(&stack).await;
    let steps = ["introduction", "document", "liveness", "verification"];
    let code = sign_up.show_everything("anna", steps).await;
    let result: Value = stack
        .result(REDIRECT_URI, &code)
        .await
        .json()
        .await
        .unwrap();
    assert_are_shown(&images(&result));
}

#[tokio::test]
async fn further_documents_stay_those_of_the_test_person() {
    let stack = Stack::start().await;
    let specimens = stack.record(&stack.verified("three-documents").await).await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.show_everything("three-documents", STEPS).await;
    let id = stack.sandbox.verifications().pop().unwrap().id;
    let record = stack.record(&id).await;
    assert_are_shown(&images(&record));
    for document in ["documentData2", "documentData3"] {
        assert_eq!(record[document], specimens[document]);
    }
}

#[tokio::test]
async fn faults_spoil_what_was_shown_too() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    let code = sign_up.show_everything("corrupt-image", STEPS).await;
    let issued = stack.sandbox.verifications().pop().unwrap();
    let shown = images(&issued.details);
    assert_are_shown(&shown);
    let answer = stack.exchange(&Stack::token_form(&code)).await;
    let token: Value = answer.json().await.unwrap();
    let details = stack.details(token["token"].as_str().unwrap()).await;
    let details: Value = details.json().await.unwrap();
    let spoilt = images(&details);
    assert_eq!(spoilt["livenessFaceImage"], shown["livenessFaceImage"]);
    let front = &spoilt["croppedFrontImage"];
    assert_eq!(front.len(), shown["croppedFrontImage"].len());
    assert!(image::load_from_memory(front).is_err());
}

#[tokio::test]
async fn another_persons_choice_keeps_what_was_shown() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.go_through("john", &STEPS[..2]).await;
    sign_up
        .send(BACK, "image/jpeg", plain(BLUE, ImageFormat::Jpeg))
        .await;
    sign_up
        .send(FACE, "image/jpeg", plain(RED, ImageFormat::Jpeg))
        .await;
    // Whose passport has no back.
    sign_up.go_through("passport", &STEPS).await;
    let details = stack.sandbox.verifications().pop().unwrap().details;
    assert_is(&decoded(&details["livenessFaceImage"]), RED);
    assert_eq!(details["documentData"].get("croppedBackImage"), None);
}

#[tokio::test]
async fn sbx_13_without_room_new_sign_ups_are_refused_and_nothing_becomes_a_specimen() {
    let stack = Stack::start().await;
    let noise = encoded(noise(1, 1600), ImageFormat::Jpeg);
    let first = SignUp::of_web_kyc(&stack, "").await;
    first.go_through("john", &STEPS[..1]).await;
    first.send(FACE, "image/jpeg", noise.clone()).await;
    let own = first.shown("face").await.unwrap();
    first.go_through("john", &STEPS).await;
    let id = stack.sandbox.verifications().pop().unwrap().id;

    let mut sign_ups = Vec::new();
    let path = stack.authorize_path("");
    while stack.get(&path).await.status() == 303 {
        let sign_up = SignUp::of_web_kyc(&stack, "").await;
        sign_up.go_through("john", &STEPS[..1]).await;
        sign_up.send(FACE, "image/jpeg", noise.clone()).await;
        sign_ups.push(sign_up);
    }
    assert!(sign_ups.len() < 64 * 1024 * 1024 / own.len());
    let unspoken = format!("/web-idv/verification-url?redirectUrl={REDIRECT_URI}");
    let unspoken = stack.ask(&unspoken).await;
    let message = "The sandbox has no memory left for the pictures of another visitor";
    assert_refused(unspoken, 503, "SERVICE_UNAVAILABLE", message).await;
    let refused = stack.get(&path).await;
    assert_eq!(refused.status(), 503);
    let page = refused.text().await.unwrap();
    assert!(page.contains("The sandbox is busy"), "{page}");
    assert!(page.contains("data-test=\"way-back\""), "{page}");
    let record = stack.record(&id).await;
    assert!(images(&record)["livenessFaceImage"] == own);
    // A picture that finds no room does not take the earlier one away.
    let mut fronts = 0;
    let full = loop {
        let sign_up = &sign_ups[fronts];
        sign_up.go_through("john", &["liveness"]).await;
        let answer = sign_up.send(FRONT, "image/jpeg", noise.clone()).await;
        if answer.status() == 503 {
            break sign_up;
        }
        fronts += 1;
    };
    let replaced = full.send(FACE, "image/jpeg", noise.clone()).await;
    assert_eq!(replaced.status(), 503);
    assert!(full.shown("face").await.unwrap() == own);
    // Those who leave make room.
    for left in &sign_ups[..=fronts] {
        left.press("cancel", "").await;
    }
    assert_eq!(stack.get(&path).await.status(), 303);
}
