//! The members of every JSON answer stand in the order of Authenteq's own samples, byte for byte.
//! Samples that are printed as broken JSON (bare names, commas at the end) stand here as valid JSON.

use serde_json::Value;
use webkyc_sandbox::{Client, Config, Dialect};

use super::basic;
use crate::{
    harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack, parameter},
    webhook::{Receiver, notified},
};

/// The sample of the Web KYC guide. Its document type is another document's number; ours is a type.
const GUIDE: &str = r#"{
"croppedDocs":{
"front":"",
"back":""
},
"details":{
"documentNumber":"8136431812",
"issuingCountry":"DEU",
"documentType":"NID",
"givenNames":"ANNA MARIA",
"surname":"SCHMIDT",
"dateOfBirth":"1987-01-12",
"nationality":"DEU",
"dateOfIssue":"2017-01-30",
"dateOfExpiry":"2027-01-30",
"sex":"F"
}
}"#;

/// The document of the export reference's sample, up to its images.
const DOCUMENT: &str = r#""documentData":{
"documentType":"DL",
"documentNumber":"1234567890",
"issuingCountry":"USA",
"jurisdiction":"UTA",
"nationality":"USA",
"surnameAndGivenNames":"DOE JOHN",
"surname":"DOE",
"givenNames":"JOHN",
"nameSuffixes":"MR",
"namePrefixes":"JR",
"sex":"M",
"dateOfBirth":"1964-12-30",
"dateOfExpiry":"2022-12-30",
"dateOfIssue":"2012-05-30",
"address":"430-985 ELEIFEND^DULUTH WA 92611",
"licenseClass":"B/C/D",
"licenseClassDetails":{
"B":{
"from":"2019-01-30",
"to":"2029-01-30",
"notes":"Some valuable note"
},
"C":{
"from":"2019-01-30",
"to":"2029-01-30"
},
"D":{
"from":"2019-01-30",
"to":"2029-01-30"
}
}"#;

const IMAGES: &str = r#","croppedFrontImage":{
"contentType":"image/jpeg",
"content":""
},
"croppedBackImage":{
"contentType":"image/jpeg",
"content":""
},
"faceImage":{
"contentType":"image/jpeg",
"content":""
}"#;

const LIVENESS: &str = r#""livenessFaceImage":{
"contentType":"image/jpeg",
"content":""
},"#;

/// John's record: what stands before the platform, and whether with images.
fn record(record: &str, status: &str, images: bool) -> String {
    let read: Value = serde_json::from_str(record).unwrap();
    let text = |name: &str| read[name].as_str().unwrap().to_owned();
    let (liveness, images) = if images { (LIVENESS, IMAGES) } else { ("", "") };
    let whole = format!(
        r#"{{"id":"{}",{status}"platform":"WEB","startTime":"{}","endTime":"{}",{liveness}{DOCUMENT}{images}}},"nfcVerified":false}}"#,
        text("id"),
        text("startTime"),
        text("endTime"),
    );
    whole.replace('\n', "")
}

/// The body with nothing in place of what is encoded in Base64.
fn without_files(body: &str) -> String {
    let texts: Vec<&str> = body
        .split('"')
        .map(|text| if text.len() > 200 { "" } else { text })
        .collect();
    texts.join("\"")
}

/// The JSON of a message's first part.
fn result_of(message: &[u8]) -> String {
    let message = String::from_utf8_lossy(message);
    let (_, part) = message.split_once("\r\n\r\n").unwrap();
    part.split_once("\r\n--").unwrap().0.to_owned()
}

#[tokio::test]
async fn details_stand_in_the_order_of_either_document() {
    let stack = Stack::start().await;
    let body = |person| {
        let stack = &stack;
        async move {
            let token = stack.token(person).await;
            without_files(&stack.details(&token).await.text().await.unwrap())
        }
    };
    assert_eq!(body("anna").await, GUIDE.replace('\n', ""));
    let johns = body("john").await;
    assert_eq!(johns, record(&johns, "", true));
}

#[tokio::test]
async fn exports_and_results_stand_in_the_order_of_the_reference() {
    let stack = Stack::start().await;
    let id = stack.verified("john").await;
    let json = without_files(&stack.export("json", &id).await.text().await.unwrap());
    assert_eq!(json, record(&json, "", true));
    let message = stack.export("multipart", &id).await.bytes().await.unwrap();
    let result = result_of(&message);
    assert_eq!(result, record(&result, "", false));

    let back = stack.come_back(REDIRECT_URI, "john").await;
    let code = parameter(&back.parse().unwrap(), "code").unwrap();
    let result = stack.result(REDIRECT_URI, &code).await;
    let result = without_files(&result.text().await.unwrap());
    assert_eq!(result, record(&result, r#""status":"PASSED","#, true));
}

#[tokio::test]
async fn a_webhooks_result_stands_in_the_same_order() {
    let mut receiver = Receiver::answering(&[]).await;
    let stack = Stack::of(vec![notified(&receiver)]).await;
    stack.approve("john").await;
    let message = receiver.messages(1).await.remove(0);
    let result = result_of(&message.body);
    assert_eq!(result, record(&result, "", false));
}

#[tokio::test]
async fn a_licences_classes_stand_in_its_own_order() {
    let stack = Stack::start().await;
    let id = stack.verified("licence").await;
    let json = stack.export("json", &id).await.text().await.unwrap();
    let places = ["AM", "A", "B", "BE", "C1", "C"]
        .map(|class| json.find(&format!("\"{class}\":{{\"from\"")).unwrap());
    assert!(places.is_sorted(), "{places:?}");
}

/// The sample that the reference prints in full: three documents with every image, and a bill.
#[tokio::test]
async fn the_complete_sample_is_there_in_every_form() {
    let stack = Stack::start().await;
    let id = stack.verified("complete").await;
    let json = stack.export("json", &id).await.text().await.unwrap();
    let members = [
        "id",
        "platform",
        "startTime",
        "endTime",
        "livenessFaceImage",
        "documentData",
        "documentData2",
        "documentData3",
        "nfcVerified",
        "addressProofDocument",
    ];
    let places = members.map(|name| json.find(&format!("\"{name}\":")).unwrap());
    assert!(places.is_sorted(), "{places:?}");
    let record: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(record.as_object().unwrap().len(), members.len());
    for (document, number) in [
        ("documentData", ""),
        ("documentData2", "2"),
        ("documentData3", "3"),
    ] {
        for image in ["croppedFrontImage", "croppedBackImage", "faceImage"] {
            let content = record[document][image]["content"].as_str();
            assert!(
                content.is_some_and(|content| content.len() > 200),
                "{image}{number}"
            );
        }
    }
    let license = &record["documentData"];
    for member in [
        "jurisdiction",
        "nameSuffixes",
        "namePrefixes",
        "address",
        "licenseClass",
    ] {
        assert!(license[member].is_string(), "{member}");
    }
    let bill = &record["addressProofDocument"];
    assert_eq!(bill["contentType"], "application/pdf");

    let back = stack.come_back(REDIRECT_URI, "complete").await;
    let code = parameter(&back.parse().unwrap(), "code").unwrap();
    let result = stack.result(REDIRECT_URI, &code).await;
    let result: Value = result.json().await.unwrap();
    assert_eq!(result["documentData3"], record["documentData3"]);
    assert_eq!(result["addressProofDocument"], *bill);

    let report = stack.exported("pdf", &id, "application/pdf").await;
    let read = lopdf::Document::load_mem(&report).unwrap();
    let pages: Vec<u32> = read.get_pages().into_keys().collect();
    let text = read.extract_text(&pages).unwrap();
    assert!(
        text.contains("Second document") && text.contains("Third document"),
        "{text}"
    );
}

#[tokio::test]
async fn short_answers_are_the_documents_to_the_byte() {
    let client: Client = format!("{CLIENT_ID},{SECRET},{REDIRECT_URI}")
        .parse()
        .unwrap();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        clients: vec![client],
        dialect: Dialect {
            both_error_texts: true,
            ..Dialect::default()
        },
        ..Config::default()
    };
    let stack = Stack::with(config).await;
    let path = format!("/web-idv/verification-url?redirectUrl={REDIRECT_URI}");
    let body = stack.ask(&path).await.text().await.unwrap();
    let url = stack.at("/verify?token=");
    assert!(
        body.starts_with(&format!(r#"{{"verificationUrl":"{url}"#)) && body.ends_with("\"}"),
        "{body}"
    );
    let form = Stack::token_form(&stack.code("anna").await);
    let token = stack.exchange(&form).await.text().await.unwrap();
    assert!(
        token.starts_with(r#"{"token":"ey"#) && token.ends_with("\"}"),
        "{token}"
    );
    let refused = stack
        .http
        .get(stack.at("/export/verification-result-as-json"))
        .header("authorization", basic(CLIENT_ID, "other"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        refused.text().await.unwrap(),
        r#"{"errorCode":"API_KEYS_BAD","errorMessage":"Bad API Keys","errorDescription":"Bad API Keys"}"#
    );
}
