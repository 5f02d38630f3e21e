//! From begin to details, as the page does it.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use webkyc_backend::config::SiteSettings;
use wiremock::MockServer;

use crate::harness::{CLIENT_ID, Flow, REDIRECT_URI, STATE, TestApp, sandbox};

#[rstest]
#[tokio::test]
async fn a_visitor_signs_up_and_gets_the_issued_data(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    for person in ["anna", "john"] {
        let mut visitor = app.visitor();
        let code = visitor.identify(STATE, person).await;
        let session = visitor.exchange(&code, STATE).await.assert_ok();
        assert_eq!(session["expiresAt"], 1_900_000_000 + 870);
        assert_eq!(visitor.get("/api/session").await.assert_ok(), session);
        let details = visitor.get("/api/details").await.assert_ok();
        let surname = if person == "anna" { "SCHMIDT" } else { "DOE" };
        assert_eq!(details["documents"][0]["surname"], surname);
        assert_eq!(
            details["documents"][0]["croppedFrontImage"]["contentType"],
            "image/jpeg"
        );
    }
}

#[rstest]
#[tokio::test]
async fn a_session_tells_the_site_it_came_from(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let sandbox = sandbox().await;
    let app = flow
        .start_with(sandbox.url(), |settings| {
            let site = SiteSettings {
                name: "Shop".into(),
                returns: [("done".into(), "https://shop.example/done?x=1".into())].into(),
                ..SiteSettings::default()
            };
            settings.sites = [("shop".to_owned(), site)].into();
        })
        .await;
    for (came_from, expected) in [
        (
            json!({"site": "shop", "return": "done"}),
            json!({"site": "shop", "return": "done", "returnUrl": "https://shop.example/done?x=1"}),
        ),
        (json!({"site": "shop"}), json!({"site": "shop"})),
        (json!({}), json!({})),
    ] {
        let mut visitor = app.visitor();
        let mut request = came_from.clone();
        request["state"] = json!(STATE);
        let code = visitor.identify_as(request, "anna").await;
        let mut session = visitor.exchange(&code, STATE).await.assert_ok();
        assert_eq!(visitor.get("/api/session").await.assert_ok(), session);
        let members = session.as_object_mut().unwrap();
        assert!(members.remove("sessionId").is_some());
        assert!(members.remove("expiresAt").is_some());
        assert_eq!(session, expected, "{came_from}");
    }
}

#[tokio::test]
async fn the_authorize_url_is_the_guides() {
    let app = TestApp::start_with("http://127.0.0.1:9", |settings| {
        settings.identity_url = Some("https://identity.authenteq.com".into());
        settings.back_url = Some("https://shop.example/?a=b&c".into());
    })
    .await;
    let url = app.visitor().begin(STATE).await;
    assert!(
        url.as_str()
            .starts_with("https://identity.authenteq.com/authorize?")
    );
    let pairs: Vec<_> = url.query_pairs().collect();
    let expected = [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "kyc"),
        ("state", STATE),
        ("back_url", "https://shop.example/?a=b&c"),
    ];
    assert_eq!(pairs, expected.map(|(n, v)| (n.into(), v.into())));
}

#[tokio::test]
async fn a_state_is_32_bytes_of_base64url() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    for state in [
        "",
        "abc",
        &STATE[1..],
        &format!("{STATE}A"),
        &STATE.replace('c', "+"),
    ] {
        let answer = app
            .visitor()
            .post("/api/begin", json!({"state": state}))
            .await;
        answer.assert_problem(400, "BAD_REQUEST");
    }
}

#[rstest]
#[tokio::test]
async fn red_01_a_return_is_a_key_and_never_an_address(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    flow.lets_begin(&server).await;
    let app = flow
        .start_with(&server.uri(), |settings| {
            let returns = [(
                "done".to_owned(),
                "https://shop.example/done?x=1".to_owned(),
            )];
            let site = SiteSettings {
                name: "Shop".into(),
                returns: returns.into(),
                ..SiteSettings::default()
            };
            settings.sites = [("shop".to_owned(), site)].into();
        })
        .await;
    let begin = async |site: Value, key: Value| {
        let body = json!({"state": STATE, "site": site, "return": key});
        app.visitor().post("/api/begin", body).await
    };
    begin(json!("shop"), json!("done")).await.assert_ok();
    begin(json!("shop"), Value::Null).await.assert_ok();
    let evil = [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:1",
        "",
        "DONE",
    ];
    for key in evil {
        let answer = begin(json!("shop"), json!(key)).await;
        answer.assert_problem(400, "UNKNOWN_RETURN");
        begin(json!(key), json!("done"))
            .await
            .assert_problem(400, "UNKNOWN_SITE");
    }
    begin(Value::Null, json!("done"))
        .await
        .assert_problem(400, "UNKNOWN_RETURN");

    let calls = server.received_requests().await.unwrap().len();
    assert_eq!(
        calls,
        2 * (flow.calls_to_sign_up() - 1),
        "of those that begin"
    );
    let config = app.visitor().get("/api/config").await.assert_ok();
    assert_eq!(
        config["sites"][0]["returns"][0]["url"],
        "https://shop.example/done?x=1"
    );
}

#[tokio::test]
async fn acc_11_only_json_reaches_a_handler() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let visitor = app.visitor();
    let body = json!({"state": STATE}).to_string();
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/ld+json",
    ] {
        let request = visitor
            .request(Method::POST, "/api/begin")
            .body(body.clone());
        let request = request.header("content-type", media_type);
        let answer = app.visitor().send(request).await;
        answer.assert_problem(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    let request = visitor.request(Method::POST, "/api/begin").body(body);
    let answer = app.visitor().send(request).await;
    answer.assert_problem(415, "UNSUPPORTED_MEDIA_TYPE");
}
