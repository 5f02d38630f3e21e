//! Where the documentation contradicts itself, each reading can be had.

use serde_json::{Value, json};
use webkyc_sandbox::{Client, Config, Dialect};

use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack, assert_refused, parameter};

async fn speaking(dialect: Dialect) -> Stack {
    let shop = Client::new("shop", "a:b", "http://shop.example/r").unwrap();
    Stack::with(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        clients: vec![Client::demo(), shop],
        dialect,
        ..Config::default()
    })
    .await
}

#[tokio::test]
async fn refusals_can_carry_their_text_under_both_names() {
    let stack = speaking(Dialect {
        both_error_texts: true,
        ..Dialect::default()
    })
    .await;
    for path in [
        "/v2/web-kyc/details",
        "/export/verification-result-as-pdf",
        "/web-idv/verification-url",
        "/v2/none",
    ] {
        let answer = stack.get(path).await;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["errorMessage"], body["errorDescription"], "{path}");
        assert!(body["errorMessage"].is_string() && body.as_object().unwrap().len() == 3);
        assert!(status.is_client_error());
    }
}

#[tokio::test]
async fn bad_keys_can_have_one_name_everywhere() {
    for (one_spelling_of_bad_keys, code) in [(false, "BAD_API_KEYS"), (true, "API_KEYS_BAD")] {
        let stack = speaking(Dialect {
            one_spelling_of_bad_keys,
            ..Dialect::default()
        })
        .await;
        let request = stack
            .http
            .get(stack.at(&format!(
                "/web-idv/verification-url?redirectUrl={REDIRECT_URI}"
            )))
            .basic_auth("shop", Some("wrong"));
        assert_refused(request.send().await.unwrap(), 401, code, "Bad API Keys").await;
    }
}

#[tokio::test]
async fn credentials_can_be_read_from_the_other_header() {
    for (authentication_header, status) in [(false, 401), (true, 200)] {
        let stack = speaking(Dialect {
            authentication_header,
            ..Dialect::default()
        })
        .await;
        // shop:a:b
        let request = stack
            .http
            .get(stack.at("/web-idv/verification-url?redirectUrl=http://shop.example/r"))
            .header("Authentication", "Basic c2hvcDphOmI=");
        assert_eq!(request.send().await.unwrap().status().as_u16(), status);
    }
}

#[tokio::test]
async fn results_can_have_first_and_last_names() {
    for first_and_last_names in [false, true] {
        let stack = Stack::with(Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            clients: vec![Client::new(CLIENT_ID, SECRET, REDIRECT_URI).unwrap()],
            dialect: Dialect {
                first_and_last_names,
                ..Dialect::default()
            },
            ..Config::default()
        })
        .await;
        for (person, document, names) in [
            ("john", "documentData", Some(("JOHN", "DOE"))),
            (
                "complete",
                "documentData3",
                Some(("MARCO DAVID", "CASTELLANO")),
            ),
            ("one-name", "documentData", None),
        ] {
            let back = stack.come_back(REDIRECT_URI, person).await;
            let code = parameter(&back.parse().unwrap(), "code").unwrap();
            let result = stack.result(REDIRECT_URI, &code).await;
            let result: Value = result.json().await.unwrap();
            let document = &result[document];
            let there = [document.get("firstName"), document.get("lastName")];
            let names = names.filter(|_| first_and_last_names);
            let expected = names.map(|(first, last)| [json!(first), json!(last)]);
            let expected = match &expected {
                Some([first, last]) => [Some(first), Some(last)],
                None => [None; 2],
            };
            assert_eq!(there, expected, "{person}");
            // The reference of the exports knows nothing of them.
            let record = stack.record(result["id"].as_str().unwrap()).await;
            assert!(record["documentData"].get("firstName").is_none());
        }
    }
}

#[tokio::test]
async fn the_sandbox_can_insist_on_https() {
    let stack = speaking(Dialect {
        https_only: true,
        ..Dialect::default()
    })
    .await;
    let link = "/authorize?response_type=code&client_id=shop&redirect_uri=http://shop.example/r";
    let page = stack.get(link).await;
    assert_eq!(page.status(), 400);
    assert!(
        page.text()
            .await
            .unwrap()
            .contains("neither https nor on this machine")
    );
    let request = stack
        .http
        .get(stack.at("/web-idv/verification-url?redirectUrl=http://shop.example/r"))
        .basic_auth("shop", Some("a:b"));
    assert_eq!(request.send().await.unwrap().status(), 400);
    let own = "/authorize?response_type=code&client_id=com.authenteq.demo&redirect_uri=";
    assert_eq!(
        stack.get(&format!("{own}{REDIRECT_URI}")).await.status(),
        303
    );
}

#[tokio::test]
async fn codes_can_end_sooner() {
    let stack = Stack::with(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        clients: vec![
            format!(
                "{},{},{REDIRECT_URI}",
                crate::harness::CLIENT_ID,
                crate::harness::SECRET
            )
            .parse()
            .unwrap(),
        ],
        dialect: Dialect {
            code_lifetime: 60,
            ..Dialect::default()
        },
        ..Config::default()
    })
    .await;
    for (age, status) in [(59, 200), (60, 400)] {
        let form = Stack::token_form(&stack.code("anna").await);
        stack
            .sandbox
            .advance_clock(std::time::Duration::from_secs(age));
        let answer = stack.exchange(&form).await;
        assert_eq!(answer.status().as_u16(), status, "{age}");
    }
    assert_eq!(json!(stack.sandbox.requests().len()), 4);
}
