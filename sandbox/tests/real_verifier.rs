//! Sandbox and verifier together. In a binary of its own, so that no other test takes the processors away
//! from the networks.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests end by panicking, and say what they skip"
)]

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Duration,
};

use serde_json::Value;
use webkyc_sandbox::{Client, Config, Sandbox};
use webkyc_specimen::persona::PASSPORT;
use webkyc_test_kit::http;
use webkyc_verifier::{Verifier, default_folder, listen, router};
use webkyc_verifier_measure::{Head, Visitor};

const RESULTS: &str = "http://localhost:1/r";

/// The verifier and its origin, or none where there are no models; with `WEBKYC_MODELS=required` that is a failure.
async fn start_verifier() -> Option<(Arc<Verifier>, String)> {
    let verifier = match Verifier::open(&default_folder().unwrap(), 2) {
        Ok(verifier) => Arc::new(verifier),
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
    let served = router(Arc::clone(&verifier));
    tokio::spawn(async move { axum::serve(listener, served).await });
    Some((verifier, format!("http://{address}")))
}

/// Where a visitor turns to: a negative number is the right.
fn side(prompt: &str) -> i8 {
    match prompt {
        "Turn your head to your left" => 1,
        "Turn your head to your right" => -1,
        "Look straight ahead" => 0,
        other => panic!("{other}"),
    }
}

/// Follows the prompts, at six frames a second. On a busy machine frames may be late, and a visitor has three tries.
async fn follow_prompts(visitor: &Visitor, post: impl AsyncFn(&str, Vec<u8>) -> (u16, String)) {
    for _ in 0..3 {
        let mut head = Head::of(visitor);
        let (_, mut body) = post("liveness/challenge", Vec::new()).await;
        let mut prompt = String::new();
        for number in 0.. {
            let answer: Value = serde_json::from_str(&body).unwrap();
            if let Some(next) = answer["prompt"].as_str() {
                next.clone_into(&mut prompt);
                head.hear();
            }
            match answer["state"].as_str().unwrap() {
                "passed" => return,
                "failed" => {
                    println!("{prompt}: {}", answer["sentence"]);
                    break;
                }
                _ => {}
            }
            let pause = tokio::time::sleep(Duration::from_millis(170));
            let path = format!("liveness/frames?seq={number}");
            (_, body) = post(&path, head.follow(side(&prompt)).to_vec()).await;
            pause.await;
        }
    }
    panic!("three challenges failed");
}

#[tokio::test]
async fn a_made_head_follows_the_prompts_and_looks_like_its_drawn_passport_which_is_read() {
    let Some((verifier, origin)) = start_verifier().await else {
        return;
    };
    let sandbox = Sandbox::start_with(Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        verifier: Some(origin.parse().unwrap()),
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
    let owner = OnceLock::new();
    let send = async |page: &str, body: Vec<u8>| {
        let address = format!("{}{pages}/{page}", sandbox.url());
        let request = http.post(address).body(body);
        let request = request.header("cookie", owner.get().map_or("", String::as_str));
        let answer = request.send().await.unwrap();
        if let Some(cookie) = answer.headers().get("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            owner.get_or_init(|| cookie.to_owned());
        }
        let status = answer.status().as_u16();
        (status, answer.text().await.unwrap())
    };
    let post = async |page: &str, body: Vec<u8>| {
        let (status, text) = send(page, body).await;
        assert!(matches!(status, 204 | 303), "{page}: {status}\n{text}");
    };
    post("introduction", b"person=anna&consent=given".to_vec()).await;
    let visitor = Visitor::draw(&PASSPORT, &verifier).unwrap();
    follow_prompts(&visitor, send).await;
    post("liveness", Vec::new()).await;
    let front = "document/picture/front?zone=expected";
    post(front, visitor.page).await;
    post("document", Vec::new()).await;
    let result = http.get(format!("{}{pages}/verification", sandbox.url()));
    let result = result.header("cookie", owner.get().unwrap());
    let result = result.send().await.unwrap().text().await.unwrap();
    assert!(result.contains("You turned as asked. The faces look alike"));
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
    assert!(details["livenessFaceImage"]["content"].is_string());
}
