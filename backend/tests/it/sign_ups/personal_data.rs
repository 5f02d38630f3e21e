//! Where a person's data is, and where it never is.

use serde_json::{Value, json};
use sqlx::Row;

use super::database;
use crate::harness::{Files, STATE, TestApp, sandbox};

const REFERENCE: &str = "canary-reference-4711";
const DISPLAY_NAME: &str = "account canary@display.example";
const EXPECTED_NAME: &str = "Canary Expected Name";
/// Anna, as the sandbox's document has her.
const PERSON: [&str; 4] = ["SCHMIDT", "ANNA", "1990-01-01", "C01X00T47"];

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn prv_20_stored_is_sealed_what_was_asked_for_and_nothing_else_and_redaction_deletes_it() {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = TestApp::start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop
        .create_with(json!({
            "reference": REFERENCE,
            "claims": ["name_match", "family_name"],
            "expected": {"name": EXPECTED_NAME},
            "displayName": DISPLAY_NAME,
        }))
        .await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    visitor.exchange(&code, STATE).await.assert_ok();
    let verified = shop.sign_up_once(&id, "verified").await;
    assert_eq!(verified["claims"]["family_name"]["value"], "SCHMIDT");
    assert_eq!(verified["claims"]["name_match"]["value"], false);
    let told = verified.to_string();
    for field in [PERSON[1], PERSON[2], PERSON[3], EXPECTED_NAME, DISPLAY_NAME] {
        assert!(!told.contains(field), "{field}: {told}");
    }
    let clear = [REFERENCE, DISPLAY_NAME, EXPECTED_NAME, &code, &handle];
    let is_clear = |text: &&str| contains(&files.database(), text);
    assert_eq!(
        clear.iter().chain(&PERSON).find(|text| is_clear(text)),
        None
    );
    // The row is there, so the look at the files is one.
    assert!(contains(&files.database(), &id));

    let events = shop.get("/events").await.assert_ok();
    let metrics = app.operator("/metrics").send().await.unwrap();
    let texts = [events.to_string(), metrics.text().await.unwrap()];
    for text in texts {
        for field in PERSON.iter().chain(&[DISPLAY_NAME, EXPECTED_NAME]) {
            assert!(!text.contains(field), "{field}");
        }
    }
    assert_eq!(events["events"][0]["data"]["reference"], REFERENCE);

    let sealed = sealed_values(&files, &id).await;
    assert_eq!(sealed.len(), 3, "reference, display name and result");
    for value in &sealed {
        let bytes = files.database();
        assert!(bytes.windows(value.len()).any(|window| window == value));
    }
    let redacted = shop
        .post(&format!("/sign-ups/{id}/redact"), json!({}))
        .await;
    let redacted = redacted.assert_ok();
    assert_eq!(redacted["status"], "verified");
    assert!(redacted["redactedAt"].is_number());
    for gone in ["reference", "claims"] {
        assert_eq!(redacted.get(gone), None, "{gone}");
    }
    for value in &sealed {
        let bytes = files.database();
        assert!(!bytes.windows(value.len()).any(|window| window == value));
    }
    shop.post(&format!("/sign-ups/{id}/redact"), json!({}))
        .await
        .assert_ok();
    let events = shop.get("/events").await.assert_ok();
    let kinds: Vec<&Value> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["type"])
        .collect();
    assert_eq!(kinds, ["sign_up.verified", "sign_up.redacted"]);
    assert!(!events.to_string().contains(REFERENCE));
}

/// The sealed values of a sign-up, read from a copy of the database.
async fn sealed_values(files: &Files, id: &str) -> Vec<Vec<u8>> {
    let (mut copy, _folder) = database::copy(files).await;
    let fields = "reference, display_name, expected, result, token";
    let query = sqlx::AssertSqlSafe(format!("SELECT {fields} FROM sign_ups WHERE id = ?"));
    let row = sqlx::query(query)
        .bind(id)
        .fetch_one(&mut copy)
        .await
        .unwrap();
    let value = |i| row.get::<Option<Vec<u8>>, _>(i);
    (0..5).filter_map(value).collect()
}
