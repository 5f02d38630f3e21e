//! What a creation says of a body that is wrong.

use serde_json::json;

use crate::harness::{Files, TestApp};

const DAY: i64 = 24 * 3600;

#[tokio::test]
async fn a_creation_names_the_wrong_member() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let shop = app.server("shop");
    let long = "é".repeat(129);
    for (change, code, title) in [
        (json!({"reference": ""}), "BAD_REQUEST", "reference must be"),
        (
            json!({"reference": "a\nb"}),
            "BAD_REQUEST",
            "reference must be",
        ),
        (
            json!({"reference": long}),
            "BAD_REQUEST",
            "reference must be",
        ),
        (json!({"return": "other"}), "UNKNOWN_RETURN", "return"),
        (json!({"site": "bank"}), "UNKNOWN_SITE", "site"),
        (
            json!({"claims": ["address"]}),
            "BAD_REQUEST",
            "claims asks for more",
        ),
        (
            json!({"claims": ["age_over_21"]}),
            "BAD_REQUEST",
            "claims asks for more",
        ),
        (
            json!({"claims": ["age over 18"]}),
            "BAD_REQUEST",
            "a claim must be age_over_01 to age_over_99, document_valid, ",
        ),
        (
            json!({"claims": ["name_match"]}),
            "BAD_REQUEST",
            "expected.name",
        ),
        (
            json!({"claims": ["birthdate_match"]}),
            "BAD_REQUEST",
            "expected.birthdate",
        ),
        (
            json!({"claims": ["name_match"], "expected": {"name": "a".repeat(257)}}),
            "BAD_REQUEST",
            "expected.name must be",
        ),
        (
            json!({"expected": {"birthdate": "1990-02-30"}}),
            "BAD_REQUEST",
            "birthdate must be",
        ),
        (
            json!({"displayName": "a\u{202e}\u{7}b"}),
            "BAD_REQUEST",
            "displayName",
        ),
        (json!({"expiresIn": 299}), "BAD_REQUEST", "expiresIn"),
        (
            json!({"expiresIn": 30 * DAY + 1}),
            "BAD_REQUEST",
            "expiresIn",
        ),
        (
            json!({"user": "x"}),
            "BAD_REQUEST",
            "The body has an unknown member; it may have `site`, `reference`, ",
        ),
        (
            json!({"expected": {"nam": "x"}}),
            "BAD_REQUEST",
            "expected has an unknown member; it may have `name`",
        ),
        (
            json!({"reference": 4711}),
            "BAD_REQUEST",
            "reference must be a string",
        ),
        (
            json!({"claims": "age_over_18"}),
            "BAD_REQUEST",
            "claims must be an array",
        ),
        (
            json!({"expiresIn": "1d"}),
            "BAD_REQUEST",
            "expiresIn must be a whole number",
        ),
    ] {
        let mut body = json!({"reference": "customer"});
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = shop.post("/sign-ups", body).await;
        assert_eq!(answer.body["code"], code, "{change}");
        let message = answer.body["title"].as_str().unwrap();
        assert!(message.contains(title), "{change}: {message}");
        assert_eq!(answer.status, 400, "{change}");
    }
    let nothing = shop.get("/sign-ups").await.assert_ok();
    assert_eq!(nothing["signUps"], json!([]));
}
