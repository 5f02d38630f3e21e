//! Paths of Authenteq that the sandbox does not play, and unknown paths.

use reqwest::Method;
use serde_json::Value;

use crate::harness::{CLIENT_ID, SECRET, Stack};

const CALLS: [(Method, &str); 8] = [
    (Method::POST, "/aml/search-by-verification"),
    (Method::POST, "/aml/search-by-person"),
    (Method::GET, "/mobile-sdk/verification-token"),
    (Method::GET, "/mobile-sdk/token"),
    (Method::GET, "/mobile-sdk/face-authentication-token"),
    (Method::POST, "/recognition/as-json"),
    (Method::POST, "/recognition/as-multipart"),
    (Method::GET, "/oauth/request_verification"),
];

#[tokio::test]
async fn a_call_of_authenteqs_that_is_not_played_is_refused_in_authenteqs_form() {
    let stack = Stack::start().await;
    for (method, path) in CALLS {
        let call = stack.http.request(method, stack.at(path));
        let call = call.basic_auth(CLIENT_ID, Some(SECRET));
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 501, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/json");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["errorCode"], "NOT_PLAYED", "{path}");
        let text = body["errorMessage"].as_str().unwrap();
        assert!(text.contains("not played by the sandbox"), "{text}");
        // The journal says the same.
        let list = stack.get("/_sandbox/").await.text().await.unwrap();
        assert!(list.contains("not played by the sandbox"), "{list}");
        let calls = stack.get("/_sandbox/api/attempts").await;
        let calls: Value = calls.json().await.unwrap();
        let newest = format!(
            "/_sandbox/api/attempts/{}",
            calls[0]["id"].as_str().unwrap()
        );
        let newest: Value = stack.get(&newest).await.json().await.unwrap();
        let event = &newest["events"][0];
        assert_eq!(event["step"], "Not played", "{event}");
        let failure = event["failure"].as_str().unwrap();
        assert!(failure.contains("not played by the sandbox"), "{failure}");
        assert_eq!(event["target"], path);
    }
}

#[tokio::test]
async fn a_program_at_an_address_that_is_nowhere_gets_no_page() {
    let stack = Stack::start().await;
    for path in ["/nothing", "/v3/web-kyc/token", "/oauth/authorize", "/amlx"] {
        for (accept, is_page) in [
            (None, false),
            (Some("application/json"), false),
            (Some("*/*"), false),
            (Some("text/html,application/xhtml+xml,*/*;q=0.8"), true),
        ] {
            let mut call = stack.http.get(stack.at(path));
            if let Some(accept) = accept {
                call = call.header("accept", accept);
            }
            let answer = call.send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 404, "{path}");
            let body = answer.text().await.unwrap();
            assert_eq!(body.starts_with("<!"), is_page, "{path} {accept:?}\n{body}");
            if !is_page {
                let body: Value = serde_json::from_str(&body).unwrap();
                assert_eq!(body["errorCode"], "NOT_FOUND", "{path}");
            }
        }
    }
}
