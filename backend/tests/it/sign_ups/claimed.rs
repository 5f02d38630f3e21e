//! Sign-ups of a site that shows the results and claims them: `club`.

use rstest::rstest;
use serde_json::json;
use webkyc_sandbox::{Effect, Endpoint, Fault, Times};

use crate::harness::{
    Answer, Files, Flow, OPERATOR_KEY, OTHER_STATE, STATE, TestApp, eventually, sandbox,
    sign_up_code,
};

/// The data can be seen for 14 and a half minutes, and claimed ten minutes later.
const SHOWN: i64 = 870;
const UNTIL: i64 = SHOWN + 600;

#[rstest]
#[tokio::test]
async fn a_visitor_who_is_shown_the_results_can_be_claimed_ten_minutes_after_they_end(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let club = app.server("club");
    let create = json!({"reference": "a", "return": "done", "claims": ["age_over_18"]});
    let (id, handle) = club.create_with(create.clone()).await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "john").await;
    let session = visitor.exchange(&code, STATE).await.assert_ok();
    assert_eq!(session.get("returnNow"), None);
    let return_code = sign_up_code(&session);
    // The session is the visitor's, and the way back is there after a reload too.
    visitor.get("/api/details").await.assert_ok();
    let reloaded = visitor.get("/api/session").await.assert_ok();
    assert_eq!(reloaded["returnUrl"], session["returnUrl"]);
    let is_evaluated = async |count| app.store_faults.count("reply of verified") == count;
    eventually("the result is there", async || is_evaluated(1).await).await;

    app.advance_clock(UNTIL - 10);
    assert_eq!(club.sign_up(&id).await["status"], "returned");
    assert!(club.events().await.is_empty());
    let redact = format!("/sign-ups/{id}/redact");
    let early = club.post(&redact, json!({})).await;
    early.assert_problem(409, "SIGN_UP_NOT_ENDED");
    club.claim(&id, &return_code).await.assert_ok();
    let verified = club.sign_up_once(&id, "verified").await;
    assert_eq!(verified["claims"]["age_over_18"]["value"], true);
    club.post(&redact, json!({})).await.assert_ok();

    let (id, handle) = club.create_with(create).await;
    let code = visitor.identify_for(&handle, OTHER_STATE, "john").await;
    let session = visitor.exchange(&code, OTHER_STATE).await.assert_ok();
    eventually("the result is there", async || is_evaluated(2).await).await;
    app.advance_clock(UNTIL + 1);
    let failed = club.sign_up_once(&id, "failed").await;
    assert_eq!(failed["lastReason"], "NOT_CLAIMED");
    let late = club.claim(&id, &sign_up_code(&session)).await;
    late.assert_problem(409, "SIGN_UP_CODE_INVALID");
    club.post(&format!("/sign-ups/{id}/redact"), json!({}))
        .await
        .assert_ok();
}

#[rstest]
#[tokio::test]
async fn ages_are_counted_on_the_calendar_day_at_the_site(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let (shop, club) = (app.server("shop"), app.server("club"));
    let mut visitor = app.visitor();
    let (at_shop, handle) = shop.create("a").await;
    let code = visitor.identify_for(&handle, STATE, "john").await;
    visitor.exchange(&code, STATE).await.assert_ok();
    let create = json!({"reference": "a", "return": "done", "claims": ["age_over_18"]});
    let (at_club, handle) = club.create_with(create).await;
    let code = visitor.identify_for(&handle, OTHER_STATE, "john").await;
    let session = visitor.exchange(&code, OTHER_STATE).await.assert_ok();
    club.claim(&at_club, &sign_up_code(&session))
        .await
        .assert_ok();
    // The clock begins at 17:46 UTC, when the next day has begun at the club.
    for (server, id, day) in [(shop, at_shop, "2030-03-17"), (club, at_club, "2030-03-18")] {
        let verified = server.sign_up_once(&id, "verified").await;
        assert_eq!(verified["claims"]["age_over_18"]["evaluatedOn"], day);
    }
}

#[rstest]
#[tokio::test]
async fn sup_46_a_text_that_came_twice_answers_no_claim(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let mut visitor = app.visitor();
    let claims = ["age_over_18", "document_number", "given_name"];
    let create = json!({"reference": "a", "claims": claims});
    let (id, handle) = shop.create_with(create).await;
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    let body = r#"{"documentData":{"documentNumber":"1",
        "dateOfBirth":"2020-01-01","dateOfBirth":"1980-01-01"}}"#;
    let client = sandbox.client(crate::harness::CLIENT_ID).unwrap();
    let fault = Fault {
        at: match flow {
            Flow::WebKyc => Endpoint::Details,
            Flow::WebIdv => Endpoint::ExportJson,
        },
        effect: Effect::Respond {
            status: 200,
            content_type: "application/json".to_owned(),
            body: body.to_owned(),
        },
        times: Times::Always,
    };
    client.inject(fault).unwrap();
    visitor.exchange(&code, STATE).await.assert_ok();
    let verified = shop.sign_up_once(&id, "verified").await;
    let values = claims.map(|claim| verified["claims"][claim]["value"].clone());
    assert_eq!(values, [json!("unknown"), json!(null), json!(null)]);
}

#[tokio::test]
async fn a_site_with_several_returns_names_one() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let club = app.server("club");
    let refused = club.post("/sign-ups", json!({"reference": "a"})).await;
    refused.assert_problem(400, "BAD_REQUEST");
    let title = refused.body["title"].as_str().unwrap();
    assert!(title.starts_with("return is required"), "{title}");
    club.create_with(json!({"reference": "a", "return": "members"}))
        .await;
}

#[tokio::test]
async fn the_operator_names_the_site_of_a_creation_and_of_a_search() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let create = async |body| {
        let request = app.http.post(format!("{}/sign-ups", app.operator_address));
        Answer::read(request.bearer_auth(OPERATOR_KEY).json(&body)).await
    };
    let refused = create(json!({"reference": "a"})).await;
    refused.assert_problem(400, "BAD_REQUEST");
    let title = refused.body["title"].as_str().unwrap();
    assert!(title.starts_with("site is required"), "{title}");
    create(json!({"reference": "a", "site": "nowhere"}))
        .await
        .assert_problem(400, "UNKNOWN_SITE");
    let created = create(json!({"reference": "a", "site": "shop"})).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let id = created.body["id"].as_str().unwrap();
    assert_eq!(app.server("shop").sign_up(id).await["reference"], "a");

    let search = async |query| Answer::read(app.operator(&format!("/sign-ups?{query}"))).await;
    let refused = search("reference=a").await;
    refused.assert_problem(400, "BAD_REQUEST");
    let found = search("reference=a&site=shop").await.assert_ok();
    assert_eq!(found["signUps"][0]["id"], id);
}
