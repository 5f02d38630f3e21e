//! Reads the details answer, in either of the shapes that Authenteq prints, into ours.
//!
//! The Web KYC guide prints `croppedDocs` (bare base64) and `details`. The Export reference
//! prints what it calls the verification result: `id`, `documentData` and its kin, images as
//! `{contentType, content}`. Both are read; members that are documented nowhere are dropped.

mod forms;

use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use webkyc_shared::verification::{Document, File, FileType, LicenseClass, Verification};

use self::forms::{Classes, Content, Text};
use super::Error;

const FILE_LIMIT: usize = 8 << 20;
/// So much of its base64 decides what a file is, or else so much: what cameras write before the size
/// of an image is shorter than the second.
const HEADS: [usize; 2] = [8 << 10, 256 << 10];
const SIDE_LIMIT: usize = 12_000;
const PIXEL_LIMIT: usize = 40_000_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    id: Option<Text>,
    platform: Option<Text>,
    start_time: Option<Text>,
    end_time: Option<Text>,
    #[serde(borrow)]
    liveness_face_image: Option<Content<'a>>,
    #[serde(borrow)]
    document_data: Option<Data<'a>>,
    #[serde(borrow)]
    document_data2: Option<Data<'a>>,
    #[serde(borrow)]
    document_data3: Option<Data<'a>>,
    nfc_verified: Option<bool>,
    #[serde(borrow)]
    address_proof_document: Option<Content<'a>>,
    #[serde(borrow)]
    cropped_docs: Option<CroppedDocs<'a>>,
    #[serde(borrow)]
    details: Option<Data<'a>>,
}

#[derive(Default, Deserialize)]
struct CroppedDocs<'a> {
    #[serde(borrow)]
    front: Option<Content<'a>>,
    #[serde(borrow)]
    back: Option<Content<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    document_type: Option<Text>,
    document_number: Option<Text>,
    issuing_country: Option<Text>,
    jurisdiction: Option<Text>,
    nationality: Option<Text>,
    surname_and_given_names: Option<Text>,
    surname: Option<Text>,
    given_names: Option<Text>,
    name_suffixes: Option<Text>,
    name_prefixes: Option<Text>,
    sex: Option<Text>,
    date_of_birth: Option<Text>,
    date_of_issue: Option<Text>,
    date_of_expiry: Option<Text>,
    address: Option<Text>,
    license_class: Option<Text>,
    license_class_details: Option<Classes>,
    #[serde(borrow)]
    cropped_front_image: Option<Content<'a>>,
    #[serde(borrow)]
    cropped_back_image: Option<Content<'a>>,
    #[serde(borrow)]
    face_image: Option<Content<'a>>,
}

/// Reads the body of a details answer. Its files stay where they are.
pub(super) fn read(body: &[u8]) -> Result<Verification<'_>, Error> {
    let answer: Answer<'_> =
        serde_json::from_slice(body).map_err(|_| Error::Unreadable("details"))?;
    let CroppedDocs { front, back } = answer.cropped_docs.unwrap_or_default();
    let mut documents = Vec::new();
    if let Some(details) = answer.details {
        let cropped_front_image = details.cropped_front_image.or(front);
        let cropped_back_image = details.cropped_back_image.or(back);
        documents.push(document(Data {
            cropped_front_image,
            cropped_back_image,
            ..details
        }));
    }
    for data in [
        answer.document_data,
        answer.document_data2,
        answer.document_data3,
    ] {
        documents.extend(data.map(document));
    }
    if documents.is_empty() {
        return Err(Error::Unreadable("details without a document"));
    }
    Ok(Verification {
        id: text(answer.id),
        platform: text(answer.platform),
        start_time: text(answer.start_time),
        end_time: text(answer.end_time),
        liveness_face_image: answer.liveness_face_image.map(image),
        documents,
        nfc_verified: answer.nfc_verified,
        address_proof_document: answer.address_proof_document.map(proof),
    })
}

fn document(data: Data<'_>) -> Document<'_> {
    let Classes(classes) = data.license_class_details.unwrap_or_default();
    let classes = classes.into_iter().map(|(name, class)| {
        let class = class.map(|class| LicenseClass {
            from: text(class.from),
            to: text(class.to),
            notes: text(class.notes.or(class.note)),
        });
        (name, class.unwrap_or_default())
    });
    Document {
        document_type: text(data.document_type),
        document_number: text(data.document_number),
        issuing_country: text(data.issuing_country),
        jurisdiction: text(data.jurisdiction),
        nationality: text(data.nationality),
        surname_and_given_names: text(data.surname_and_given_names),
        surname: text(data.surname),
        given_names: text(data.given_names),
        name_suffixes: text(data.name_suffixes),
        name_prefixes: text(data.name_prefixes),
        sex: text(data.sex),
        date_of_birth: text(data.date_of_birth),
        date_of_issue: text(data.date_of_issue),
        date_of_expiry: text(data.date_of_expiry),
        address: text(data.address),
        license_class: text(data.license_class),
        license_class_details: classes.collect(),
        cropped_front_image: data.cropped_front_image.map(image),
        cropped_back_image: data.cropped_back_image.map(image),
        face_image: data.face_image.map(image),
    }
}

/// An empty text is no text.
fn text(given: Option<Text>) -> Option<String> {
    let Text(text) = given?;
    (!text.is_empty()).then_some(text)
}

fn image(content: Content<'_>) -> File<'_> {
    checked(content, |bytes| {
        let size = imagesize::blob_size(bytes).ok()?;
        let fits = size.width <= SIDE_LIMIT
            && size.height <= SIDE_LIMIT
            && size.width.saturating_mul(size.height) <= PIXEL_LIMIT;
        match imagesize::image_type(bytes).ok()? {
            imagesize::ImageType::Jpeg if fits => Some(FileType::Jpeg),
            imagesize::ImageType::Png if fits => Some(FileType::Png),
            _ => None,
        }
    })
}

fn proof(content: Content<'_>) -> File<'_> {
    let is_pdf = |bytes: &[u8]| bytes.starts_with(b"%PDF-").then_some(FileType::Pdf);
    checked(content, is_pdf)
}

/// Decides a file's type by its bytes; whatever it claimed to be was not even read.
fn checked(Content(mut content): Content<'_>, decide: fn(&[u8]) -> Option<FileType>) -> File<'_> {
    // Lines are rare: they are looked for when it is not right as it is.
    let mut is_right = is_base64(&content);
    if !is_right && content.contains(|c: char| c.is_ascii_whitespace()) {
        content.to_mut().retain(|c| !c.is_ascii_whitespace());
        is_right = is_base64(&content);
    }
    let padding = content.len() - content.trim_end_matches('=').len();
    let is_file = is_right && content.len() / 4 * 3 - padding <= FILE_LIMIT;
    let beginnings = HEADS.map(|head| &content.as_bytes()[..content.len().min(head)]);
    let decided = beginnings.into_iter().filter(|_| is_file).find_map(|head| {
        let head = BASE64_STANDARD.decode(head);
        decide(&head.unwrap_or_default())
    });
    match decided {
        Some(content_type) => File {
            content_type,
            content,
        },
        None => File {
            content_type: FileType::Unknown,
            content: Cow::default(),
        },
    }
}

/// RFC 4648 section 4, with its padding.
fn is_base64(content: &str) -> bool {
    base64_simd::STANDARD.check(content.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;

    /// A PNG of one pixel.
    const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    fn read_json(value: &Value) -> Value {
        serde_json::to_value(read(value.to_string().as_bytes()).unwrap()).unwrap()
    }

    fn read_image(image: Value) -> File<'static> {
        let answer = json!({"documentData": {"faceImage": image}}).to_string();
        let verification = read(answer.as_bytes()).unwrap();
        let image = verification.documents[0].face_image.clone().unwrap();
        File {
            content: image.content.into_owned().into(),
            ..image
        }
    }

    #[test]
    fn the_web_kyc_guides_shape_is_read() {
        let answer = json!({
            "croppedDocs": {"front": PNG, "back": PNG},
            "details": {"documentNumber": "8136431812", "issuingCountry": "DEU", "documentType": "FG617451",
                "givenNames": "ANNA MARIA", "surname": "SCHMIDT", "dateOfBirth": "1987-01-12", "nationality": "DEU",
                "dateOfIssue": "2017-01-30", "dateOfExpiry": "2027-01-30", "sex": "F"},
        });
        let mut document = answer["details"].clone();
        let png = json!({"contentType": "image/png", "content": PNG});
        document["croppedFrontImage"] = png.clone();
        document["croppedBackImage"] = png;
        assert_eq!(read_json(&answer), json!({"documents": [document]}));
    }

    #[test]
    fn the_export_references_shape_is_read() {
        let png = json!({"contentType": "image/png", "content": PNG});
        let document = json!({"documentType": "DL", "jurisdiction": "UTA", "address": "430-985 ELEIFEND^DULUTH WA 92611",
            "licenseClass": "B/C", "licenseClassDetails": {
                "B": {"from": "2019-01-30", "to": "2029-01-30", "notes": "Some valuable note"},
                "C": {"from": "2019-01-30", "to": "2029-01-30"}},
            "croppedFrontImage": png, "croppedBackImage": png, "faceImage": png});
        let mut answer = json!({"id": "3631324b-5bcc-48b0-b717-4f12f45e0a1d", "platform": "WEB",
            "startTime": "2020-04-10T11:44:40Z", "endTime": "2020-04-10T11:47:23Z", "livenessFaceImage": png,
            "documentData": document, "documentData2": {"documentType": "PP"}, "nfcVerified": false});
        let read = read_json(&answer);
        let members = answer.as_object_mut().unwrap();
        members.remove("documentData");
        members.remove("documentData2");
        answer["documents"] = json!([document, {"documentType": "PP"}]);
        assert_eq!(read, answer);
    }

    #[test]
    fn con_03_the_bytes_decide_the_type_and_not_the_label() {
        let image = read_image(json!({"contentType": "text/html", "content": PNG}));
        assert_eq!(image.content_type, FileType::Png);
        let html = BASE64_STANDARD.encode("<script>alert(1)</script>");
        let image = read_image(json!({"contentType": "image/jpeg", "content": html}));
        assert_eq!(image.content_type, FileType::Unknown);
        assert_eq!(image.content, "");
    }

    #[test]
    fn con_04_an_image_of_absurd_size_is_not_passed_on() {
        let mut bytes = BASE64_STANDARD.decode(PNG).unwrap();
        bytes[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        let image = read_image(json!(BASE64_STANDARD.encode(bytes)));
        assert_eq!(image.content_type, FileType::Unknown);
    }

    #[test]
    fn con_05_a_broken_image_leaves_the_rest_to_be_shown() {
        for broken in [
            json!("%%%"),
            json!(7),
            json!({"contentType": "image/jpeg"}),
            json!([]),
        ] {
            assert_eq!(read_image(broken).content_type, FileType::Unknown);
        }
        let lines = format!("{}\r\n{}", &PNG[..60], &PNG[60..]);
        assert_eq!(read_image(json!(lines)).content, PNG);
    }

    #[test]
    fn con_02_a_text_without_end_is_cut_at_four_kibibytes() {
        let answer = json!({"details": {"surname": "ä".repeat(500_000)}});
        let surname = read_json(&answer)["documents"][0]["surname"].clone();
        assert_eq!(surname, format!("{}…", "ä".repeat(2048)));
    }

    #[test]
    fn con_07_a_proof_of_address_that_is_no_pdf_is_not_passed_on() {
        let html = BASE64_STANDARD.encode("<html>");
        let pdf = BASE64_STANDARD.encode("%PDF-1.7");
        for (content, content_type) in [(html, FileType::Unknown), (pdf, FileType::Pdf)] {
            let answer = json!({"details": {}, "addressProofDocument": {"contentType": "application/pdf", "content": content}});
            let answer = answer.to_string();
            let read = read(answer.as_bytes()).unwrap();
            assert_eq!(
                read.address_proof_document.unwrap().content_type,
                content_type
            );
        }
    }

    #[test]
    fn an_odd_field_leaves_the_rest_to_be_shown() {
        let answer = json!({"details": {"surname": "A", "documentNumber": 7, "sex": ["F"], "address": null,
            "licenseClassDetails": {"B": null, "C": {"note": "n", "notes": "m"}}}});
        let expected = json!({"surname": "A", "documentNumber": "7",
            "licenseClassDetails": {"B": {}, "C": {"notes": "m"}}});
        assert_eq!(read_json(&answer), json!({"documents": [expected]}));
    }

    #[test]
    fn con_09_what_is_documented_nowhere_is_dropped() {
        let answer =
            json!({"details": {"surname": "A", "score": 3}, "riskScore": 9, "status": "PASSED"});
        assert_eq!(read_json(&answer), json!({"documents": [{"surname": "A"}]}));
    }

    #[test]
    fn con_11_a_hundred_thousand_licence_classes_are_refused() {
        let classes: BTreeMap<_, _> = (0..100_000).map(|i| (i.to_string(), json!({}))).collect();
        let answer = json!({"details": {"licenseClassDetails": classes}});
        assert!(matches!(
            read(answer.to_string().as_bytes()),
            Err(Error::Unreadable(_))
        ));
    }

    #[test]
    fn con_11_a_field_that_is_a_million_items_is_a_field_that_did_not_come() {
        let items = vec![0; 1_000_000];
        let answer = json!({"details": {"surname": items, "sex": {"a": items}, "address": "A",
            "licenseClassDetails": [items]}, "croppedDocs": {"front": [items], "back": {"content": items}}});
        let read = read_json(&answer);
        let nothing = json!({"contentType": "unknown", "content": ""});
        let expected =
            json!({"address": "A", "croppedFrontImage": nothing, "croppedBackImage": nothing});
        assert_eq!(read, json!({"documents": [expected]}));
    }

    #[test]
    fn up_12_what_is_not_json_is_unreadable() {
        for body in [
            "",
            "{",
            r#"{"details":{},}"#,
            "NaN",
            "null",
            "[]",
            "{}",
            "\u{feff}{}",
        ] {
            assert!(
                matches!(read(body.as_bytes()), Err(Error::Unreadable(_))),
                "{body}"
            );
        }
    }
}
