//! `GET /export/verification-result-as-…`.

mod refusals;
mod report;

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Response;
use serde_json::{Value, json};

use crate::harness::{CLIENT_ID, SECRET, Stack};

const IMAGES: [&str; 4] = [
    "livenessFaceImage",
    "croppedFrontImage",
    "croppedBackImage",
    "faceImage",
];
const UNKNOWN_ID: &str = "3631324b-5bcc-48b0-b717-4f12f45e0a1d";

impl Stack {
    pub(crate) async fn verified(&self, person: &str) -> String {
        self.approve(person).await;
        self.sandbox.verifications().pop().unwrap().id
    }

    pub(crate) async fn export(&self, call: &str, id: &str) -> Response {
        let request = self
            .http
            .get(self.at(&format!("/export/verification-result-as-{call}")))
            .query(&[("verificationId", id)]);
        request
            .basic_auth(CLIENT_ID, Some(SECRET))
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn exported(&self, call: &str, id: &str, media_type: &str) -> Vec<u8> {
        let response = self.export(call, id).await;
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], media_type);
        assert_eq!(response.headers()["cache-control"], "no-store");
        response.bytes().await.unwrap().to_vec()
    }

    pub(crate) async fn record(&self, id: &str) -> Value {
        serde_json::from_slice(&self.exported("json", id, "application/json").await).unwrap()
    }
}

/// The images of a record, taken out of it.
fn take_images(record: &mut Value) -> Vec<Vec<u8>> {
    let take = |name: &str| {
        let holder = match name {
            "livenessFaceImage" => &mut *record,
            _ => &mut record["documentData"],
        };
        let image = holder.as_object_mut().unwrap().remove(name).unwrap();
        assert_eq!(image["contentType"], "image/jpeg");
        STANDARD.decode(image["content"].as_str().unwrap()).unwrap()
    };
    IMAGES.map(take).to_vec()
}

#[tokio::test]
async fn johns_record_is_the_references_sample() {
    let stack = Stack::start().await;
    let id = stack.verified("john").await;
    let mut record = stack.record(&id).await;
    for image in take_images(&mut record) {
        assert!(image.starts_with(b"\xff\xd8\xff"));
    }
    for time in ["startTime", "endTime"] {
        let time = record.as_object_mut().unwrap().remove(time).unwrap();
        let time = time.as_str().unwrap();
        assert!(
            time.parse::<jiff::Timestamp>().is_ok() && time.len() == 20,
            "{time}"
        );
    }
    assert_eq!(
        record,
        json!({
            "id": id,
            "platform": "WEB",
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
            },
            "nfcVerified": false,
        })
    );
}

#[tokio::test]
async fn anna_whose_details_have_no_id_is_exported_too() {
    let stack = Stack::start().await;
    let id = stack.verified("anna").await;
    let mut record = stack.record(&id).await;
    let [_, front, back, _] = take_images(&mut record).try_into().unwrap();
    let details = stack.sandbox.verifications().pop().unwrap().details;
    assert_eq!(details.get("id"), None);
    assert_eq!(details["croppedDocs"]["front"], STANDARD.encode(front));
    assert_eq!(details["croppedDocs"]["back"], STANDARD.encode(back));
    assert_eq!(record["id"], id);
    for (name, value) in details["details"].as_object().unwrap() {
        assert_eq!(&record["documentData"][name], value, "{name}");
    }
}

#[tokio::test]
async fn an_export_has_no_end() {
    let stack = Stack::start().await;
    let id = stack.verified("john").await;
    stack
        .sandbox
        .advance_clock(std::time::Duration::from_secs(365 * 86_400));
    assert_eq!(stack.record(&id).await["id"], id);
}

#[tokio::test]
async fn the_multipart_message_is_the_references_to_the_byte() {
    let stack = Stack::start().await;
    for person in ["john", "anna"] {
        let id = stack.verified(person).await;
        let response = stack.export("multipart", &id).await;
        let media_type = response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let boundary = media_type
            .strip_prefix("multipart/mixed;boundary=")
            .unwrap();
        assert!(boundary.len() == 37 && boundary.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let message = response.bytes().await.unwrap();

        let mut record = stack.record(&id).await;
        let images = take_images(&mut record);
        // Its members have an order, which is looked at elsewhere.
        let text = String::from_utf8_lossy(&message);
        let written = text.lines().find(|line| line.starts_with('{')).unwrap();
        assert_eq!(serde_json::from_str::<Value>(written).unwrap(), record);
        let mut expected = format!(
            "--{boundary}\r\n\
             Content-Disposition: form-data; name=\"result\"; filename=\"result.json\"\r\n\
             Content-Type: application/json\r\n\r\n{written}\r\n"
        )
        .into_bytes();
        for (name, image) in IMAGES.iter().zip(&images) {
            let head = format!(
                "--{boundary}\r\n\
                 Content-Disposition: form-data; name=\"{name}\"; filename=\"{name}.jpeg\"\r\n\
                 Content-Type: image/jpeg\r\n\r\n"
            );
            expected.extend([head.as_bytes(), image, b"\r\n"].concat());
        }
        expected.extend(format!("--{boundary}--\r\n").into_bytes());
        assert!(message == expected, "{}", String::from_utf8_lossy(&message));
    }
}

#[tokio::test]
async fn another_reader_finds_the_parts_of_the_multipart_message() {
    let stack = Stack::start().await;
    let id = stack.verified("john").await;
    let response = stack.export("multipart", &id).await;
    let media_type = response.headers()["content-type"].to_str().unwrap();
    let boundary = media_type.split_once('=').unwrap().1.to_owned();
    let message = response.bytes().await.unwrap();
    let mut parts = multer::Multipart::with_reader(&*message, boundary);
    let mut names = Vec::new();
    while let Some(part) = parts.next_field().await.unwrap() {
        names.push(part.file_name().unwrap().to_owned());
        match part.content_type().unwrap().as_ref() {
            "application/json" => {
                let record: Value = part.json().await.unwrap();
                assert_eq!(record["id"], id);
            }
            _ => {
                image::load_from_memory(&part.bytes().await.unwrap()).unwrap();
            }
        }
    }
    assert_eq!(
        names,
        [
            "result.json",
            "livenessFaceImage.jpeg",
            "croppedFrontImage.jpeg",
            "croppedBackImage.jpeg",
            "faceImage.jpeg",
        ]
    );
}

#[tokio::test]
async fn an_id_may_be_written_in_capitals() {
    let stack = Stack::start().await;
    let id = stack.verified("john").await;
    assert_eq!(stack.record(&id.to_uppercase()).await["id"], id);
}

#[tokio::test]
async fn exports_are_in_the_list_of_requests_without_their_query() {
    let stack = Stack::start().await;
    stack.export("json", UNKNOWN_ID).await;
    let post = stack
        .http
        .post(stack.at("/export/verification-result-as-pdf"));
    let refused: Value = post.send().await.unwrap().json().await.unwrap();
    assert_eq!(refused["errorCode"], "METHOD_NOT_ALLOWED");
    let refused: Value = stack.get("/export/nothing").await.json().await.unwrap();
    assert_eq!(refused["errorCode"], "NOT_FOUND");
    let lines: Vec<String> = stack
        .sandbox
        .requests()
        .iter()
        .map(|request| format!("{} {} {:?}", request.method, request.path, request.status))
        .collect();
    assert_eq!(
        lines,
        [
            "GET /export/verification-result-as-json Some(404)",
            "POST /export/verification-result-as-pdf Some(405)",
            "GET /export/nothing Some(404)",
        ]
    );
}
