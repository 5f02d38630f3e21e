//! Reads the details answer, in either of the shapes that Authenteq prints, into ours.
//!
//! The Web KYC guide prints `croppedDocs` (bare base64) and `details`. The Export reference
//! prints what it calls the verification result: `id`, `documentData` and its kin, images as
//! `{contentType, content}`. Both are read; members that are documented nowhere are dropped.

mod forms;
mod image;

use std::{borrow::Cow, collections::BTreeMap};

use base64::{Engine, prelude::BASE64_STANDARD};
use webkyc_shared::verification::{Document, File, FileType, LicenseClass, Verification};

use self::{
    forms::{Answer, Classes, Content, CroppedDocs, Data, Field, Text},
    image::kind_and_size,
};
use super::Error;

const FILE_LIMIT: usize = 8 << 20;
/// So much of its base64 decides what a file is, or else so much: what cameras write before the size
/// of an image is shorter than the second.
const HEADS: [usize; 2] = [8 << 10, 256 << 10];
const SIDE_LIMIT: usize = 12_000;
const PIXEL_LIMIT: usize = 40_000_000;

/// A verification, and what could not be read of it: the names of members, never what they hold.
pub(super) struct Reading<'a> {
    pub(super) verification: Verification<'a>,
    pub(super) unreadable: Vec<String>,
}

/// Reads the body of a details answer. Its files stay where they are.
pub(super) fn read(body: &[u8]) -> Result<Reading<'_>, Error> {
    let answer = serde_json::from_slice(body).map_err(|_| Error::Unreadable("details"))?;
    let Field::Read(answer) = answer else {
        return Err(Error::Unreadable("details that are no object"));
    };
    let answer: Answer<'_> = answer;
    let mut notes = Notes::default();
    notes.repeated("", &answer.repeated);
    let cropped = notes.take(answer.cropped_docs, "croppedDocs");
    let CroppedDocs {
        front,
        back,
        repeated,
        ..
    } = cropped.unwrap_or_default();
    notes.repeated("croppedDocs.", &repeated);
    let front = notes.image(front, "croppedDocs.front");
    let back = notes.image(back, "croppedDocs.back");
    let mut documents = Vec::new();
    let details = notes.take(answer.details, "details");
    let details = details.map(|details| notes.document(details, "details"));
    // Pictures of a document are one, whatever became of its data.
    if details.is_some() || front.is_some() || back.is_some() {
        let details = details.unwrap_or_default();
        documents.push(Document {
            cropped_front_image: details.cropped_front_image.or(front),
            cropped_back_image: details.cropped_back_image.or(back),
            ..details
        });
    }
    for (name, data) in [
        ("documentData", answer.document_data),
        ("documentData2", answer.document_data2),
        ("documentData3", answer.document_data3),
    ] {
        let data = notes.take(data, name);
        documents.extend(data.map(|data| notes.document(data, name)));
    }
    if documents.is_empty() {
        return Err(Error::Unreadable("details without a document"));
    }
    let verification = Verification {
        id: notes.text(answer.id, "id"),
        platform: notes.text(answer.platform, "platform"),
        start_time: notes.text(answer.start_time, "startTime"),
        end_time: notes.text(answer.end_time, "endTime"),
        liveness_face_image: notes.image(answer.liveness_face_image, "livenessFaceImage"),
        documents,
        nfc_verified: notes.take(answer.nfc_verified, "nfcVerified"),
        address_proof_document: notes.file(
            answer.address_proof_document,
            "addressProofDocument",
            is_pdf,
        ),
    };
    let Notes(unreadable) = notes;
    Ok(Reading {
        verification,
        unreadable,
    })
}

/// Decides what a file is by how it begins.
type Decide = fn(&[u8]) -> Option<FileType>;

/// What could not be read so far.
#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    fn take<T>(&mut self, field: Field<T>, name: &str) -> Option<T> {
        match field {
            Field::Absent => None,
            Field::Unreadable => {
                self.0.push(name.to_owned());
                None
            }
            Field::Read(value) => Some(value),
        }
    }

    fn repeated(&mut self, of: &str, names: &[&str]) {
        let names = names.iter().map(|name| format!("{of}{name} (twice)"));
        self.0.extend(names);
    }

    fn text(&mut self, field: Field<Text>, name: &str) -> Option<String> {
        self.take(field, name).map(|Text(text)| text)
    }

    fn image<'a>(&mut self, field: Field<Content<'a>>, name: &str) -> Option<File<'a>> {
        self.file(field, name, is_image)
    }

    /// One that cannot be shown has its place all the same.
    fn file<'a>(
        &mut self,
        field: Field<Content<'a>>,
        name: &str,
        decide: Decide,
    ) -> Option<File<'a>> {
        let file = match field {
            Field::Absent => return None,
            Field::Unreadable => NOT_SHOWN,
            Field::Read(content) => checked(content, decide),
        };
        if file.content_type == FileType::Unknown {
            self.0.push(name.to_owned());
        }
        Some(file)
    }

    fn document<'a>(&mut self, data: Data<'a>, of: &str) -> Document<'a> {
        let name = |name: &str| format!("{of}.{name}");
        self.repeated(&name(""), &data.repeated);
        let classes = self.take(data.license_class_details, &name("licenseClassDetails"));
        let classes = classes.map(|classes| self.classes(classes, &name("licenseClassDetails")));
        let mut text = |field, member| self.text(field, &name(member));
        let document = Document {
            document_type: text(data.document_type, "documentType"),
            document_number: text(data.document_number, "documentNumber"),
            issuing_country: text(data.issuing_country, "issuingCountry"),
            jurisdiction: text(data.jurisdiction, "jurisdiction"),
            nationality: text(data.nationality, "nationality"),
            surname_and_given_names: text(data.surname_and_given_names, "surnameAndGivenNames"),
            surname: text(data.surname, "surname"),
            given_names: text(data.given_names, "givenNames"),
            name_suffixes: text(data.name_suffixes, "nameSuffixes"),
            name_prefixes: text(data.name_prefixes, "namePrefixes"),
            sex: text(data.sex, "sex"),
            date_of_birth: text(data.date_of_birth, "dateOfBirth"),
            date_of_issue: text(data.date_of_issue, "dateOfIssue"),
            date_of_expiry: text(data.date_of_expiry, "dateOfExpiry"),
            address: text(data.address, "address"),
            license_class: text(data.license_class, "licenseClass"),
            ..Document::default()
        };
        let mut image = |field, member| self.image(field, &name(member));
        Document {
            license_class_details: classes.unwrap_or_default(),
            cropped_front_image: image(data.cropped_front_image, "croppedFrontImage"),
            cropped_back_image: image(data.cropped_back_image, "croppedBackImage"),
            face_image: image(data.face_image, "faceImage"),
            ..document
        }
    }

    /// The name of a class came from outside, which is not for the log.
    fn classes(
        &mut self,
        Classes(classes): Classes<'_>,
        of: &str,
    ) -> BTreeMap<String, LicenseClass> {
        let classes = classes.into_iter().map(|(name, class)| {
            let notes = match class.notes {
                Field::Absent => class.note,
                notes => notes,
            };
            let class = LicenseClass {
                from: self.text(class.from, &format!("{of}.from")),
                to: self.text(class.to, &format!("{of}.to")),
                notes: self.text(notes, &format!("{of}.notes")),
            };
            (name, class)
        });
        classes.collect()
    }
}

fn is_image(bytes: &[u8]) -> Option<FileType> {
    let (kind, width, height) = kind_and_size(bytes)?;
    let sides = [width, height];
    let fits = sides.iter().all(|side| (1..=SIDE_LIMIT).contains(side))
        && width.saturating_mul(height) <= PIXEL_LIMIT;
    fits.then_some(kind)
}

fn is_pdf(bytes: &[u8]) -> Option<FileType> {
    bytes.starts_with(b"%PDF-").then_some(FileType::Pdf)
}

const NOT_SHOWN: File<'static> = File {
    content_type: FileType::Unknown,
    content: Cow::Borrowed(""),
};

/// Decides a file's type by its bytes; whatever it claimed to be was not even read.
fn checked(Content(content): Content<'_>, decide: Decide) -> File<'_> {
    let mut content = without_data_url(content);
    // Other spellings are rare: they are looked for when it is not right as it is.
    let mut is_right = is_base64(&content);
    if !is_right && may_be_base64(&content) {
        mend(content.to_mut());
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
        None => NOT_SHOWN,
    }
}

/// The content of a `data:` URL (RFC 2397), or what is none as it stands.
fn without_data_url(content: Cow<'_, str>) -> Cow<'_, str> {
    let begin = content.strip_prefix("data:").and_then(|url| {
        let (head, _) = url.split_once(',')?;
        let (_, coding) = head.split_at_checked(head.len().checked_sub(";base64".len())?)?;
        let is_base64 = coding.eq_ignore_ascii_case(";base64");
        is_base64.then_some("data:".len() + head.len() + 1)
    });
    match (begin, content) {
        (None, content) => content,
        (Some(begin), Cow::Borrowed(content)) => Cow::Borrowed(&content[begin..]),
        (Some(begin), Cow::Owned(mut content)) => {
            content.drain(..begin);
            content.into()
        }
    }
}

/// RFC 4648 section 4, with its padding.
fn is_base64(content: &str) -> bool {
    base64_simd::STANDARD.check(content.as_bytes()).is_ok()
}

/// Whether white space, the alphabet of section 5, or missing padding may be all that is wrong.
/// `survey` has set memory for another copy aside.
fn may_be_base64(content: &str) -> bool {
    let is_other = |c: char| c.is_ascii_whitespace() || c == '-' || c == '_';
    !content.len().is_multiple_of(4) || content.contains(is_other)
}

fn mend(content: &mut String) {
    let mut bytes = std::mem::take(content).into_bytes();
    bytes.retain(|b| !b.is_ascii_whitespace());
    for byte in &mut bytes {
        *byte = match *byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
    }
    bytes.reserve_exact(2);
    while bytes.len() % 4 > 1 {
        bytes.push(b'=');
    }
    // ASCII has taken the place of ASCII.
    *content = String::from_utf8(bytes).unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::authenteq::survey::survey;

    /// A PNG of one pixel.
    const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    /// The verification in an answer, and what could not be read of it.
    fn surveyed(answer: &str) -> (Value, Vec<String>) {
        let mut answer = answer.as_bytes().to_vec();
        survey(&mut answer).unwrap();
        let Reading {
            verification,
            unreadable,
        } = read(&answer).unwrap();
        (serde_json::to_value(verification).unwrap(), unreadable)
    }

    fn read_json(value: &Value) -> Value {
        surveyed(&value.to_string()).0
    }

    fn read_image(image: Value) -> File<'static> {
        let answer = json!({"documentData": {"faceImage": image}}).to_string();
        let verification = read(answer.as_bytes()).unwrap().verification;
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
                read.verification
                    .address_proof_document
                    .unwrap()
                    .content_type,
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
    fn con_11_a_hundred_thousand_licence_classes_are_a_field_that_did_not_come() {
        let classes: BTreeMap<_, _> = (0..100_000).map(|i| (i.to_string(), json!({}))).collect();
        let answer = json!({"details": {"licenseClassDetails": classes, "surname": "A"}});
        let (read, unreadable) = surveyed(&answer.to_string());
        assert_eq!(read, json!({"documents": [{"surname": "A"}]}));
        assert_eq!(unreadable, ["details.licenseClassDetails"]);
    }

    #[test]
    fn con_13_an_odd_field_is_one_that_did_not_come_and_its_name_is_noted() {
        let nothing_shown = r#"{"livenessFaceImage":{"contentType":"unknown","content":""}}"#;
        for (odd, read, noted) in [
            (r#""nfcVerified":"true""#, "{}", "nfcVerified"),
            (r#""nfcVerified":1"#, "{}", "nfcVerified"),
            (r#""nfcVerified":1e999"#, "{}", "nfcVerified"),
            (r#""nfcVerified":null"#, "{}", ""),
            (r#""nfcVerified":true"#, r#"{"nfcVerified":true}"#, ""),
            (r#""documentData2":[]"#, "{}", "documentData2"),
            (r#""documentData2":"""#, "{}", "documentData2"),
            (r#""documentData2":["PP","1"]"#, "{}", "documentData2"),
            (r#""documentData2":false"#, "{}", "documentData2"),
            (r#""documentData2":1e999"#, "{}", "documentData2"),
            (r#""croppedDocs":[]"#, "{}", "croppedDocs"),
            (r#""croppedDocs":"""#, "{}", "croppedDocs"),
            (r#""id":{"a":1}"#, "{}", "id"),
            (r#""id":"x","id":"y""#, r#"{"id":"y"}"#, "id (twice)"),
            (
                r#""id":"x","id":[],"id":null"#,
                r#"{"id":"x"}"#,
                "id (twice)",
            ),
            (r#""id":1e22"#, "{}", "id"),
            ("\"id\":\"a\tb\"", r#"{"id":"a b"}"#, ""),
            (
                r#""platform":"a\ud800b""#,
                "{\"platform\":\"a\u{fffd}b\"}",
                "",
            ),
            (r#""platform":"""#, "{}", ""),
            (r#""\ud800":1,"\ud800":2"#, "{}", ""),
            (
                r#""livenessFaceImage":"aaaa\ud800""#,
                nothing_shown,
                "livenessFaceImage",
            ),
            (
                r#""livenessFaceImage":{"content":"\udfff","content":7}"#,
                nothing_shown,
                "livenessFaceImage",
            ),
        ] {
            let document = r#"{"surname":"A","documentNumber":"1"}"#;
            let answer = format!(r#"{{"documentData":{document},{odd}}}"#);
            let (seen, unreadable) = surveyed(&answer);
            let mut expected: Value = serde_json::from_str(read).unwrap();
            expected["documents"] = json!([{"surname": "A", "documentNumber": "1"}]);
            assert_eq!(seen, expected, "{odd}");
            assert_eq!(unreadable.join(" "), noted, "{odd}");
        }
    }

    #[test]
    fn con_13_pictures_are_shown_whatever_became_of_the_data_beside_them() {
        for details in ["\"\"", "[]", "7", "null"] {
            let answer = format!(r#"{{"croppedDocs":{{"front":"{PNG}"}},"details":{details}}}"#);
            let (read, _) = surveyed(&answer);
            let front = json!({"contentType": "image/png", "content": PNG});
            assert_eq!(read, json!({"documents": [{"croppedFrontImage": front}]}));
        }
        let (read, _) = surveyed(r#"{"details":{"surname":"A"},"details":null,"details":[]}"#);
        assert_eq!(read, json!({"documents": [{"surname": "A"}]}));
    }

    #[test]
    fn con_11_a_member_that_comes_a_million_times_is_noted_once() {
        let answer = format!(
            r#"{{"details":{{}},{}"id":2}}"#,
            r#""id":1,"#.repeat(1_000_000)
        );
        let (read, unreadable) = surveyed(&answer);
        assert_eq!(read, json!({"documents": [{}], "id": "2"}));
        assert_eq!(unreadable, ["id (twice)"]);
    }

    #[test]
    fn con_13_bytes_that_are_no_text_take_nothing_from_the_rest() {
        let mut answer = b"{\"details\":{\"surname\":\"M\xfcLLER\",\"address\":\"a\nb\",\"sex\":\"F\"},\"\xff\":1}".to_vec();
        survey(&mut answer).unwrap();
        let read = serde_json::to_value(read(&answer).unwrap().verification).unwrap();
        let document = json!({"surname": "M?LLER", "address": "a b", "sex": "F"});
        assert_eq!(read, json!({"documents": [document]}));
    }

    #[test]
    fn con_13_an_odd_member_of_a_document_leaves_the_others() {
        let answer = r#"{"details":{"surname":"A","surname":"B","sex":true,"licenseClassDetails":{"B":["x"],
            "C":{"from":{"a":"secret"},"to":"2029"}},"licenseClass":[]}}"#;
        let (read, mut unreadable) = surveyed(answer);
        let classes = json!({"B": {}, "C": {"to": "2029"}});
        let document = json!({"surname": "B", "licenseClassDetails": classes});
        assert_eq!(read, json!({"documents": [document]}));
        unreadable.sort();
        assert_eq!(
            unreadable,
            [
                "details.licenseClass",
                "details.licenseClassDetails.from",
                "details.sex",
                "details.surname (twice)",
            ]
        );
    }

    #[test]
    fn con_14_a_number_keeps_all_of_its_digits() {
        for number in [
            "12345678901234567890123",
            "0.10",
            "1234567890.12345678901",
            "-0",
        ] {
            let answer = format!(r#"{{"details":{{"documentNumber":{number}}}}}"#);
            let (read, _) = surveyed(&answer);
            assert_eq!(read["documents"][0]["documentNumber"], number);
        }
    }

    #[test]
    fn con_05_base64_is_read_in_its_other_spellings_and_written_in_one() {
        let png = BASE64_STANDARD.decode(PNG).unwrap();
        let bytes = [&png[..], &[0xfb, 0xff, 0xbf, 0xff]].concat();
        let standard = BASE64_STANDARD.encode(bytes);
        assert!(standard.contains(['+', '/']) && standard.ends_with('='));
        let unpadded = standard.trim_end_matches('=');
        let url = standard.replace('+', "-").replace('/', "_");
        for spelling in [
            unpadded.to_owned(),
            url.clone(),
            url.trim_end_matches('=').to_owned(),
            format!("data:image/png;base64,{standard}"),
            format!("data:text/html;charset=utf-8;BASE64,{unpadded}"),
            format!("data:;base64,{url}"),
            format!("{}\r\n{}\n", &standard[..30], &standard[30..]),
        ] {
            for image in [json!(spelling), json!({"content": spelling})] {
                let read = read_image(image);
                assert_eq!(read.content_type, FileType::Png, "{spelling}");
                assert_eq!(read.content, standard, "{spelling}");
            }
        }
        for none in [
            "data:image/png,abcd",
            "data:image/png;base64",
            "a",
            "====",
            "data:;base64,",
        ] {
            let read = read_image(json!(none));
            assert_eq!(read.content_type, FileType::Unknown, "{none}");
        }
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
            "[{}]",
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
