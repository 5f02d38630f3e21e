//! Where a person's data is, and where it never is.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
#[cfg(unix)]
use webkyc_test_kit::relay::Relay;

use crate::harness::{Answer, Files, Flow, STATE, eventually, sandbox};

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

#[rstest]
#[tokio::test]
async fn prv_20_stored_is_sealed_what_was_asked_for_and_nothing_else_and_redaction_deletes_it(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
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
    let text = verified.to_string();
    for field in [PERSON[1], PERSON[2], PERSON[3], EXPECTED_NAME, DISPLAY_NAME] {
        assert!(!text.contains(field), "{field}: {text}");
    }
    let clear = [REFERENCE, DISPLAY_NAME, EXPECTED_NAME, &code, &handle];
    let database = files.database().await;
    let mut all = clear.iter().chain(&PERSON);
    assert_eq!(all.find(|text| contains(&database, text)), None);
    // The row is there, so the look at the files is one.
    assert!(contains(&database, &id));

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
    assert_eq!(sealed.len(), 2, "reference and result");
    for value in &sealed {
        let bytes = files.database().await;
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
        let bytes = files.database().await;
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

#[rstest]
#[tokio::test]
async fn prv_20_what_was_needed_until_the_end_is_gone_from_the_files_after_it_and_the_rest_after_a_redaction(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let creation = json!({
        "reference": REFERENCE, "claims": ["name_match"], "displayName": DISPLAY_NAME,
        "expected": {"name": EXPECTED_NAME},
    });
    let request = shop.request(Method::POST, "/sign-ups").json(&creation);
    let created = Answer::read(request.header("Idempotency-Key", "order-4711")).await;
    let (id, url) = (&created.body["id"], created.body["url"].as_str().unwrap());
    let (id, (_, handle)) = (id.as_str().unwrap(), url.split_once('=').unwrap());
    // No worker takes the token yet.
    app.store_faults.fail(&["lease_job"]);
    let mut visitor = app.visitor();
    let code = visitor.identify_for(handle, STATE, "anna").await;
    visitor.exchange(&code, STATE).await.assert_ok();
    let row = format!("FROM sign_ups WHERE id = '{id}'");
    let until_the_end = format!("SELECT display_name, expected, token {row}");
    let until_the_end = values(&files, &until_the_end).await;
    let after_it = format!("SELECT reference, reference_hash, owner, handle {row}");
    let mut after_it = values(&files, &after_it).await;
    after_it.extend(values(&files, "SELECT body, answer FROM idempotency").await);
    assert_eq!((until_the_end.len(), after_it.len()), (3, 6));
    assert!(
        are_stored(&files, &until_the_end, true).await && are_stored(&files, &after_it, true).await
    );

    app.store_faults.fail(&[]);
    shop.sign_up_once(id, "verified").await;
    after_it.extend(values(&files, &format!("SELECT result {row}")).await);
    // The log of SQLite is emptied once a minute.
    app.advance_clock(61);
    let gone = async || are_stored(&files, &until_the_end, false).await;
    eventually("what was needed until the end is gone", gone).await;
    assert!(are_stored(&files, &after_it, true).await);
    shop.post(&format!("/sign-ups/{id}/redact"), json!({}))
        .await
        .assert_ok();
    assert!(are_stored(&files, &after_it, false).await, "at once");
}

/// The values of the only row.
async fn values(files: &Files, query: &str) -> Vec<Vec<u8>> {
    let row = files.query(query).await.remove(0).into_iter();
    row.filter(|value| !value.is_empty()).collect()
}

/// Whether each of these values is in the files, or none.
async fn are_stored(files: &Files, values: &[Vec<u8>], expected: bool) -> bool {
    let bytes = files.database().await;
    let is_stored = |value: &Vec<u8>| bytes.windows(value.len()).any(|window| window == value);
    values.iter().all(|value| is_stored(value) == expected)
}

/// The sealed values of a sign-up, read from a copy of the database.
async fn sealed_values(files: &Files, id: &str) -> Vec<Vec<u8>> {
    let fields = "reference, display_name, expected, result, token";
    let query = format!("SELECT {fields} FROM sign_ups WHERE id = '{id}'");
    let row = files.query(&query).await.remove(0);
    row.into_iter().filter(|value| !value.is_empty()).collect()
}

/// Every claim of one field, and one of each kind of answer.
#[cfg(unix)]
const EVERY_CLAIM: [&str; 13] = [
    "address",
    "age_over_18",
    "birthdate",
    "birthdate_match",
    "date_of_expiry",
    "document_number",
    "document_type",
    "document_valid",
    "family_name",
    "given_name",
    "issuing_country",
    "name_match",
    "nationality",
];

/// The texts of a verification that identify the person; of a picture, forty letters from its middle.
#[cfg(unix)]
fn personal(value: &Value, found: &mut std::collections::BTreeSet<String>) {
    // Not personal by themselves, and in every second line of a log.
    const COMMON: [&str; 4] = ["image/jpeg", "image/png", "verified", "VERIFIED"];
    match value {
        Value::String(text) if text.len() > 1000 => {
            found.insert(text[text.len() / 2..][..40].to_owned());
        }
        Value::String(text) if text.len() >= 4 && !COMMON.contains(&text.as_str()) => {
            found.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| personal(item, found)),
        Value::Object(members) => members.values().for_each(|value| personal(value, found)),
        _ => {}
    }
}

/// The first lines of all requests, with their queries.
#[cfg(unix)]
fn addresses(relay: &Relay) -> String {
    let wire = relay.requests();
    let wire = String::from_utf8_lossy(&wire);
    let lines = wire.lines().filter(|line| line.ends_with(" HTTP/1.1"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The real program, which logs all it can, for each set of claims.
#[cfg(unix)]
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn prv_21_whatever_a_site_asks_for_it_gets_that_alone_and_from_one_answer_alone(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    use crate::program::{Running, with_store};
    let sandbox = sandbox().await;
    // The sandbox draws the person's documents.
    let warm = flow.start(sandbox.url()).await;
    let mut visitor = warm.signed_up_as("anna").await;
    visitor.get("/api/details").await.assert_ok();
    let sets = [Vec::new(), EVERY_CLAIM.to_vec()].into_iter();
    let sets = sets.chain(EVERY_CLAIM.map(|claim| vec![claim]));
    let files = Files::new();
    let mut upstream = Relay::bind().await;
    upstream.pass_to(sandbox.local_addr());
    let (mut command, assets) = with_store(&upstream.url(), &files, &EVERY_CLAIM);
    flow.configure(&mut command);
    command.env("WEBKYC_IDENTITY_URL", sandbox.url());
    command.env("WEBKYC_LOG", "trace");
    let running = Running::of(command, assets);
    let shop = running.app.server("shop");
    let mut canaries = std::collections::BTreeSet::new();
    let (mut answered, mut named) = (0, std::collections::BTreeSet::new());
    for asked in sets {
        let mut creation = json!({
            "reference": REFERENCE, "claims": asked, "displayName": DISPLAY_NAME, "expected": {},
        });
        for (claim, member, value) in [
            ("name_match", "name", EXPECTED_NAME),
            ("birthdate_match", "birthdate", "1907-05-03"),
        ] {
            if asked.contains(&claim) {
                creation["expected"][member] = value.into();
            }
        }
        let (id, handle) = shop.create_with(creation).await;
        let mut visitor = running.app.visitor();
        let code = visitor.identify_for(&handle, STATE, "anna").await;
        let session = visitor.exchange(&code, STATE).await.assert_ok();
        let verified = shop
            .get(&format!("/sign-ups/{id}?wait=20"))
            .await
            .assert_ok();
        assert_eq!(verified["status"], "verified", "{asked:?}: {verified}");
        personal(
            &sandbox.verifications().pop().unwrap().details,
            &mut canaries,
        );
        if flow == Flow::WebIdv {
            // By which its API names them.
            let details = &sandbox.verifications().pop().unwrap().details;
            named.extend([
                Some(code.clone()),
                details["id"].as_str().map(str::to_owned),
            ]);
        }
        canaries.extend([
            code,
            handle,
            DISPLAY_NAME.to_owned(),
            EXPECTED_NAME.to_owned(),
        ]);
        canaries.extend(visitor.cookies.into_values());
        let answers = verified["claims"].as_object().unwrap();
        assert_eq!(answers.keys().collect::<Vec<_>>(), asked, "{verified}");
        // The only texts of the person are the values of what was asked for.
        let given: Vec<_> = answers
            .values()
            .map(|answer| answer["value"].clone())
            .collect();
        let mut rest = verified.clone();
        for answer in rest["claims"].as_object_mut().unwrap().values_mut() {
            answer["value"] = Value::Null;
        }
        let (rest, session) = (rest.to_string(), session.to_string());
        for canary in &canaries {
            assert!(!rest.contains(canary), "{asked:?}: {canary} in {rest}");
            assert!(
                !session.contains(canary),
                "{asked:?}: {canary} in {session}"
            );
        }
        for value in given.iter().filter_map(Value::as_str) {
            answered += usize::from(canaries.contains(value));
        }
    }
    assert!(canaries.len() > 20, "{canaries:?}");
    assert!(answered >= 10, "{answered} values are texts of the person");
    let events = shop.get("/events").await.assert_ok().to_string();
    let metrics = running.app.operator("/metrics").send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    let urls = addresses(&upstream);
    let rows = files.rows().await;
    assert!(rows.contains("verified"), "{rows}");
    let database = files.database().await;
    let log = running.program.stop();
    assert!(log.contains("\"TRACE\"") && urls.contains(flow.details_path()));
    for canary in &canaries {
        for (place, text) in [
            ("events", &events),
            ("metrics", &metrics),
            ("rows", &rows),
            ("log", &log),
        ] {
            assert!(!text.contains(canary), "{canary} in {place}");
        }
        let is_named = named.contains(&Some(canary.clone()));
        assert!(is_named || !urls.contains(canary), "{canary} in URLs");
        assert!(!contains(&database, canary), "{canary} in the database");
    }
    for text in [&metrics, &urls, &rows, &log] {
        assert!(!text.contains(REFERENCE));
    }
    assert!(events.contains(REFERENCE) && !contains(&database, REFERENCE));
}
