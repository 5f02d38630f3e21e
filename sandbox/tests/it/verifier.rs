//! Documents of visitors, read by a verifier that is played here, and answers the same to each picture.

mod challenge;
mod failing;
mod late;
mod played;
mod retention;
mod tries;
mod unchecked;

use std::net::SocketAddr;

use axum::{Router, extract::RawQuery, routing::post};
use base64::{Engine, engine::general_purpose::STANDARD};
use image::ImageFormat;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;
use webkyc_sandbox::{Client, Config};

use self::played::Played;
use crate::{
    harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack, location, parameter},
    pictures::{BACK, BLUE, FRONT, GREEN, RED, assert_is, plain},
    sign_up::SignUp,
};

/// A name that occurs in no other text.
const SURNAME: &str = "CANARYSON";

/// A sandbox with a verifier at this address.
async fn stack_with(verifier: &str) -> Stack {
    stack_for(
        verifier,
        Client::new(CLIENT_ID, SECRET, REDIRECT_URI).unwrap(),
    )
    .await
}

/// The same for this client.
async fn stack_for(verifier: &str, client: Client) -> Stack {
    Stack::with(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        verifier: Some(verifier.parse().unwrap()),
        clients: vec![client],
        ..Config::default()
    })
    .await
}

/// Serves until the test ends.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// A sandbox whose verifier gives one answer to all pictures of documents.
async fn stack_answering(status: u16, body: impl ToString) -> Stack {
    let verifier = Played::start().await;
    verifier.answer("documents", status, body);
    stack_with(&verifier.address).await
}

/// The answer for a passport, of which all was read. The data is ICAO's specimen (Doc 9303, part 4), with a
/// surname of its own.
fn passport() -> Value {
    passport_of(SURNAME, "L898902C3")
}

/// The same of another holder.
fn another_passport() -> Value {
    passport_of("OTHERSON", "X1234567A")
}

/// The front of a card, which has no zone.
fn another_front() -> Value {
    let mut side = another_passport();
    side["zone"] = Value::Null;
    side
}

/// The back of a card, of which everything was read.
fn back_of(surname: &str, number: &str) -> Value {
    let mut side = passport_of(surname, number);
    side["zone"]["format"] = "TD1".into();
    side["zone"]["fields"]["kind"] = "identityCard".into();
    side["portrait"] = Value::Null;
    side["page"] = json!([]);
    side
}

fn passport_of(surname: &str, number: &str) -> Value {
    let field = |value: &str| json!({ "value": value, "sure": true });
    let line = |text: &str| json!({ "text": text, "confidence": 0.9 });
    json!({
        "zone": {
            "format": "TD3",
            "lines": [],
            "checkDigits": {
                "documentNumber": true, "dateOfBirth": true, "dateOfExpiry": true, "composite": true,
            },
            "leastLead": 9.0,
            "fields": {
                "kind": "passport",
                "issuingCountry": field("UTO"),
                "documentNumber": field(number),
                "surname": field(surname),
                "givenNames": field("ELVIRA"),
                "namesAreCut": false,
                "nationality": field("UTO"),
                "sex": field("F"),
                "dateOfBirth": field("1974-08-12"),
                "dateOfExpiry": field("2012-04-15"),
            },
        },
        "page": [line(surname), line("Elvira"), line(number)],
        "portrait": STANDARD.encode(plain(BLUE, ImageFormat::Jpeg)),
        "picture": STANDARD.encode(plain(GREEN, ImageFormat::Jpeg)),
        "retake": null,
    })
}

/// The same for a picture that will not do.
fn retake(reason: &str) -> Value {
    let mut side = passport();
    side["zone"] = Value::Null;
    side["retake"] = reason.into();
    side
}

/// A verifier that reads a passport, and a sandbox that asks it.
async fn stack_played() -> (Stack, Played) {
    let verifier = Played::start().await;
    verifier.answer("documents", 200, passport());
    (stack_with(&verifier.address).await, verifier)
}

/// A visitor of Web KYC who has agreed and is at the face.
async fn at_the_face(stack: &Stack) -> SignUp<'_> {
    let sign_up = SignUp::of_web_kyc(stack, "&state=s").await;
    sign_up.go_through("anna", &["introduction"]).await;
    sign_up
}

/// Begins a challenge, or shows a frame of it.
async fn challenge(sign_up: &SignUp<'_>, call: &str) -> Response {
    let path = format!("liveness/{call}");
    sign_up.send(&path, "", plain(RED, ImageFormat::Jpeg)).await
}

/// A visitor who has followed the prompts, and is at the document.
async fn at_the_document(stack: &Stack) -> SignUp<'_> {
    let sign_up = at_the_face(stack).await;
    pass(&sign_up).await;
    sign_up.go_through("anna", &["liveness"]).await;
    sign_up
}

/// Follows the prompts.
async fn pass(sign_up: &SignUp<'_>) {
    for (call, state) in [("challenge", "next"), ("frames?seq=0", "passed")] {
        let answer = challenge(sign_up, call).await;
        assert_eq!(answer.status().as_u16(), 200, "{call}");
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["state"], state);
    }
}

async fn show(sign_up: &SignUp<'_>, side: &str) -> Response {
    sign_up.send(side, "", plain(RED, ImageFormat::Jpeg)).await
}

/// Presses the button of the document's page, as its script does; returns the answer.
async fn complete(sign_up: &SignUp<'_>) -> Response {
    leave(sign_up, "document").await
}

/// The answer to a script that presses the button of a page.
async fn leave(sign_up: &SignUp<'_>, page: &str) -> Response {
    let request = sign_up.request(Method::POST, &sign_up.at(page));
    let request = request.header("accept", "application/json");
    request.send().await.unwrap()
}

async fn text(answer: Response, status: u16) -> String {
    assert_eq!(answer.status().as_u16(), status);
    answer.text().await.unwrap()
}

async fn state(answer: Response) -> Value {
    assert_eq!(answer.status().as_u16(), 200);
    answer.json().await.unwrap()
}

async fn token(stack: &Stack, left: &Url) -> String {
    let form = Stack::token_form(&parameter(left, "code").unwrap());
    let answer: Value = stack.exchange(&form).await.json().await.unwrap();
    answer["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_was_read_of_the_visitors_document_becomes_the_details() {
    let stack = stack_answering(200, passport()).await;
    let sign_up = at_the_document(&stack).await;
    assert_eq!(show(&sign_up, FRONT).await.status().as_u16(), 204);
    // The side as the verifier cut it out, and not as it was sent.
    assert_is(&sign_up.shown("front").await.unwrap(), GREEN);
    assert_eq!(complete(&sign_up).await.status().as_u16(), 200);
    let page = sign_up.page("verification").await;
    assert!(page.contains(SURNAME) && page.contains("data-test=\"read\""));
    assert!(page.contains("You turned as asked. The faces look alike (0.62; limit 0.40)."));
    let german = sign_up.page_in(&sign_up.at("verification"), "de", "").await;
    assert!(german.contains("(0,62; Grenze 0,40)"), "{german}");
    assert!(!page.contains("data-test=\"played\"") && !page.contains("/_sandbox/images/"));

    let left = location(&sign_up.press("verification", "").await);
    let details = stack.details(&token(&stack, &left).await).await;
    let mut details: Value = details.json().await.unwrap();
    let mut picture = |member: &str, colour| {
        let of_document = &mut details["documentData"];
        let file = of_document.as_object_mut().unwrap().remove(member);
        let file = file.unwrap_or_else(|| details[member].take());
        let jpeg = STANDARD.decode(file["content"].as_str().unwrap()).unwrap();
        assert_is(&jpeg, colour);
    };
    picture("croppedFrontImage", GREEN);
    picture("faceImage", BLUE);
    picture("livenessFaceImage", RED);
    assert_eq!(
        details["documentData"],
        json!({
            "documentType": "PP",
            "documentNumber": "L898902C3",
            "issuingCountry": "UTO",
            "nationality": "UTO",
            "surnameAndGivenNames": format!("{SURNAME} Elvira"),
            "surname": SURNAME,
            "givenNames": "Elvira",
            "sex": "F",
            "dateOfBirth": "1974-08-12",
            "dateOfExpiry": "2012-04-15",
        })
    );
}

#[tokio::test]
async fn a_back_is_expected_to_have_a_zone_and_a_front_where_the_script_says_so() {
    let (asked, mut queries) = tokio::sync::mpsc::unbounded_channel();
    let answer = async move |RawQuery(query): RawQuery| {
        asked.send(query).unwrap();
        passport().to_string()
    };
    let verifier = Router::new()
        .route("/documents", post(answer))
        .merge(Played::default().router());
    let stack = stack_with(&serve(verifier).await).await;
    let sign_up = at_the_document(&stack).await;
    let page = format!("{FRONT}?zone=expected");
    for (side, zone) in [
        (FRONT, None),
        (&page, Some("zone=expected")),
        (BACK, Some("zone=expected")),
    ] {
        assert_eq!(show(&sign_up, side).await.status().as_u16(), 204);
        assert_eq!(queries.recv().await.unwrap().as_deref(), zone, "{side}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_verifier_is_reached_through_a_socket_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("verifier.sock");
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    let documents = post(async || passport().to_string());
    let verifier = Played::default().router().route("/documents", documents);
    tokio::spawn(async move { axum::serve(listener, verifier).await });
    let stack = stack_with(&format!("unix:{}", path.display())).await;
    let sign_up = at_the_document(&stack).await;
    assert_eq!(show(&sign_up, FRONT).await.status().as_u16(), 204);
    assert_eq!(complete(&sign_up).await.status().as_u16(), 200);
    let page = sign_up.page("verification").await;
    assert!(page.contains(SURNAME) && page.contains("The faces look alike (0.62; limit 0.40)."));
}

#[tokio::test]
async fn test_persons_go_on_as_before() {
    let stack = stack_answering(500, "").await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.press("introduction", "person=john&play=all").await;
    let left = location(&sign_up.press("verification", "").await);
    let details = stack.details(&token(&stack, &left).await).await;
    let details: Value = details.json().await.unwrap();
    assert_eq!(details["documentData"]["givenNames"], "JOHN");

    // Also page by page, and after a document was read.
    let stack = stack_answering(200, passport()).await;
    let sign_up = at_the_document(&stack).await;
    assert_eq!(show(&sign_up, FRONT).await.status().as_u16(), 204);
    sign_up.press("introduction", "person=john").await;
    for step in ["liveness", "document"] {
        location(&sign_up.press(step, "").await);
    }
    let left = location(&sign_up.press("verification", "").await);
    let details = stack.details(&token(&stack, &left).await).await;
    let details = details.text().await.unwrap();
    assert!(details.contains("JOHN") && !details.contains(SURNAME));
}

#[tokio::test]
async fn with_a_verifier_codes_are_unpredictable() {
    let mut codes = Vec::new();
    for _ in 0..2 {
        let stack = stack_answering(500, "").await;
        codes.push(stack.code("anna").await);
    }
    assert_ne!(codes[0], codes[1]);
}
