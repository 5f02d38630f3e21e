//! A page shows secrets on request, and only that page.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{CLIENT, addresses};
use crate::harness::{SECRET, Stack, location, parameter};

/// As the harness's secret stands in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
}

#[tokio::test]
async fn no_page_shows_a_secret_a_token_or_a_code_unasked() {
    let stack = Stack::start().await;
    let approved = stack.approve("john").await;
    let code = parameter(&approved, "code").unwrap();
    let form = Stack::token_form(&code);
    let answer: Value = stack.exchange(&form).await.json().await.unwrap();
    let token = answer["token"].as_str().unwrap().to_owned();
    stack.details(&token).await;
    // Once more, refused this time, and with the credentials in a header.
    stack.exchange(&form).await;
    let id = stack.sandbox.verifications().pop().unwrap().id;
    let export = format!("/export/verification-result-as-json?verificationId={id}");
    let request = stack.http.get(stack.at(&export));
    request
        .basic_auth("client!+ID", Some(SECRET))
        .send()
        .await
        .unwrap();
    let by_pages = location(&stack.get(&stack.authorize_path("")).await);
    let sign_up = by_pages.path().strip_suffix("/introduction").unwrap();
    for step in ["introduction", "liveness", "document", "verification"] {
        stack
            .submit(&format!("{sign_up}/{step}"), &[("person", "anna")])
            .await;
    }
    let basic = {
        use base64::Engine;
        base64::prelude::BASE64_STANDARD.encode(format!("client!+ID:{SECRET}"))
    };
    let other_code = stack.sandbox.verifications().pop().unwrap().code;
    let secrets = [
        SECRET.to_owned(),
        escaped(SECRET),
        code,
        other_code,
        token,
        basic,
        "sandbox-secret".to_owned(),
    ];

    let (mut seen, mut left) = (BTreeSet::new(), vec!["/_sandbox/".to_owned()]);
    while let Some(path) = left.pop() {
        let is_page = path.starts_with("/_sandbox/")
            && !["images", "assets", "logo", "/api/", "secrets=shown"]
                .iter()
                .any(|other| path.contains(other));
        if !is_page || !seen.insert(path.clone()) {
            continue;
        }
        let page = stack.page(&path).await;
        for secret in &secrets {
            assert!(!page.contains(secret.as_str()), "{path}: {secret}\n{page}");
        }
        left.extend(addresses(&page));
    }
    assert!(seen.len() > 10, "{seen:?}");
    let list = stack.page("/_sandbox/?secrets=shown").await;
    assert!(secrets.iter().all(|secret| !list.contains(secret.as_str())));
}

#[tokio::test]
async fn a_page_shows_its_secrets_on_demand_and_is_in_no_cache() {
    let stack = Stack::start().await;
    let code = stack.code("john").await;
    let answer: Value = stack
        .exchange(&Stack::token_form(&code))
        .await
        .json()
        .await
        .unwrap();
    let token = answer["token"].as_str().unwrap();
    let id = stack.sandbox.verifications().pop().unwrap().id;
    let sign_up = stack.newest().await;
    let secret = escaped(SECRET);
    for (path, shown) in [
        (sign_up.as_str(), vec![code.as_str(), token, &secret]),
        (CLIENT, vec![secret.as_str()]),
        (
            &format!("/_sandbox/verifications/{id}"),
            vec![code.as_str(), &secret],
        ),
    ] {
        let response = stack.get(&format!("{path}?secrets=shown")).await;
        assert_eq!(response.headers()["cache-control"], "no-store");
        let page = response.text().await.unwrap();
        for secret in shown {
            assert!(page.contains(secret), "{path}: {secret}\n{page}");
        }
        assert!(page.contains(&format!("href=\"{path}\"")), "{page}");
    }
}
