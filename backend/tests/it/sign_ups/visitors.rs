//! The answers to the visitor and to the site's server.

use rstest::rstest;
use serde_json::json;

use crate::harness::{Files, Flow, OTHER_STATE, STATE, TestApp, Visitor, configure_store, sandbox};

#[rstest]
#[tokio::test]
async fn a_site_learns_over_its_own_server_that_its_customer_is_of_age_and_nothing_else(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = flow.start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop
        .create_with(json!({
            "reference": "customer 7", "claims": ["age_over_18"], "displayName": "account a…@…",
        }))
        .await;
    let mut visitor = app.visitor();
    let opened = visitor.open(&handle).await.assert_ok();
    let back = format!("https://shop.example/done?x=1&sign_up={id}");
    let expected = json!({
        "site": "Example shop", "displayName": "account a…@…", "claims": ["age_over_18"],
        "status": "created", "returnUrl": back, "test": true,
    });
    assert_eq!(opened, expected);
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    assert_eq!(shop.sign_up(&id).await["status"], "started");
    let session = visitor.exchange(&code, STATE).await.assert_ok();
    assert_eq!(session["returnUrl"], back);
    assert_eq!(session["signUp"], id);
    assert_eq!(visitor.get("/api/session").await.assert_ok(), session);

    let verified = shop.sign_up_once(&id, "verified").await;
    let claim = &verified["claims"]["age_over_18"];
    assert_eq!(claim["value"], true);
    assert_eq!(verified["claims"].as_object().unwrap().len(), 1);
    assert_eq!(verified["reference"], "customer 7");
    assert_eq!(verified["livemode"], false);
    let events = vec![("sign_up.verified".to_owned(), id.clone())];
    assert_eq!(shop.events().await, events);
    assert!(app.server("bank").events().await.is_empty());
}

#[tokio::test]
async fn the_way_back_to_the_portal_is_not_offered_to_a_visitor_whom_a_site_sent() {
    let files = Files::new();
    let start = TestApp::start_with("http://127.0.0.1:9", |settings| {
        configure_store(settings, &files);
        settings.back_url = Some("https://kyc.example/".into());
    });
    let app = start.await.on(&files);
    let (_, handle) = app.server("shop").create("a").await;
    let mut visitor = app.visitor();
    visitor.open(&handle).await.assert_ok();
    let begin = async |visitor: &mut Visitor<'_>, request| {
        let begun = visitor.post("/api/begin", request).await.assert_ok();
        begun["authorizeUrl"].as_str().unwrap().contains("back_url")
    };
    assert!(begin(&mut visitor, json!({"state": STATE})).await);
    let of_site = json!({"state": OTHER_STATE, "signUp": handle});
    assert!(!begin(&mut visitor, of_site).await);
}
