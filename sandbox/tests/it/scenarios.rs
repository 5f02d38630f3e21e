//! Every scenario that ends well, from the authorize URL to the exports.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use image::GenericImageView;
use serde_json::Value;

use crate::harness::{REDIRECT_URI, Stack, parameter};

/// Everybody, in the order of the list, but for the one whose pictures take their time.
pub(crate) const PERSONS: [&str; 19] = [
    "anna",
    "john",
    "minor",
    "sex-x",
    "one-name",
    "diacritics",
    "arabic",
    "chinese",
    "long-name",
    "passport",
    "national-id",
    "licence",
    "two-documents",
    "three-documents",
    "nfc",
    "proof-of-address",
    "complete",
    "expired",
    "script-in-names",
];
/// Whose details are in the shape of the Web KYC guide.
const IN_THE_GUIDES_SHAPE: [&str; 3] = ["anna", "diacritics", "expired"];

/// A sign-up of this person: the id, and the details endpoint's answer.
async fn sign_up(stack: &Stack, person: &str) -> (String, Value) {
    let token = stack.token(person).await;
    let response = stack.details(&token).await;
    assert_eq!(response.status().as_u16(), 200, "{person}");
    let details: Value = response.json().await.unwrap();
    let id = match &details["id"] {
        Value::String(id) => id.clone(),
        _ => stack.sandbox.verifications().pop().unwrap().id,
    };
    (id, details)
}

/// Every image of an answer, in either shape, decoded from base64.
fn images(answer: &Value) -> Vec<Vec<u8>> {
    match answer {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| match value {
                Value::String(content) if matches!(name.as_str(), "front" | "back") => {
                    vec![STANDARD.decode(content).unwrap()]
                }
                Value::Object(image) if image.get("contentType") == Some(&"image/jpeg".into()) => {
                    vec![STANDARD.decode(image["content"].as_str().unwrap()).unwrap()]
                }
                other => images(other),
            })
            .collect(),
        _ => Vec::new(),
    }
}

#[track_caller]
fn assert_decodes(person: &str, jpeg: &[u8]) {
    let picture = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).unwrap();
    let (width, height) = picture.dimensions();
    assert!(
        width >= 490 && height >= 630,
        "{person}: {width} by {height}"
    );
}

#[tokio::test]
async fn everybody_signs_up_and_is_exported_in_every_form() {
    let stack = Stack::start().await;
    for person in PERSONS {
        let (id, details) = sign_up(&stack, person).await;
        let in_the_guides = IN_THE_GUIDES_SHAPE.contains(&person);
        assert_eq!(
            details.get("croppedDocs").is_some(),
            in_the_guides,
            "{person}"
        );
        assert_eq!(details["id"] == id.as_str(), !in_the_guides, "{person}");

        let record = stack.record(&id).await;
        if !in_the_guides {
            assert_eq!(record, details, "{person}");
        }
        let pictures = images(&record);
        for jpeg in &pictures {
            assert_decodes(person, jpeg);
        }
        for jpeg in images(&details) {
            assert!(pictures.contains(&jpeg), "{person}");
        }
        let message = stack.export("multipart", &id).await.bytes().await.unwrap();
        let parts = message.len() - pictures.iter().map(Vec::len).sum::<usize>();
        assert!(
            parts < 64 * 1024,
            "{person}: {parts} bytes beside the images"
        );

        let report = stack.exported("pdf", &id, "application/pdf").await;
        let read = lopdf::Document::load_mem(&report).unwrap();
        let embedded: BTreeSet<Vec<u8>> = read
            .get_pages()
            .into_values()
            .flat_map(|page| read.get_page_images(page).unwrap())
            .map(|image| image.content.to_vec())
            .collect();
        // A portrait that is on several documents is in the report once.
        let pictures: BTreeSet<Vec<u8>> = pictures.into_iter().collect();
        assert!(embedded == pictures, "{person}");
    }
    let listed: Vec<String> = stack
        .sandbox
        .verifications()
        .into_iter()
        .map(|one| one.scenario)
        .collect();
    assert_eq!(listed, PERSONS);
}

#[tokio::test]
async fn everybody_signs_up_through_web_idv() {
    let stack = Stack::start().await;
    for person in PERSONS {
        let back = stack.come_back(REDIRECT_URI, person).await;
        let code = parameter(&back.parse().unwrap(), "code").unwrap();
        let result = stack.result(REDIRECT_URI, &code).await;
        assert_eq!(result.status().as_u16(), 200, "{person}");
        let result: Value = result.json().await.unwrap();
        assert_eq!(result["status"], "PASSED", "{person}");
    }
}

#[tokio::test]
async fn the_list_of_scenarios_is_this_one() {
    let stack = Stack::start().await;
    let page = stack.get("/_sandbox/persons").await.text().await.unwrap();
    for person in PERSONS {
        let name = format!("<code id=\"name-{person}\">{person}</code>");
        assert!(page.contains(&name), "{person}");
    }
    // The others are the large images and thirteen failures.
    let names = page.matches("<code id=\"name-").count();
    assert_eq!(names, PERSONS.len() + 14);
}

#[tokio::test]
async fn what_is_particular_about_each_person_is_on_the_wire() {
    let stack = Stack::start().await;
    for (person, place, expected) in [
        ("passport", "/documentData/documentType", "PP"),
        ("national-id", "/documentData/documentType", "NID"),
        ("national-id", "/documentData/issuingCountry", "ITA"),
        ("licence", "/documentData/licenseClass", "AM/A/B/BE/C1/C"),
        (
            "licence",
            "/documentData/licenseClassDetails/C1/to",
            "2024-02-04",
        ),
        (
            "licence",
            "/documentData/licenseClassDetails/BE/notes",
            "01.06, 96",
        ),
        ("two-documents", "/documentData2/documentType", "DL"),
        ("three-documents", "/documentData2/documentType", "PP"),
        ("three-documents", "/documentData3/documentType", "DL"),
        (
            "proof-of-address",
            "/addressProofDocument/contentType",
            "application/pdf",
        ),
        ("minor", "/documentData/dateOfBirth", "2015-02-11"),
        ("sex-x", "/documentData/sex", "X"),
        (
            "one-name",
            "/documentData/surnameAndGivenNames",
            "WULANDARI",
        ),
        ("diacritics", "/details/surname", "ŻURAWIŃSKA-ŁĘCKA"),
        ("arabic", "/documentData/surname", "البناني"),
        ("chinese", "/documentData/surnameAndGivenNames", "林 美华"),
        ("expired", "/details/dateOfExpiry", "2019-04-01"),
        (
            "script-in-names",
            "/documentData/surname",
            "<script>alert(1)</script>",
        ),
    ] {
        let (_, details) = sign_up(&stack, person).await;
        assert_eq!(details.pointer(place).unwrap(), expected, "{person}");
    }
    let member = |details: &Value, place: &str| details.pointer(place).is_some();
    let (_, nfc) = sign_up(&stack, "nfc").await;
    assert_eq!(nfc["nfcVerified"], true);
    let (_, passport) = sign_up(&stack, "passport").await;
    assert_eq!(passport["nfcVerified"], false);
    assert!(!member(&passport, "/documentData/croppedBackImage"));
    assert!(!member(&passport, "/documentData2"));
    let (_, one_name) = sign_up(&stack, "one-name").await;
    assert!(!member(&one_name, "/documentData/surname"));
    assert!(!member(&one_name, "/documentData/givenNames"));
    let (_, expired) = sign_up(&stack, "expired").await;
    assert!(member(&expired, "/croppedDocs/front") && !member(&expired, "/croppedDocs/back"));
}

#[tokio::test]
async fn files_of_the_second_and_third_document_have_its_number_in_their_names() {
    let stack = Stack::start().await;
    let (id, _) = sign_up(&stack, "three-documents").await;
    let answer = stack.export("multipart", &id).await;
    let media_type = answer.headers()["content-type"].to_str().unwrap();
    let boundary = media_type.split_once('=').unwrap().1.to_owned();
    let message = answer.bytes().await.unwrap();
    let mut parts = multer::Multipart::with_reader(&*message, boundary);
    let mut names = Vec::new();
    while let Some(part) = parts.next_field().await.unwrap() {
        names.push(part.name().unwrap().to_owned());
    }
    assert_eq!(
        names,
        [
            "result",
            "livenessFaceImage",
            "croppedFrontImage",
            "croppedBackImage",
            "faceImage",
            "croppedFrontImage2",
            "faceImage2",
            "croppedFrontImage3",
            "croppedBackImage3",
            "faceImage3",
        ]
    );
}

#[tokio::test]
async fn the_proof_of_address_is_one_page_with_the_address_and_the_same_everywhere() {
    let stack = Stack::start().await;
    let (id, details) = sign_up(&stack, "proof-of-address").await;
    let content = &details["addressProofDocument"]["content"];
    let bill = STANDARD.decode(content.as_str().unwrap()).unwrap();
    let read = lopdf::Document::load_mem(&bill).unwrap();
    assert_eq!(read.get_pages().len(), 1);
    let text = read.extract_text(&[1]).unwrap();
    for line in [
        "Amandine Lumumba-Peeters",
        "Voorbeeldlaan 101 bus 4",
        "31 JAN 2026",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let message = stack.export("multipart", &id).await.bytes().await.unwrap();
    let head = b"name=\"addressProofDocument\"; filename=\"addressProofDocument.pdf\"\r\n\
                 Content-Type: application/pdf\r\n\r\n%PDF";
    assert!(message.windows(head.len()).any(|part| part == head));
    assert!(message.windows(bill.len()).any(|part| part == bill));
}

#[tokio::test]
async fn large_images_have_about_eight_megabytes_each() {
    let stack = Stack::start().await;
    let (id, details) = sign_up(&stack, "large-images").await;
    let record = stack.record(&id).await;
    let lengths = [
        &details["croppedDocs"]["front"],
        &details["croppedDocs"]["back"],
        &record["livenessFaceImage"]["content"],
        &record["documentData"]["faceImage"]["content"],
    ]
    .map(|content| content.as_str().unwrap().len());
    assert_decodes("large-images", &images(&details)[0]);
    for length in lengths {
        assert!((7_600_000..8_300_000).contains(&length), "{lengths:?}");
    }
}
