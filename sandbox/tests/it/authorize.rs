//! `/authorize`: accepted and refused parameters, and the return.

use crate::harness::{Stack, assert_refused_on_a_page, location};

#[tokio::test]
async fn a_wrong_parameter_is_named_on_a_page() {
    let stack = Stack::start().await;
    let right = stack.authorize_path("");
    for (name, from, to) in [
        ("response_type", "response_type=code", "response_type=token"),
        (
            "client_id",
            "client_id=client!%2BID",
            "client_id=CLIENT!%2BID",
        ),
        (
            "client_id",
            "client_id=client!%2BID",
            "client_id=client!+ID2",
        ),
        ("scope", "scope=kyc", "scope=kyc+openid"),
    ] {
        assert_refused_on_a_page(&stack, &right.replace(from, to), name).await;
    }
    let page = assert_refused_on_a_page(
        &stack,
        &format!("{right}&sandbox_scenario=nobody"),
        "sandbox_scenario",
    )
    .await;
    for name in ["anna", "john", "cancelled"] {
        assert!(page.contains(name), "{page}");
    }
}

#[tokio::test]
async fn a_parameter_given_twice_is_refused() {
    let stack = Stack::start().await;
    for name in [
        "state",
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "back_url",
    ] {
        let path = stack.authorize_path(&format!("&{name}=1&{name}=1"));
        assert_refused_on_a_page(&stack, &path, name).await;
    }
}

#[tokio::test]
async fn sbx_05_what_was_received_is_shown_as_text() {
    let stack = Stack::start().await;
    let path = "/authorize?client_id=%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let page = assert_refused_on_a_page(&stack, path, "client_id").await;
    assert!(!page.contains("<script"), "{page}");
    assert!(
        page.contains("&#60;script") || page.contains("&lt;script"),
        "{page}"
    );
}

#[tokio::test]
async fn giving_up_returns_the_state_and_no_code() {
    let stack = Stack::start().await;
    let target = stack.approve("cancelled").await;
    assert_eq!(target.as_str(), "http://localhost:8080/results?state=s");
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn only_an_absolute_http_address_becomes_a_link_back() {
    let stack = Stack::start().await;
    for (more, link) in [
        (
            "&back_url=https%3A%2F%2Fshop.example%2Fa%3Fb",
            Some("https://shop.example/a?b"),
        ),
        (
            "&back=http://localhost:8080/",
            Some("http://localhost:8080/"),
        ),
        (
            "&back_url=https://one.example/&back=https://two.example/",
            Some("https://one.example/"),
        ),
        ("&back=https://", None),
        ("&back_url=javascript:alert(1)", None),
        ("&back_url=//evil.example", None),
        ("", None),
    ] {
        let page = location(&stack.get(&stack.authorize_path(more)).await);
        let html = stack
            .http
            .get(page)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        match link {
            Some(link) => assert!(
                html.contains(&format!("data-test=\"back\" href=\"{link}\"")),
                "{html}"
            ),
            None => assert!(!html.contains("data-test=\"back\""), "{more}"),
        }
    }
}
