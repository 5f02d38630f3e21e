//! The rules of the states, of lists, and of repeated creations.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Answer, Files, Flow, OTHER_STATE, SITES, STATE, TestApp, sandbox};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

async fn create_with_key(app: &TestApp, key: &str, body: &Value) -> Answer {
    let request = app.server("shop").request(Method::POST, "/sign-ups");
    Answer::read(request.header("Idempotency-Key", key).json(body)).await
}

#[tokio::test]
async fn the_same_key_and_body_get_the_same_answer_for_a_day() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let body = json!({"reference": "order 1"});
    let first = create_with_key(&app, "order-1", &body).await;
    assert_eq!(first.status, 201);
    let again = create_with_key(&app, "order-1", &body).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    create_with_key(&app, "order-1", &json!({"reference": "order 2"}))
        .await
        .assert_problem(409, "IDEMPOTENCY_KEY_REUSED");
    for key in ["", "a b", &"k".repeat(256)] {
        let refused = create_with_key(&app, key, &body).await;
        refused.assert_problem(400, "BAD_REQUEST");
    }
    let at_once = futures_util::future::join_all((0..8).map(|_| {
        let (app, body) = (&app, &body);
        async move { create_with_key(app, "order-3", body).await.body["id"].clone() }
    }));
    let ids = at_once.await;
    assert!(
        ids.iter().all(|id| id == &ids[0] && id.is_string()),
        "{ids:?}"
    );
    assert_eq!(
        app.server("shop").get("/sign-ups").await.body["signUps"]
            .as_array()
            .unwrap()
            .len(),
        2
    );

    app.advance_clock(DAY + 1);
    crate::harness::eventually("the key is forgotten", async || {
        create_with_key(&app, "order-1", &body).await.body["id"] != first.body["id"]
    })
    .await;
}

#[tokio::test]
async fn a_list_gives_every_sign_up_once_newest_first_and_finds_references() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let shop = app.server("shop");
    let mut created = Vec::new();
    for number in 0..7 {
        created.push(shop.create(&format!("customer {}", number % 2)).await.0);
        // Most of them within the same second.
        app.advance_clock(i64::from(number == 4));
    }
    app.server("bank").create("customer 0").await;
    created.reverse();
    let (mut listed, mut after) = (Vec::new(), String::new());
    loop {
        let page = shop
            .get(&format!("/sign-ups?limit=3{after}"))
            .await
            .assert_ok();
        for sign_up in page["signUps"].as_array().unwrap() {
            listed.push(sign_up["id"].as_str().unwrap().to_owned());
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(listed, created);
    let found = shop
        .get("/sign-ups?reference=customer+1&status=created")
        .await
        .assert_ok();
    assert_eq!(found["signUps"].as_array().unwrap().len(), 3);
    let none = shop.get("/sign-ups?status=verified").await.assert_ok();
    assert_eq!(none["signUps"], json!([]));
    for query in [
        "limit=0",
        "limit=101",
        "after=x",
        "status=gone",
        "refrence=x",
    ] {
        let refused = shop.get(&format!("/sign-ups?{query}")).await;
        refused.assert_problem(400, "BAD_REQUEST");
    }
}

#[rstest]
#[tokio::test]
async fn one_that_is_not_begun_or_not_finished_expires(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (created, _) = shop.create("a").await;
    let (begun, handle) = shop.create("b").await;
    let mut visitor = app.visitor();
    visitor.open(&handle).await.assert_ok();
    app.advance_clock(DAY - 10);
    let begin = json!({"state": STATE, "signUp": handle});
    visitor.post("/api/begin", begin).await.assert_ok();
    app.advance_clock(11);
    shop.sign_up_once(&created, "expired").await;
    assert_eq!(shop.sign_up(&begun).await["status"], "started");
    app.advance_clock(HOUR);
    let expired = shop.sign_up_once(&begun, "expired").await;
    assert_eq!(expired.get("lastReason"), None);
    let events = vec![
        ("sign_up.expired".to_owned(), created),
        ("sign_up.expired".to_owned(), begun.clone()),
    ];
    assert_eq!(shop.events().await, events);
    let opened = visitor.open(&handle).await.assert_ok();
    assert_eq!(opened["status"], "expired");
    assert_eq!(
        opened["returnUrl"],
        format!("https://shop.example/done?x=1&sign_up={begun}")
    );
}

#[rstest]
#[tokio::test]
async fn a_canceled_one_cannot_begin_and_a_returned_one_cannot_be_canceled(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let bank = app.server("bank");
    let (id, handle) = bank.create("a").await;
    let path = format!("/sign-ups/{id}/cancel");
    for _ in 0..2 {
        let canceled = bank.post(&path, json!({})).await.assert_ok();
        assert_eq!(canceled["status"], "canceled");
    }
    let mut visitor = app.visitor();
    visitor.open(&handle).await.assert_ok();
    let begin = json!({"state": STATE, "signUp": handle});
    let refused = visitor.post("/api/begin", begin).await;
    refused.assert_problem(409, "SIGN_UP_ENDED");

    let (id, handle) = bank.create("b").await;
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    visitor.exchange(&code, STATE).await.assert_ok();
    for call in ["cancel", "redact"] {
        let refused = bank
            .post(&format!("/sign-ups/{id}/{call}"), json!({}))
            .await;
        assert_eq!(refused.status, 409, "{call}");
    }
    assert_eq!(bank.events().await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_site_that_claims_its_sign_ups_gets_no_result_before_and_no_second_one(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let bank = app.server("bank");
    let (id, handle) = bank.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "john").await;
    let session = visitor.exchange(&code, STATE).await.assert_ok();
    assert_eq!(session["returnNow"], true);
    // No session cookie: the visitor sees no data here.
    visitor
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_INVALID");
    let back: reqwest::Url = session["returnUrl"].as_str().unwrap().parse().unwrap();
    let query: std::collections::BTreeMap<_, _> = back.query_pairs().into_owned().collect();
    assert_eq!((query["x"].as_str(), &query["sign_up"]), ("1", &id));
    let return_code = query["sign_up_code"].clone();
    assert_eq!(return_code.len(), 22);

    let waiting = bank
        .get(&format!("/sign-ups/{id}?wait=1"))
        .await
        .assert_ok();
    assert_eq!(waiting["status"], "returned");
    assert_eq!(waiting.get("claims"), None);
    assert!(bank.events().await.is_empty());
    let claim = format!("/sign-ups/{id}/claim");
    for wrong in ["", "x", &handle] {
        let refused = bank.post(&claim, json!({"code": wrong})).await;
        refused.assert_problem(409, "SIGN_UP_CODE_INVALID");
    }
    bank.post(&claim, json!({"code": return_code}))
        .await
        .assert_ok();
    let verified = bank.sign_up_once(&id, "verified").await;
    assert_eq!(verified["claims"]["age_over_18"]["value"], true);
    let again = bank.post(&claim, json!({"code": return_code})).await;
    again.assert_problem(409, "SIGN_UP_CODE_INVALID");
    assert_eq!(bank.events().await.len(), 1);

    let (id, handle) = bank.create("b").await;
    let code = visitor.identify_for(&handle, OTHER_STATE, "john").await;
    visitor.exchange(&code, OTHER_STATE).await.assert_ok();
    app.advance_clock(601);
    let failed = bank.sign_up_once(&id, "failed").await;
    assert_eq!(failed["lastReason"], "NOT_CLAIMED");
    assert_eq!(failed.get("claims"), None);
}

#[rstest]
#[tokio::test]
async fn claims_are_kept_for_their_time_and_the_row_for_its_own(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    visitor.exchange(&code, STATE).await.assert_ok();
    shop.sign_up_once(&id, "verified").await;
    let has_claims = async || shop.sign_up(&id).await.get("claims").is_some();
    app.advance_clock(7 * DAY - 60);
    assert!(has_claims().await);
    app.advance_clock(120);
    crate::harness::eventually("the claims are gone", async || !has_claims().await).await;
    assert_eq!(shop.sign_up(&id).await["status"], "verified");
    let first = shop.get("/events").await.assert_ok();
    app.advance_clock(24 * DAY);
    crate::harness::eventually("the event is gone", async || shop.events().await.is_empty()).await;
    // A reader that had seen it goes on; one that had not learns that it missed something.
    let cursor = first["cursor"].as_str().unwrap();
    shop.get(&format!("/events?after={cursor}"))
        .await
        .assert_ok();
    let missed = shop.get("/events?after=AAAAAAAAAAA").await;
    missed.assert_problem(410, "CURSOR_EXPIRED");
    // A cursor that is handed out now is good, although no event is left.
    let quiet = shop.get("/events").await.assert_ok();
    let cursor = quiet["cursor"].as_str().unwrap();
    shop.get(&format!("/events?after={cursor}"))
        .await
        .assert_ok();
    app.advance_clock(400 * DAY);
    crate::harness::eventually("the row is gone", async || {
        shop.get(&format!("/sign-ups/{id}")).await.status == 404
    })
    .await;
    // The log is emptied a moment later.
    crate::harness::eventually("the files hold nothing of it", async || {
        let database = files.database().await;
        let mut windows = database.windows(id.len());
        !windows.any(|bytes| bytes == id.as_bytes())
    })
    .await;
}

#[tokio::test]
async fn a_long_poll_answers_with_the_change_and_ends_with_the_shutdown() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let shop = app.server("shop");
    let (id, _) = shop.create("a").await;
    let path = format!("/sign-ups/{id}?wait=20");
    let (waited, events) = tokio::join!(shop.get(&path), async {
        let events = shop.get("/events?wait=30");
        let cancel = async {
            let path = format!("/sign-ups/{id}/cancel");
            shop.post(&path, json!({})).await.assert_ok();
        };
        tokio::join!(events, cancel).0
    });
    assert_eq!(waited.assert_ok()["status"], "canceled");
    assert_eq!(events.body["events"][0]["data"]["id"], id);
    for path in [
        format!("/sign-ups/{id}?wait=21"),
        "/events?wait=31".to_owned(),
    ] {
        shop.get(&path).await.assert_problem(400, "BAD_REQUEST");
    }
    let (other, _) = shop.create("b").await;
    let path = format!("/sign-ups/{other}?wait=20");
    let (waited, ()) = tokio::join!(shop.get(&path), async { app.stop.announce() });
    assert_eq!(waited.assert_ok()["status"], "created");
}

#[tokio::test]
async fn sup_08_waiting_requests_are_bounded_for_each_key_and_take_no_place_of_others() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let [shop, bank] = SITES.map(|site| app.server(site));
    let polls = futures_util::future::join_all((0..65).map(|_| shop.get("/events?wait=2")));
    let (polls, other) = tokio::join!(polls, bank.get("/events?wait=1"));
    let refused = polls.iter().filter(|answer| answer.status == 429).count();
    assert_eq!(refused, 1, "of 65");
    other.assert_ok();
    shop.get("/events?wait=1").await.assert_ok();
}
