//! `/authorize`: what is taken, what is refused, and what comes back.

use crate::harness::{Stack, location, parameter};

/// Refused means: a page that names the parameter, and no way out of it.
async fn assert_refused(stack: &Stack, path: &str, name: &str) -> String {
    let response = stack.get(path).await;
    assert_eq!(response.status().as_u16(), 400, "{path}");
    assert!(response.headers().get("location").is_none(), "{path}");
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("form-action 'self' ;"), "{policy}");
    let page = response.text().await.unwrap();
    assert!(
        page.contains(&format!("data-step=\"error\" data-parameter=\"{name}\"")),
        "{path}\n{page}"
    );
    assert!(!page.contains("href=\"http"), "{page}");
    page
}

#[tokio::test]
async fn a_missing_parameter_is_named_on_a_page() {
    let stack = Stack::start().await;
    let parts = [
        ("response_type", "response_type=code"),
        ("client_id", "client_id=client!%2BID"),
        (
            "redirect_uri",
            "redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fresults",
        ),
    ];
    for (missing, _) in parts {
        let query: Vec<&str> = parts
            .iter()
            .filter(|(name, _)| *name != missing)
            .map(|(_, part)| *part)
            .collect();
        let page =
            assert_refused(&stack, &format!("/authorize?{}", query.join("&")), missing).await;
        assert!(page.contains("It is missing."));
        let empty = format!("/authorize?{}&{missing}=", query.join("&"));
        assert_refused(&stack, &empty, missing).await;
    }
    assert!(stack.sandbox.verifications().is_empty());
}

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
        assert_refused(&stack, &right.replace(from, to), name).await;
    }
    let page = assert_refused(
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
async fn oa_12_a_redirect_uri_that_is_not_registered_gets_no_redirect() {
    let stack = Stack::start().await;
    for uri in [
        "https://evil.example/results",
        "http://localhost:8080/results/",
        "http://localhost:8080/Results",
        "http://localhost:8081/results",
        "https://localhost:8080/results",
        "http://localhost:8080/x/../results",
        "http://localhost:8080@evil.example/results",
        "http://localhost:8080/results#fragment",
        "http://localhost:8080/results?code=planted",
        "//evil.example",
        "javascript:alert(1)",
        "http:localhost:8080/results",
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(uri.as_bytes()).collect();
        for path in ["/authorize", "/oauth"] {
            let path = format!(
                "{path}?response_type=code&client_id=client!%2BID&redirect_uri={encoded}&state=s&sandbox_scenario=anna"
            );
            assert_refused(&stack, &path, "redirect_uri").await;
        }
    }
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn a_parameter_given_twice_is_refused_and_unknown_ones_are_ignored() {
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
        assert_refused(&stack, &path, name).await;
    }
    let path = stack.authorize_path("&amp=&amp=&utm_source=mail&sandbox_scenario=anna");
    assert!(parameter(&location(&stack.get(&path).await), "code").is_some());
}

#[tokio::test]
async fn sbx_05_what_was_received_is_shown_as_text() {
    let stack = Stack::start().await;
    let path = "/authorize?client_id=%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let page = assert_refused(&stack, path, "client_id").await;
    assert!(!page.contains("<script"), "{page}");
    assert!(
        page.contains("&#60;script") || page.contains("&lt;script"),
        "{page}"
    );
}

#[tokio::test]
async fn the_state_comes_back_byte_for_byte() {
    let stack = Stack::start().await;
    for (sent, back) in [
        ("randomrandom", "randomrandom"),
        ("a%2Fb%3d%7e", "a%2Fb%3D~"),
        ("a+b", "a+b"),
        ("%ff%00%0d%0aSet-Cookie", "%FF%00%0D%0ASet-Cookie"),
        ("a=b", "a%3Db"),
    ] {
        let path = stack.authorize_path(&format!("&state={sent}&sandbox_scenario=anna"));
        let target = location(&stack.get(&path).await);
        let query = target.query().unwrap().to_owned();
        assert!(query.ends_with(&format!("&state={back}")), "{query}");
    }
    let target = location(
        &stack
            .get(&stack.authorize_path("&sandbox_scenario=anna"))
            .await,
    );
    assert_eq!(parameter(&target, "state"), None);
}

#[tokio::test]
async fn a_redirect_uri_may_have_a_query_and_may_come_unencoded() {
    let stack = Stack::start().await;
    let path = "/oauth?response_type=code&client_id=com.authenteq.demo&redirect_uri=http://localhost:8080/results?u_id=A-B=7&state=abc&sandbox_scenario=john";
    let target = location(&stack.get(path).await);
    assert!(
        target
            .as_str()
            .starts_with("http://localhost:8080/results?u_id=A-B=7&code="),
        "{target}"
    );
    let code = parameter(&target, "code").unwrap();
    assert!(code.chars().all(|c| c.is_ascii_alphanumeric()));

    let mut form = Stack::token_form(&code);
    form.insert("clientId", "com.authenteq.demo".to_owned());
    form.insert("clientSecret", "sandbox-secret".to_owned());
    form.insert(
        "redirectUri",
        "http://localhost:8080/results?u_id=A-B=7".to_owned(),
    );
    assert_eq!(stack.exchange(&form).await.status().as_u16(), 200);
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
