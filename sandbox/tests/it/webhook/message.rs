//! The content of a message, and its signature.

use std::collections::BTreeMap;

use axum::body::Bytes;
use serde_json::Value;
use sha2::{Digest, Sha256};
use webkyc_sandbox::{Client, WebhookSignature};

use super::{Message, Receiver, notified};
use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack, location};

/// Parts by name: the media type and the bytes.
async fn parts(message: &Message) -> BTreeMap<String, (String, Bytes)> {
    let boundary = message
        .header("content-type")
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let mut form = multer::Multipart::with_reader(&*message.body, boundary);
    let mut parts = BTreeMap::new();
    while let Some(part) = form.next_field().await.unwrap() {
        let name = part.name().unwrap().to_owned();
        let media_type = part.content_type().unwrap().to_string();
        parts.insert(name, (media_type, part.bytes().await.unwrap()));
    }
    parts
}

async fn record(message: &Message) -> Value {
    serde_json::from_slice(&parts(message).await["result"].1).unwrap()
}

#[tokio::test]
async fn everybodys_message_has_every_part_and_is_signed() {
    for (person, images, others) in [
        (
            "anna",
            &["croppedFrontImage", "croppedBackImage", "faceImage"][..],
            &[][..],
        ),
        ("passport", &["croppedFrontImage", "faceImage"], &[]),
        (
            "three-documents",
            &[
                "croppedFrontImage",
                "croppedBackImage",
                "faceImage",
                "croppedFrontImage2",
                "faceImage2",
                "croppedFrontImage3",
                "croppedBackImage3",
                "faceImage3",
            ],
            &[],
        ),
        (
            "proof-of-address",
            &["croppedFrontImage", "croppedBackImage", "faceImage"],
            &["addressProofDocument"],
        ),
        (
            "complete",
            &[
                "croppedFrontImage",
                "croppedBackImage",
                "faceImage",
                "croppedFrontImage2",
                "croppedBackImage2",
                "faceImage2",
                "croppedFrontImage3",
                "croppedBackImage3",
                "faceImage3",
            ],
            &["addressProofDocument"],
        ),
    ] {
        let mut receiver = Receiver::answering(&[]).await;
        let stack = Stack::of(vec![notified(&receiver)]).await;
        stack.approve(person).await;
        let message = receiver.messages(1).await.remove(0);
        assert_eq!(message.header("x-client-id"), CLIENT_ID);
        let digest = Sha256::digest([&message.body, SECRET.as_bytes()].concat());
        assert_eq!(message.header("x-signature"), format!("{digest:x}"));

        let parts = parts(&message).await;
        let mut names = [&["result", "livenessFaceImage"], images, others].concat();
        names.sort_unstable();
        assert_eq!(parts.keys().collect::<Vec<_>>(), names, "{person}");
        for (name, (media_type, content)) in &parts {
            match name.as_str() {
                "result" => assert_eq!(media_type, "application/json"),
                "addressProofDocument" => {
                    assert_eq!(media_type, "application/pdf");
                    assert!(content.starts_with(b"%PDF-"));
                }
                _ => {
                    assert_eq!(media_type, "image/jpeg");
                    image::load_from_memory(content).unwrap();
                }
            }
        }
        // The multipart export is tested to the byte; here is nothing else than there.
        let issued = stack.sandbox.verifications().pop().unwrap().id;
        let export = stack.export("multipart", &issued).await;
        let export_boundary = export.headers()["content-type"].to_str().unwrap();
        let export_boundary = export_boundary.split_once('=').unwrap().1.to_owned();
        let export = export.bytes().await.unwrap();
        let mut form = multer::Multipart::with_reader(&*export, export_boundary);
        while let Some(part) = form.next_field().await.unwrap() {
            let name = part.name().unwrap().to_owned();
            assert!(part.bytes().await.unwrap() == parts[&name].1, "{name}");
        }
    }
}

/// By the definition in RFC 2104, for keys that are not longer than a block.
pub(crate) fn hmac_sha256(key: &[u8], text: &[u8]) -> String {
    assert!(key.len() <= 64);
    let padded = |with: u8| -> Vec<u8> {
        let key = key.iter().copied().chain(std::iter::repeat(0));
        key.take(64).map(|byte| byte ^ with).collect()
    };
    let inner = Sha256::digest([&padded(0x36), text].concat());
    format!(
        "{:x}",
        Sha256::digest([&padded(0x5c), inner.as_slice()].concat())
    )
}

#[tokio::test]
async fn either_signature_is_made_with_the_bytes_of_the_secret() {
    for secret in ["+%:,é", "%2B", " a b ", "Ω\u{1F511}"] {
        for signature in [WebhookSignature::Sha256, WebhookSignature::Hmac] {
            let mut receiver = Receiver::answering(&[]).await;
            let client = Client::new(CLIENT_ID, secret, REDIRECT_URI)
                .and_then(|client| client.signing(signature).notifying(&receiver.url))
                .unwrap();
            let stack = Stack::of(vec![client]).await;
            stack.approve("anna").await;
            let message = receiver.messages(1).await.remove(0);
            let expected = match signature {
                WebhookSignature::Sha256 => {
                    let signed = [&message.body, secret.as_bytes()].concat();
                    format!("{:x}", Sha256::digest(signed))
                }
                WebhookSignature::Hmac => hmac_sha256(secret.as_bytes(), &message.body),
            };
            assert_eq!(message.header("x-signature"), expected, "{secret}");
        }
    }
}

#[tokio::test]
async fn both_apis_send_messages_with_pages_and_without() {
    let mut receiver = Receiver::answering(&[]).await;
    let stack = Stack::of(vec![notified(&receiver)]).await;
    let press = |path: String| {
        let form = stack.http.post(stack.at(&path)).body("person=anna");
        async move { form.send().await.unwrap() }
    };
    let verify = stack.verification_url(REDIRECT_URI).await;
    let first = [
        location(&stack.get(&stack.authorize_path("")).await),
        location(&stack.http.get(verify).send().await.unwrap()),
    ];
    for (sign_up, steps) in first.iter().zip([
        ["introduction", "liveness", "document", "verification"],
        ["introduction", "document", "liveness", "verification"],
    ]) {
        let sign_up = sign_up.path().trim_end_matches("/introduction");
        for step in steps {
            location(&press(format!("{sign_up}/{step}")).await);
        }
        // A double click is no second verification.
        location(&press(format!("{sign_up}/verification")).await);
    }
    stack.approve("anna").await;
    let verify = stack.verification_url(REDIRECT_URI).await;
    let played = format!("{verify}&sandbox_scenario=anna");
    location(&stack.http.get(played).send().await.unwrap());

    let mut delivered = Vec::new();
    for message in receiver.messages(4).await {
        delivered.push(record(&message).await["id"].as_str().unwrap().to_owned());
    }
    let issued = stack.sandbox.verifications();
    let mut issued: Vec<String> = issued.into_iter().map(|one| one.id).collect();
    delivered.sort_unstable();
    issued.sort_unstable();
    assert_eq!(delivered, issued);
}

#[tokio::test]
async fn each_client_hears_of_its_own_visitors_only() {
    let mut receivers = [
        Receiver::answering(&[]).await,
        Receiver::answering(&[]).await,
    ];
    let [one, other] = &receivers;
    let clients = [("one", "1st", one), ("other", "2nd", other)];
    let clients = clients.map(|(id, secret, receiver)| {
        Client::new(id, secret, REDIRECT_URI)
            .and_then(|client| client.notifying(&receiver.url))
            .unwrap()
    });
    let stack = Stack::of(clients.to_vec()).await;
    for id in ["one", "other", "other", "one"] {
        stack.approve_for(id).await;
    }
    let issued = stack.sandbox.verifications();
    for (receiver, (id, secret)) in receivers.iter_mut().zip([("one", "1st"), ("other", "2nd")]) {
        for message in receiver.messages(2).await {
            assert_eq!(message.header("x-client-id"), id);
            let digest = Sha256::digest([&message.body, secret.as_bytes()].concat());
            assert_eq!(message.header("x-signature"), format!("{digest:x}"));
            let record = record(&message).await;
            let verification = issued.iter().find(|one| record["id"] == one.id).unwrap();
            assert_eq!(verification.client_id, id);
        }
    }
    let tries = stack.tries(4).await;
    assert!(tries.iter().all(|one| {
        issued
            .iter()
            .any(|issued| issued.id == one.verification_id && issued.client_id == one.client_id)
    }));
}
