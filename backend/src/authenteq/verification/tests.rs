use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::*;
use crate::authenteq::prescan::prescan;

/// A PNG of one pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// The verification in an answer, and the names of its unreadable members.
fn prescanned(answer: &str) -> (Value, Vec<String>) {
    let mut answer = answer.as_bytes().to_vec();
    prescan(&mut answer).unwrap();
    let Reading {
        verification,
        unreadable,
    } = read(&answer).unwrap();
    (serde_json::to_value(verification).unwrap(), unreadable)
}

fn read_json(value: &Value) -> Value {
    prescanned(&value.to_string()).0
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
    let (read, unreadable) = prescanned(&answer.to_string());
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
        let (seen, unreadable) = prescanned(&answer);
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
        let (read, _) = prescanned(&answer);
        let front = json!({"contentType": "image/png", "content": PNG});
        assert_eq!(read, json!({"documents": [{"croppedFrontImage": front}]}));
    }
    let (read, _) = prescanned(r#"{"details":{"surname":"A"},"details":null,"details":[]}"#);
    assert_eq!(read, json!({"documents": [{"surname": "A"}]}));
}

#[test]
fn con_11_a_member_that_comes_a_million_times_is_noted_once() {
    let answer = format!(
        r#"{{"details":{{}},{}"id":2}}"#,
        r#""id":1,"#.repeat(1_000_000)
    );
    let (read, unreadable) = prescanned(&answer);
    assert_eq!(read, json!({"documents": [{}], "id": "2"}));
    assert_eq!(unreadable, ["id (twice)"]);
}

#[test]
fn con_13_bytes_that_are_no_text_take_nothing_from_the_rest() {
    let mut answer =
        b"{\"details\":{\"surname\":\"M\xfcLLER\",\"address\":\"a\nb\",\"sex\":\"F\"},\"\xff\":1}"
            .to_vec();
    prescan(&mut answer).unwrap();
    let read = serde_json::to_value(read(&answer).unwrap().verification).unwrap();
    let document = json!({"surname": "M?LLER", "address": "a b", "sex": "F"});
    assert_eq!(read, json!({"documents": [document]}));
}

#[test]
fn con_13_an_odd_member_of_a_document_leaves_the_others() {
    let answer = r#"{"details":{"surname":"A","surname":"B","sex":true,"licenseClassDetails":{"B":["x"],
        "C":{"from":{"a":"secret"},"to":"2029"}},"licenseClass":[]}}"#;
    let (read, mut unreadable) = prescanned(answer);
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
        let (read, _) = prescanned(&answer);
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

#[test]
fn sup_46_an_answer_is_doubtful_when_a_text_of_a_document_is() {
    for (answer, is_doubtful) in [
        (r#"{"details":{"surname":"A"}}"#, false),
        (r#"{"details":{"surname":"A","surname":"A"}}"#, true),
        (
            r#"{"details":{"surname":"A","dateOfBirth":["1990-01-01"]}}"#,
            true,
        ),
        (
            r#"{"details":{"surname":"A"},"details":{"surname":"B"}}"#,
            true,
        ),
        (
            r#"{"documentData":{"surname":"A"},"documentData2":[]}"#,
            true,
        ),
        (
            r#"{"documentData":{"surname":"A"},"documentData3":"expired"}"#,
            true,
        ),
        (
            r#"{"documentData":{"surname":"A","faceImage":7},"platform":7}"#,
            false,
        ),
        (
            r#"{"documentData":{"surname":"A","licenseClassDetails":{"B":{"from":[]}}}}"#,
            false,
        ),
    ] {
        let reading = read(answer.as_bytes()).unwrap();
        assert_eq!(reading.is_doubtful(), is_doubtful, "{answer}");
    }
}
