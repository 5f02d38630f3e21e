//! The address that a visitor goes back to: registered, and the same from call to call.

use url::Url;

use crate::harness::{REDIRECT_URI, Stack, assert_refused, assert_refused_on_a_page, parameter};

const DIFFERS: &str = "Parameter 'redirectUri' does not match the one the code was sent to";

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn authorize_path(redirect_uri: &str) -> String {
    format!(
        "/authorize?response_type=code&client_id=client!%2BID&redirect_uri={redirect_uri}&state=s&sandbox_scenario=anna"
    )
}

/// The address of the return, for a sign-up that began with this redirect URI, spelled as given.
async fn come_back(stack: &Stack, redirect_uri: &str) -> String {
    let response = stack.get(&authorize_path(redirect_uri)).await;
    assert_eq!(response.status().as_u16(), 303, "{redirect_uri}");
    response.headers()["location"].to_str().unwrap().to_owned()
}

/// The token call's answer to this redirect URI, for a code that was sent to another.
async fn exchange(stack: &Stack, asked: &str, named: &str) -> reqwest::Response {
    let back: Url = come_back(stack, &encoded(asked)).await.parse().unwrap();
    let mut form = Stack::token_form(&parameter(&back, "code").unwrap());
    form.insert("redirectUri", named.to_owned());
    stack.exchange(&form).await
}

#[tokio::test]
async fn sbx_03_a_missing_redirect_uri_is_refused_though_only_one_is_registered() {
    let stack = Stack::start().await;
    for more in ["", "&redirect_uri", "&redirect_uri="] {
        let path = format!(
            "/authorize?response_type=code&client_id=client!%2BID&scope=kyc&state=s&sandbox_scenario=anna{more}"
        );
        let page = assert_refused_on_a_page(&stack, &path, "redirect_uri").await;
        assert!(page.contains("It is missing."), "{page}");
    }
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn oa_12_sbx_03_an_unregistered_redirect_uri_gets_no_redirect() {
    let stack = Stack::start().await;
    for uri in [
        "https://evil.example/results",
        "http://localhost:8080/results/",
        "http://localhost:8080/Results",
        "http://localhost:8080/result",
        "http://localhost:8080/results2",
        "http://localhost:8080/results;x",
        "http://localhost:8081/results",
        "http://127.0.0.1:8080/results",
        "http://LOCALHOST:8080/results",
        "https://localhost:8080/results",
        "http://localhost:8080/x/../results",
        "http://localhost:8080/%72esults",
        "http://localhost:8080@evil.example/results",
        "http://localhost:8080.evil.example/results",
        "http://evil.example/?http://localhost:8080/results",
        "http://localhost:8080/results#fragment",
        "http://localhost:8080/results?code=planted",
        "http://localhost:8080/results?a=1&st%61te=planted",
        "//evil.example",
        "javascript:alert(1)",
        "http:localhost:8080/results",
    ] {
        for start in ["/authorize", "/oauth"] {
            let path = authorize_path(&encoded(uri)).replace("/authorize", start);
            assert_refused_on_a_page(&stack, &path, "redirect_uri").await;
        }
    }
    assert!(stack.sandbox.verifications().is_empty());
}

/// Sites put a value for each visitor behind the address they have registered.
#[tokio::test]
async fn a_query_added_to_a_registered_redirect_uri_is_accepted_and_stays_as_it_is() {
    let stack = Stack::start().await;
    for query in [
        "u_id=A-B",
        "b=2&a=1",
        "id=14567678&email=user@business.com",
        "next=%2Fhome%3Fx%3D1",
        "q=%e9+%2B",
        "a=1&a=2&&",
        "flag",
    ] {
        let asked = format!("{REDIRECT_URI}?{query}");
        let back = come_back(&stack, &encoded(&asked)).await;
        let rest = back.strip_prefix(asked.as_str()).unwrap();
        let code = rest.trim_start_matches('&').strip_prefix("code=").unwrap();
        let (code, state) = code.split_once('&').unwrap();
        assert_eq!(state, "state=s");

        let mut form = Stack::token_form(code);
        form.insert("redirectUri", asked.clone());
        assert_eq!(
            stack.exchange(&form).await.status().as_u16(),
            200,
            "{asked}"
        );
    }
}

#[tokio::test]
async fn oa_12_sbx_03_the_token_call_must_name_the_redirect_uri_with_the_same_query() {
    let stack = Stack::start().await;
    let with = |query: &str| format!("{REDIRECT_URI}?{query}");
    for (asked, named) in [
        (REDIRECT_URI.to_owned(), with("x=1")),
        (with("x=1"), REDIRECT_URI.to_owned()),
        (with("x=1"), with("x=2")),
        (with("x=1"), with("X=1")),
        (with("x=1&y=2"), with("y=2&x=1")),
        (with("x=1"), with("x=1&")),
        (REDIRECT_URI.to_owned(), format!("{REDIRECT_URI}/")),
        (REDIRECT_URI.to_owned(), format!("{REDIRECT_URI}?")),
        (REDIRECT_URI.to_owned(), "https://evil.example/".to_owned()),
    ] {
        let response = exchange(&stack, &asked, &named).await;
        assert_refused(response, 400, "INVALID_REQUEST_PARAMETER", DIFFERS).await;
    }
}

#[tokio::test]
async fn the_token_call_may_encode_the_redirect_uri_more_or_less_often() {
    let stack = Stack::start().await;
    for (asked, named) in [
        ("?mail=a@b", "?mail=a%40b"),
        ("?mail=a%40b", "?mail=a@b"),
        ("?next=%2Fhome", "?next=%2fhome"),
    ] {
        let [asked, named] = [asked, named].map(|query| format!("{REDIRECT_URI}{query}"));
        let response = exchange(&stack, &asked, &named).await;
        assert_eq!(response.status().as_u16(), 200, "{asked} {named}");
    }
}
