//! `/verify`: the way of a visitor of the Web IDV API.

use std::time::Duration;

use reqwest::{Response, header};
use url::Url;

use crate::harness::{REDIRECT_URI, Stack, location, parameter};

async fn open(stack: &Stack, url: &str) -> Response {
    stack.http.get(url).send().await.unwrap()
}

/// The address of the sign-up's first page, without the page.
async fn begin(stack: &Stack) -> (Url, String) {
    let url = stack.verification_url(REDIRECT_URI).await;
    let sign_up = location(&open(stack, url.as_str()).await);
    (url, sign_up.path().to_owned())
}

async fn press(stack: &Stack, path: &str, body: &'static str) -> Response {
    let request = stack
        .http
        .post(stack.at(path))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body);
    request.send().await.unwrap()
}

#[tokio::test]
async fn the_document_is_shown_first_and_then_the_face() {
    let stack = Stack::start().await;
    let (url, sign_up) = begin(&stack).await;
    let mut next = location(&stack.get(&sign_up).await);
    for step in ["introduction", "document", "liveness", "verification"] {
        assert_eq!(next.path(), format!("{sign_up}/{step}"));
        let page = stack.get(next.path()).await.text().await.unwrap();
        assert!(
            page.contains(&format!("<body data-step=\"{step}\">")),
            "{page}"
        );
        let place = |text: &str| page.find(text).unwrap();
        if step == "introduction" {
            let [document, face] = ["Photograph your document", "Show your face"].map(place);
            assert!(document < face, "{page}");
        } else {
            assert!(place(">Document</span>") < place(">Face</span>"), "{page}");
        }
        next = location(&press(&stack, next.path(), "person=anna").await);
    }
    assert!(
        next.as_str().starts_with(&format!("{REDIRECT_URI}?code=")),
        "{next}"
    );
    let issued = stack.sandbox.verifications().pop().unwrap();
    assert_eq!(parameter(&next, "code"), Some(issued.code));

    let over = location(&open(&stack, url.as_str()).await);
    assert_eq!(open(&stack, over.as_str()).await.status().as_u16(), 410);
}

#[tokio::test]
async fn a_page_cannot_be_skipped_in_this_order_either() {
    let stack = Stack::start().await;
    let (url, sign_up) = begin(&stack).await;
    press(&stack, &format!("{sign_up}/introduction"), "person=john").await;
    for path in ["liveness", "verification"] {
        let target = location(&stack.get(&format!("{sign_up}/{path}")).await);
        assert_eq!(target.path(), format!("{sign_up}/document"));
        let target = location(&press(&stack, &format!("{sign_up}/{path}"), "").await);
        assert_eq!(target.path(), format!("{sign_up}/document"));
    }
    // The address of the mail or the tab, opened again, leads to where the visitor was.
    let again = location(&open(&stack, url.as_str()).await);
    let page = location(&open(&stack, again.as_str()).await);
    assert_eq!(page.path(), format!("{sign_up}/document"));
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn cancelling_on_a_page_returns_without_a_code() {
    let stack = Stack::start().await;
    let (_, sign_up) = begin(&stack).await;
    let back = press(&stack, &format!("{sign_up}/cancel"), "").await;
    assert_eq!(back.headers()["location"], REDIRECT_URI);
}

#[tokio::test]
async fn a_token_that_was_never_given_or_is_an_hour_old_opens_nothing() {
    let stack = Stack::start().await;
    for query in [
        "?token=unknown",
        "?token=unknown&sandbox_scenario=john",
        "?token=..",
    ] {
        let response = stack.get(&format!("/verify{query}")).await;
        assert_eq!(response.status().as_u16(), 404, "{query}");
    }
    let old = stack.verification_url(REDIRECT_URI).await;
    stack.sandbox.advance_clock(Duration::from_secs(3600));
    for more in ["", "&sandbox_scenario=john", "&sandbox_scenario=cancelled"] {
        let response = open(&stack, &format!("{old}{more}")).await;
        assert_eq!(response.status().as_u16(), 404, "{more}");
    }
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn a_wrong_address_is_answered_by_a_page_that_names_the_parameter() {
    let stack = Stack::start().await;
    let url = stack.verification_url(REDIRECT_URI).await;
    for (url, name) in [
        (stack.at("/verify"), "token"),
        (stack.at("/verify?token="), "token"),
        (format!("{url}&token=x"), "token"),
        (format!("{url}&sandbox_scenario=nobody"), "sandbox_scenario"),
    ] {
        let response = open(&stack, &url).await;
        assert_eq!(response.status().as_u16(), 400, "{url}");
        let page = response.text().await.unwrap();
        assert!(
            page.contains(&format!("data-parameter=\"{name}\"")),
            "{page}"
        );
    }
}

#[tokio::test]
async fn a_visitor_who_has_come_back_is_sent_to_the_same_place_again() {
    let stack = Stack::start().await;
    let url = stack.verification_url(REDIRECT_URI).await;
    let open = || {
        stack
            .http
            .get(format!("{url}&sandbox_scenario=john"))
            .send()
    };
    let first = location(&open().await.unwrap());
    assert_eq!(location(&open().await.unwrap()), first);
    assert_eq!(stack.sandbox.verifications().len(), 1);
}
