//! `POST /api/begin`: Authenteq is asked where the visitor goes.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use webkyc_backend::Limits;
use webkyc_sandbox::{Client, Sandbox};
use webkyc_test_kit::fault_proxy::{Fault, FaultProxy, Phase};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::{
    fault_matrix::impatient,
    harness::{
        CLIENT_ID, CLIENT_SECRET, Flow, OTHER_STATE, REDIRECT_URI, STATE, TestApp, eventually,
        sandbox,
    },
    stub::Stub,
};

/// The parameters of a call, decoded.
fn pairs(url: &Url) -> Vec<(String, String)> {
    url.query_pairs().into_owned().collect()
}

#[tokio::test]
async fn the_calls_are_those_of_the_reference_and_name_the_same_redirect_url() {
    for (slug, multi_document, uri, joint) in [
        (None, None, REDIRECT_URI, '?'),
        (
            Some("adults"),
            Some("true"),
            "https://kyc.example/results?a=b",
            '&',
        ),
        (None, Some("false"), REDIRECT_URI, '?'),
    ] {
        let server = MockServer::start().await;
        Flow::WebIdv.lets_sign_up(&server).await;
        let authenteq = server.uri();
        let app = Flow::WebIdv.start_with(&authenteq, |settings| {
            settings.idv_flow_slug = slug.map(str::to_owned);
            settings.idv_multi_document = multi_document.map(str::to_owned);
            settings.redirect_uri = Some(uri.into());
        });
        let app = app.await;
        let mut visitor = app.visitor();
        let url = visitor.begin(STATE).await;
        assert_eq!(url.as_str(), format!("{}/verify?token=a", server.uri()));
        visitor.exchange("code", STATE).await.assert_ok();

        let asked = server.received_requests().await.unwrap();
        let [begun, exchanged] = asked.as_slice() else {
            panic!("{asked:?}");
        };
        let redirect_url = pairs(&begun.url)[0].1.clone();
        let start = format!("{uri}{joint}state={STATE}&webkyc_flow=");
        let name = redirect_url.strip_prefix(&start).unwrap();
        assert_eq!(name.len(), 22);
        let owned = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(pairs(&begun.url), [owned("redirectUrl", &redirect_url)]);
        assert_eq!(
            pairs(&exchanged.url),
            [owned("redirectUrl", &redirect_url), owned("code", "code")]
        );
        assert_eq!(begun.url.path(), "/web-idv/verification-url");
        assert_eq!(exchanged.url.path(), "/web-idv/verification-result");
        let keys = BASE64_STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
        for call in [begun, exchanged] {
            assert_eq!(call.method, Method::GET);
            assert_eq!(call.headers["authorization"], format!("Basic {keys}"));
            for name in ["cookie", "referer"] {
                assert!(!call.headers.contains_key(name));
            }
        }
        let header = |name: &str| {
            let value = begun.headers.get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        assert_eq!(header("aq-flow-slug").as_deref(), slug);
        let on = multi_document.filter(|word| *word == "true").map(|_| "On");
        assert_eq!(header("aq-multi-document-flow").as_deref(), on);
    }
}

#[tokio::test]
async fn no_two_flows_have_the_same_redirect_url() {
    let sandbox = sandbox().await;
    let app = Flow::WebIdv.start(sandbox.url()).await;
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..10 {
        let visitor = &mut app.visitor();
        let url = visitor.begin(STATE).await;
        let returned = visitor.come_back(url, "anna").await;
        names.insert(returned["webkyc_flow"].clone());
    }
    assert_eq!(names.len(), 10);
}

#[tokio::test]
async fn up_30_an_address_that_is_not_the_identity_servers_is_not_passed_on() {
    let server = MockServer::start().await;
    let authenteq = server.uri();
    let app = Flow::WebIdv.start_with(&authenteq, |settings| {
        settings.identity_url = Some("https://identity.example/base".into());
    });
    let app = app.await;
    let long = format!(
        "https://identity.example/base/verify?token={}",
        "a".repeat(4 << 10)
    );
    for url in [
        json!("https://evil.example/base/verify?token=a"),
        json!("http://identity.example/base/verify?token=a"),
        json!("https://identity.example:444/base/verify?token=a"),
        json!("https://identity.example.evil.example/base/verify?token=a"),
        json!("https://evil@identity.example/base/verify?token=a"),
        json!("https://identity.example/verify?token=a"),
        json!("https://identity.example/base/verify/?token=a"),
        json!("https://identity.example/base/verify/../evil?token=a"),
        json!("https://identity.example/base/Verify?token=a"),
        json!("//identity.example/base/verify?token=a"),
        json!("/base/verify?token=a"),
        json!("javascript:alert(1)"),
        json!(""),
        json!(long),
        json!(7),
        json!(["https://identity.example/base/verify"]),
        Value::Null,
    ] {
        server.reset().await;
        let answer = ResponseTemplate::new(200).set_body_json(json!({"verificationUrl": url}));
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let mut visitor = app.visitor();
        let refused = visitor.post("/api/begin", json!({"state": STATE})).await;
        refused.assert_problem(502, "UPSTREAM_BAD_BODY");
        assert!(visitor.cookies.is_empty(), "{url}");
    }
    let right = "https://identity.example/base/verify?token=a&lang=de#x";
    server.reset().await;
    let answer =
        ResponseTemplate::new(200).set_body_json(json!({"verificationUrl": right, "more": 1}));
    Mock::given(any()).respond_with(answer).mount(&server).await;
    assert_eq!(app.visitor().begin(STATE).await.as_str(), right);
}

/// A sandbox whose client has these secret and redirect URIs.
async fn sandbox_of(secret: &str, redirect_uri: &str) -> Sandbox {
    Sandbox::start_with(webkyc_sandbox::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        clients: vec![Client::new(CLIENT_ID, secret, redirect_uri).unwrap()],
        ..webkyc_sandbox::Config::default()
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn up_10_no_visitor_leaves_where_authenteq_refuses_the_site() {
    for (secret, redirect_uri, code) in [
        (
            CLIENT_SECRET,
            "https://kyc.example/other",
            "UPSTREAM_CONFIG",
        ),
        ("another", REDIRECT_URI, "UPSTREAM_AUTH"),
    ] {
        let sandbox = sandbox_of(secret, redirect_uri).await;
        let app = Flow::WebIdv.start(sandbox.url()).await;
        let mut visitor = app.visitor();
        let refused = visitor.post("/api/begin", json!({"state": STATE})).await;
        refused.assert_problem(502, code);
        assert!(visitor.cookies.is_empty());
    }
}

#[tokio::test]
async fn oa_24_only_a_request_that_may_begin_asks_authenteq() {
    let sandbox = sandbox().await;
    let app = Flow::WebIdv.start(sandbox.url()).await;
    let visitor = app.visitor();
    let good = json!({"state": STATE});
    for method in [Method::GET, Method::HEAD] {
        let answer = visitor.request(method, "/api/begin").send().await.unwrap();
        assert_eq!(answer.status(), 405);
    }
    let post = || visitor.request(Method::POST, "/api/begin");
    for request in [
        post().json(&json!({"state": "x"})),
        post().json(&json!({"state": STATE, "site": "unknown"})),
        post().json(&json!({"state": STATE, "signUp": STATE})),
        post()
            .json(&good)
            .header("sec-purpose", "prefetch;prerender")
            .header("origin", "null"),
        app.bare(Method::POST, "/api/begin").json(&good),
    ] {
        let status = request.send().await.unwrap().status();
        assert!(status.is_client_error(), "{status}");
    }
    let asked = |sandbox: &Sandbox| {
        let calls = sandbox.requests().into_iter();
        calls
            .filter(|call| call.path == "/web-idv/verification-url")
            .count()
    };
    assert_eq!(asked(&sandbox), 0);
    let mut begun = 0;
    loop {
        let answer = post().json(&good).send().await.unwrap();
        if answer.status() == 429 {
            break;
        }
        assert_eq!(answer.status(), 200);
        begun += 1;
    }
    assert_eq!(asked(&sandbox), begun);
}

#[tokio::test]
async fn fe_15_one_address_that_begins_leaves_the_places_to_others_and_to_exchanges() {
    let stub = Stub::start().await;
    let proxy = FaultProxy::start(stub.address).await;
    let mut limits = impatient();
    limits.authenteq.calls = 16;
    limits.authenteq.wait = Duration::from_millis(200);
    limits.authenteq.verification_url = Limits::default().authenteq.verification_url;
    let app = Flow::WebIdv
        .start_limited(&proxy.url(), |_| {}, limits)
        .await;
    let mut waiting = app.visitor();
    waiting.begin(OTHER_STATE).await;

    proxy.arm(Some((Fault::Silence, Phase::Headers))).await;
    let begin = |from: &str| {
        let visitor = app.visitor_from(from);
        let request = visitor.request(Method::POST, "/api/begin");
        tokio::spawn(request.json(&json!({"state": STATE})).send())
    };
    let greedy: Vec<_> = (0..8).map(|_| begin("192.0.2.1")).collect();
    let free = async || app.free("verification_url_calls").await;
    eventually("two places are taken", async || free().await == 14.0).await;
    let other = begin("192.0.2.2");
    eventually("another has its own", async || free().await == 13.0).await;
    assert_eq!(app.free("token_calls").await, 16.0);
    // Those beyond the share are turned away, and nothing else is taken.
    let turned_away = async || {
        let name = "webkyc_problems_total{code=\"OVERLOADED\"}";
        app.metric(name).await == 6.0
    };
    eventually("six are turned away", turned_away).await;
    proxy.arm(None).await;
    waiting.exchange("code", OTHER_STATE).await.assert_ok();
    for asking in greedy.into_iter().chain([other]) {
        asking.abort();
    }
    eventually("places come back", async || free().await == 16.0).await;
}

#[tokio::test]
async fn oa_18_a_sign_up_that_cannot_be_left_for_authenteq_is_not_begun() {
    let app: TestApp = Flow::WebIdv.start("http://127.0.0.1:9").await;
    let mut visitor = app.visitor();
    let refused = visitor.post("/api/begin", json!({"state": STATE})).await;
    refused.assert_problem(502, "UPSTREAM_CONNECT");
    assert_eq!(refused.body["retryable"], true);
    assert!(visitor.cookies.is_empty());
}
