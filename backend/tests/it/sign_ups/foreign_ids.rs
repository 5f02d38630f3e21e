//! A site's key over the sign-ups and events of another site.

use futures_util::{StreamExt, stream};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, Files, SiteServer, TestApp};

const FOREIGN: usize = 10_000;
/// Requests under way at the same time.
const AT_ONCE: usize = 16;
/// When the clock of tests begins.
const NOW: i64 = 1_900_000_000;

/// Half of them open, half verified, all with an event.
async fn fill(files: &Files) {
    let handle = if files.is_on_postgresql() {
        "convert_to('handle ' || n, 'UTF8')"
    } else {
        "CAST('handle ' || n AS BLOB)"
    };
    let numbers = format!(
        "WITH RECURSIVE numbers(n) AS (
            SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {FOREIGN} - 1)"
    );
    for sql in [
        format!(
            "INSERT INTO sign_ups (id, site, return_key, claims, on_return, livemode, status,
                webhook, handle, created_at, expires_at, ended_at)
             {numbers} SELECT 'su_' || n, 'shop', 'done', '[]', FALSE, FALSE,
                CASE n % 2 WHEN 0 THEN 'created' ELSE 'verified' END, FALSE, {handle},
                {NOW}, {NOW} + 1000000, CASE n % 2 WHEN 0 THEN NULL ELSE {NOW} END FROM numbers"
        ),
        format!(
            "INSERT INTO events (id, kind, sign_up, site, created_at)
             {numbers} SELECT 'evt_' || n, 'sign_up.verified', 'su_' || n, 'shop', {NOW}
                FROM numbers"
        ),
    ] {
        files.execute(&sql).await;
    }
}

/// Asks for every foreign id, and does something with it; gives the answers that were not 404.
async fn answers(server: SiteServer<'_>) -> Vec<String> {
    let calls = [
        ("/sign-ups/su_{n}/claim", json!({"code": "x"})),
        ("/sign-ups/su_{n}/cancel", json!({})),
        ("/sign-ups/su_{n}/redact", json!({})),
        ("/events/evt_{n}/resend", json!({})),
    ];
    let ask = async |number: usize| {
        // A sign-up that is open and one that has ended.
        let (path, body) = &calls[number / 2 % calls.len()];
        let path = path.replace("{n}", &number.to_string());
        let post = server.request(Method::POST, &path).json(body);
        let get = server.request(Method::GET, &format!("/sign-ups/su_{number}"));
        let answers = [Answer::read(get).await, Answer::read(post).await];
        let mut answers = answers.iter().filter(|answer| answer.status != 404);
        answers
            .next()
            .map(|answer| format!("{path}: {}", answer.body))
    };
    let answers = stream::iter(0..FOREIGN).map(ask).buffer_unordered(AT_ONCE);
    answers.filter_map(async |answer| answer).collect().await
}

#[tokio::test]
async fn sup_07_a_sites_key_answers_for_none_of_ten_thousand_foreign_ids() {
    let files = Files::new();
    // It makes the tables.
    drop(TestApp::start_with_store("http://127.0.0.1:9", &files).await);
    fill(&files).await;
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let (shop, bank) = (app.server("shop"), app.server("bank"));
    assert_eq!(shop.sign_up("su_0").await["status"], "created");
    assert_eq!(answers(bank).await, Vec::<String>::new());
    let status = "SELECT COUNT(*) FROM sign_ups WHERE status = 'created' AND redacted_at IS NULL";
    let open = files.query(status).await.remove(0).remove(0);
    assert_eq!(String::from_utf8(open).unwrap(), (FOREIGN / 2).to_string());
    assert!(bank.events().await.is_empty());
}

#[tokio::test]
async fn sup_07_another_sites_sign_up_is_like_one_that_does_not_exist() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let (shop, bank) = (app.server("shop"), app.server("bank"));
    let (foreign, _) = shop.create("customer of the shop").await;
    for path in [
        format!("/sign-ups/{foreign}"),
        format!("/sign-ups/{foreign}?wait=0"),
        "/sign-ups/su_".to_owned(),
    ] {
        let refused = bank.get(&path).await;
        refused.assert_problem(404, "SIGN_UP_NOT_FOUND");
    }
    for (call, body) in [
        ("claim", json!({"code": "x"})),
        ("cancel", json!({})),
        ("redact", json!({})),
    ] {
        let path = format!("/sign-ups/{foreign}/{call}");
        let refused = bank.post(&path, body).await;
        refused.assert_problem(404, "SIGN_UP_NOT_FOUND");
    }
    let listed = bank
        .get("/sign-ups?reference=customer%20of%20the%20shop")
        .await;
    assert_eq!(listed.assert_ok()["signUps"], json!([]));
    bank.get("/sign-ups?site=shop")
        .await
        .assert_problem(400, "UNKNOWN_SITE");
    assert_eq!(shop.sign_up(&foreign).await["status"], "created");
    let all = Answer::read(app.operator("/sign-ups")).await.assert_ok();
    assert_eq!(all["signUps"][0]["id"], foreign);
}
