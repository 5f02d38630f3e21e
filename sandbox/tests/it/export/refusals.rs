//! Refusals of the export calls, in the words of each.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Response;
use serde_json::{Value, json};
use webkyc_sandbox::{Client, Config, Sandbox};

use super::UNKNOWN_ID;
use crate::harness::{CLIENT_ID, SECRET, Stack};

const CALLS: [&str; 3] = ["json", "multipart", "pdf"];

async fn assert_refused_with(response: Response, status: u16, body: Value) {
    let address = response.url().clone();
    assert_eq!(response.status().as_u16(), status, "{address}");
    assert_eq!(response.json::<Value>().await.unwrap(), body, "{address}");
}

#[tokio::test]
async fn a_wrong_id_is_refused_in_the_words_of_each_call() {
    let stack = Stack::start().await;
    stack.verified("john").await;
    for call in CALLS {
        let text_of_missing = match call {
            "json" => "errorMessage",
            _ => "errorDescription",
        };
        let path = format!("/export/verification-result-as-{call}");
        for query in ["", "?verificationId", "?verificationId=", "?id=1"] {
            let request = stack.http.get(stack.at(&format!("{path}{query}")));
            let response = request.basic_auth(CLIENT_ID, Some(SECRET)).send().await;
            assert_refused_with(
                response.unwrap(),
                400,
                json!({
                    "errorCode": "MISSING_REQUEST_PARAMETER",
                    text_of_missing: "Required 'verificationId' parameter is missing",
                }),
            )
            .await;
        }
        for id in [
            "1",
            "../../etc/passwd",
            "3631324b5bcc48b0b7174f12f45e0a1d",
            "{3631324b-5bcc-48b0-b717-4f12f45e0a1d}",
            "3631324b-5bcc-48b0-b717-4f12f45e0a1g",
        ] {
            assert_refused_with(
                stack.export(call, id).await,
                400,
                json!({
                    "errorCode": "INVALID_REQUEST_PARAMETER",
                    "errorDescription": "Parameter 'verificationId' has an invalid value",
                }),
            )
            .await;
        }
        assert_refused_with(
            stack.export(call, UNKNOWN_ID).await,
            404,
            json!({
                "errorCode": "VERIFICATION_NOT_FOUND",
                "errorMessage": "Verification not found",
            }),
        )
        .await;
    }
}

#[tokio::test]
async fn another_clients_verification_is_not_found() {
    let stack = Stack::start().await;
    let id = stack.verified("john").await;
    for call in CALLS {
        let path = format!("/export/verification-result-as-{call}?verificationId={id}");
        let request = stack.http.get(stack.at(&path));
        let response = request
            .basic_auth("com.authenteq.demo", Some("sandbox-secret"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), 404, "{call}");
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused_before_anything_is_looked_at() {
    let stack = Stack::start().await;
    let id = stack.verified("john").await;
    let basic = |pair: String| format!("Basic {}", STANDARD.encode(pair));
    let right = basic(format!("{CLIENT_ID}:{SECRET}"));
    let missing = (
        "API_KEYS_MISSING",
        "No API Keys in the Authorization header",
    );
    let invalid = (
        "API_KEYS_INVALID",
        "Invalid API Keys in the Authorization header",
    );
    let bad = ("API_KEYS_BAD", "Bad API Keys");
    for call in CALLS {
        for (header, value, (code, message)) in [
            ("accept", "*/*".to_owned(), missing),
            ("authorization", String::new(), missing),
            ("authentication", String::new(), missing),
            ("authentication", "Basic !".to_owned(), invalid),
            (
                "authentication",
                basic(format!("{CLIENT_ID}:{SECRET}x")),
                bad,
            ),
            ("authorization", "Basic".to_owned(), invalid),
            ("authorization", "Basic !".to_owned(), invalid),
            ("authorization", basic(CLIENT_ID.to_owned()), invalid),
            ("authorization", right.replace("Basic", "Bearer"), invalid),
            ("authorization", basic(format!("{CLIENT_ID}:")), bad),
            (
                "authorization",
                basic(format!("{CLIENT_ID}:{SECRET}x")),
                bad,
            ),
            ("authorization", basic(format!("nobody:{SECRET}")), bad),
            (
                "authorization",
                basic(format!("com.authenteq.demo:{SECRET}")),
                bad,
            ),
        ] {
            for query in [format!("?verificationId={id}"), String::new()] {
                let path = format!("/export/verification-result-as-{call}{query}");
                let request = stack.http.get(stack.at(&path)).header(header, &value);
                assert_refused_with(
                    request.send().await.unwrap(),
                    401,
                    json!({ "errorCode": code, "errorMessage": message }),
                )
                .await;
            }
        }
    }
}

/// The table of the reference calls the header `Authentication`, its errors call it
/// `Authorization`.
#[tokio::test]
async fn credentials_come_under_either_name_and_authorization_counts() {
    let stack = Stack::start().await;
    let id = stack.verified("john").await;
    let api = stack.at("/_sandbox/api/attempts/");
    let sign_ups = stack.sandbox.client(CLIENT_ID).unwrap().sign_ups();
    let sign_up = sign_ups[0].id.clone();
    let basic =
        |secret: &str| format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{secret}")));
    for call in CALLS {
        let path = format!("/export/verification-result-as-{call}?verificationId={id}");
        for (headers, status, remark) in [
            (
                &[("Authentication", SECRET)][..],
                200,
                "called Authentication",
            ),
            (
                &[("Authentication", "other"), ("Authorization", SECRET)],
                200,
                "both came",
            ),
            (
                &[("Authentication", SECRET), ("Authorization", "other")],
                401,
                "both came",
            ),
        ] {
            let request = stack.http.get(stack.at(&path));
            let request = headers.iter().fold(request, |request, (name, secret)| {
                request.header(*name, basic(secret))
            });
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status().as_u16(), status, "{call} {headers:?}");
            let record = stack
                .http
                .get(format!("{api}{sign_up}"))
                .send()
                .await
                .unwrap();
            let record: Value = record.json().await.unwrap();
            if status == 200 {
                let call = record["events"].as_array().unwrap().last().unwrap();
                assert!(call["remarks"].to_string().contains(remark), "{call}");
            }
        }
    }
}

#[tokio::test]
async fn a_deactivated_account_is_refused_as_such() {
    let secret = "a:b+c%20d";
    let client = Client::new("closed", secret, "http://localhost/").unwrap();
    let sandbox = Sandbox::start_with(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        clients: vec![client.deactivated()],
        ..Config::default()
    })
    .await
    .unwrap();
    let http = webkyc_test_kit::http::client();
    for call in CALLS {
        let ask = |secret: &'static str| {
            let address = format!("{}/export/verification-result-as-{call}", sandbox.url());
            http.get(address).basic_auth("closed", Some(secret)).send()
        };
        assert_refused_with(
            ask(secret).await.unwrap(),
            403,
            json!({
                "errorCode": "ACCOUNT_DEACTIVATED",
                "errorMessage": "Account deactivated. Please contact your Authenteq Sales \
                                 Representative in order to keep using this service",
            }),
        )
        .await;
        assert_eq!(ask("a").await.unwrap().status().as_u16(), 401);
    }
}
