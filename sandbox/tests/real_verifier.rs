//! Sandbox and verifier together. In a binary of its own, so that no other test takes the processors away
//! from the networks.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests end by panicking, and say what they skip"
)]

use std::{
    io::Cursor,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use image::{ImageFormat, Rgb, RgbImage, imageops};
use serde_json::Value;
use webkyc_sandbox::{Client, Config, Sandbox};
use webkyc_specimen::{
    Picture,
    persona::{PASSPORT, Persona},
};
use webkyc_test_kit::http;
use webkyc_verifier::{Verifier, default_folder, listen, router};

const RESULTS: &str = "http://localhost:1/r";

/// Its origin, or none where there are no models; with `WEBKYC_MODELS=required` that is a failure.
async fn start_verifier() -> Option<String> {
    let verifier = match Verifier::open(&default_folder().unwrap(), 2) {
        Ok(verifier) => verifier,
        Err(error) => {
            let required = std::env::var("WEBKYC_MODELS").is_ok_and(|it| it == "required");
            assert!(!required, "{error}");
            println!("skipped: no models");
            return None;
        }
    };
    let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = listen(free).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router(Arc::new(verifier))).await });
    Some(format!("http://{address}"))
}

/// A drawn page of a passport on a table.
fn photographed(person: &'static Persona) -> Vec<u8> {
    let page = image::load_from_memory(webkyc_specimen::jpeg(person, Picture::Front(0)));
    let page = page.unwrap().to_rgb8();
    let (width, height) = (page.width() + 160, page.height() + 160);
    let mut table = RgbImage::from_pixel(width, height, Rgb([70, 60, 50]));
    imageops::replace(&mut table, &page, 80, 80);
    let mut file = Cursor::new(Vec::new());
    table.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

#[tokio::test]
async fn a_drawn_passport_is_read_and_handed_over() {
    let Some(verifier) = start_verifier().await else {
        return;
    };
    let sandbox = Sandbox::start_with(Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        verifier: Some(verifier.parse().unwrap()),
        clients: vec![Client::new("shop", "s", RESULTS).unwrap()],
        ..Config::default()
    })
    .await
    .unwrap();
    let http = http::client();
    let begin = format!(
        "{}/authorize?response_type=code&client_id=shop&redirect_uri={RESULTS}&scope=kyc&state=s",
        sandbox.url()
    );
    let first = http.get(begin).send().await.unwrap();
    let first = first.headers()["location"].to_str().unwrap();
    let pages = first.strip_suffix("/introduction").unwrap();
    let post = async |page: &str, body: Vec<u8>| {
        let address = format!("{}{pages}/{page}", sandbox.url());
        let answer = http.post(address).body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        assert!(matches!(status, 204 | 303), "{page}: {status}\n{text}");
    };
    post("introduction", b"person=anna&consent=given".to_vec()).await;
    post("liveness", Vec::new()).await;
    let front = "document/picture/front?zone=expected";
    post(front, photographed(&PASSPORT)).await;
    post("document", Vec::new()).await;
    post("verification", Vec::new()).await;

    let details: Value = sandbox.verifications().remove(0).details;
    let document = PASSPORT.document();
    for (member, printed) in [
        ("documentType", "PP"),
        ("documentNumber", document.document_number),
        ("issuingCountry", document.issuing_country),
        ("nationality", document.nationality),
        ("dateOfBirth", document.date_of_birth),
        ("dateOfExpiry", document.date_of_expiry),
    ] {
        assert_eq!(details["documentData"][member], printed, "{member}");
    }
    assert!(details["documentData"]["faceImage"]["content"].is_string());
    // No specimen stands in for the face that was not shown.
    assert_eq!(details["livenessFaceImage"], Value::Null);
}
