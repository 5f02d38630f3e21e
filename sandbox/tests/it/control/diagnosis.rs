//! The diagnosis of the mistakes that most first sign-ups have in them.

use serde_json::{Value, json};
use webkyc_sandbox::Client;

use super::api::Api;
use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack};

const BACK: &str = "http://localhost:8080/results?a=1&b=2";
const START: &str = "/authorize?response_type=code&scope=kyc&state=s&client_id=client!%2BID";

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn a_redirect_uri_that_differs_stands_beside_the_registered_one() {
    let stack = Stack::of(vec![
        Client::new(CLIENT_ID, SECRET, "https://shop.example/back")
            .unwrap()
            .redirecting_to(REDIRECT_URI)
            .unwrap(),
    ])
    .await;
    let api = Api::of(&stack).await;
    for (sent, received, cause) in [
        (
            "http%3A%2F%2Flocalhost%3A8080%2Fresults%2F",
            "http://localhost:8080/results/",
            "A slash at the end",
        ),
        (
            "http%253A%252F%252Flocalhost%253A8080%252Fresults",
            "http%3A%2F%2Flocalhost%3A8080%2Fresults",
            "%252F and %253A",
        ),
        (
            "http://localhost:8080%252Fresults",
            "http://localhost:8080%2Fresults",
            "%252F and %253A",
        ),
        (
            "https://localhost:8080/results",
            "https://localhost:8080/results",
            "the other https",
        ),
        (
            "http://localhost:8080/results2?u_id=7",
            "http://localhost:8080/results2",
            "The paths differ",
        ),
    ] {
        let page = stack.get(&format!("{START}&redirect_uri={sent}")).await;
        assert_eq!(page.status().as_u16(), 400, "{sent}");
        assert!(page.text().await.unwrap().contains(cause), "{sent}");
        let kyc = api.last_call().await;

        let path = format!("/web-idv/verification-url?redirectUrl={sent}");
        assert_eq!(stack.ask(&path).await.status().as_u16(), 400, "{sent}");
        let idv = api.last_call().await;
        let expected = json!({ "received": received, "expected": REDIRECT_URI });
        for call in [kyc, idv] {
            assert_eq!(call["comparison"], expected, "{sent}");
            assert!(text(&call["failure"]).contains(cause), "{call}");
        }
    }
    stack.approve("anna").await;
    assert_eq!(api.last_call().await["comparison"], Value::Null);
}

#[tokio::test]
async fn a_redirect_uri_that_is_another_in_the_second_call_stands_beside_the_first() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let encoded = "http%3A%2F%2Flocalhost%3A8080%2Fresults%3Fa%3D1%26b%3D2";
    for (second, cause) in [
        (
            "http://localhost:8080/results?a=1&amp;b=2",
            "&amp; in place of &",
        ),
        ("http://localhost:8080/results/?a=1&b=2", "The paths differ"),
        (
            "http%253A%252F%252Flocalhost%253A8080%252Fresults%253Fa%253D1%2526b%253D2",
            "encoded once too often",
        ),
        ("http://127.0.0.1:8080/results?a=1&b=2", "The hosts differ"),
    ] {
        let path = format!("{START}&redirect_uri={encoded}&sandbox_scenario=anna");
        let back = crate::harness::location(&stack.get(&path).await);
        let code = crate::harness::parameter(&back, "code").unwrap();
        let mut form = Stack::token_form(&code);
        form.insert("redirectUri", second.to_owned());
        assert_eq!(
            stack.exchange(&form).await.status().as_u16(),
            400,
            "{second}"
        );
        let call = api.last_call().await;
        let expected = json!({ "received": second, "expected": BACK });
        assert_eq!(call["comparison"], expected);
        assert!(text(&call["failure"]).contains(cause), "{call}");
    }
    let back = stack.come_back(encoded, "john").await;
    let code = crate::harness::parameter(&back.parse().unwrap(), "code").unwrap();
    assert_eq!(
        stack.result(REDIRECT_URI, &code).await.status().as_u16(),
        400
    );
    let expected = json!({ "received": REDIRECT_URI, "expected": BACK });
    assert_eq!(api.last_call().await["comparison"], expected);
}

#[tokio::test]
async fn other_values_that_were_encoded_twice_are_recognized_too() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let page = stack.get("/authorize?client_id=client!%252BID").await;
    assert_eq!(page.status().as_u16(), 400);
    let call = api.last_call().await;
    assert!(text(&call["failure"]).contains("%252F and %253A"), "{call}");

    let path = stack.authorize_path("&back_url=https%253A%252F%252Fshop.example%252F");
    assert_eq!(stack.get(&path).await.status().as_u16(), 303);
    let remarks = api.last_call().await["remarks"].to_string();
    assert!(remarks.contains("%252F and %253A"), "{remarks}");
}

#[tokio::test]
async fn a_link_that_was_copied_out_of_html_is_known_by_its_amp() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let link = "/authorize?response_type=code&amp;client_id=client!%2BID";
    let page = stack.get(link).await.text().await.unwrap();
    assert!(
        page.contains("amp;amp;") || page.contains("&#38;amp;"),
        "{page}"
    );
    let call = api.last_call().await;
    assert!(
        text(&call["failure"]).contains("the link has &amp; in place of &"),
        "{call}"
    );

    // Where nothing that is needed is lost, it is a remark.
    let path = stack.authorize_path("&amp;state=s");
    assert_eq!(stack.get(&path).await.status().as_u16(), 303);
    let remarks = api.last_call().await["remarks"].to_string();
    assert!(
        remarks.contains("unknown: amp;state") && remarks.contains("has &amp;"),
        "{remarks}"
    );

    let path = format!("/web-idv/verification-result?redirectUrl={REDIRECT_URI}&amp;code=x");
    assert_eq!(stack.ask(&path).await.status().as_u16(), 400);
    let call = api.last_call().await;
    assert!(text(&call["failure"]).contains("amp;code came"), "{call}");
}

#[tokio::test]
async fn every_call_lists_the_parameters_that_it_does_not_know() {
    let stack = Stack::start().await;
    let api = Api::of(&stack).await;
    let id = stack.verified("john").await;
    let url = stack.verification_url(REDIRECT_URI).await;
    let verify = format!("{}?{}&utm=1&lang=en", url.path(), url.query().unwrap());
    for path in [
        format!("/web-idv/verification-url?redirectUrl={REDIRECT_URI}&utm=1&lang=en"),
        format!("/web-idv/verification-result?redirectUrl={REDIRECT_URI}&code=x&utm=1&lang=en"),
        verify,
        format!("/export/verification-result-as-pdf?utm=1&verificationId={id}&lang=en"),
        stack.authorize_path("&utm=1&lang=en"),
    ] {
        stack.ask(&path).await;
        let remarks = api.last_call().await["remarks"].to_string();
        assert!(
            remarks.contains("being unknown: utm, lang."),
            "{path}: {remarks}"
        );
    }
    let mut form = Stack::token_form("x");
    form.insert("client_name", "me".to_owned());
    stack.exchange(&form).await;
    let remarks = api.last_call().await["remarks"].to_string();
    assert!(remarks.contains("being unknown: client_name."), "{remarks}");
}
