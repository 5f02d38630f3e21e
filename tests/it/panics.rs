//! The program panics in the middle of drawing.

use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use crate::{elements, pages::signed_up, setup::test};

/// Makes the browser fail to create the next element, and no later one, with an error whose message is the
/// page's text.
const BREAK: &str = "
    const make = Document.prototype.createElement;
    Document.prototype.createElement = function (...given) {
        Document.prototype.createElement = make;
        throw new Error('DOE, born 1964-12-30, ELEIFEND');
    };";

/// The card, and nothing of the person, on the page or on the console.
async fn sees_the_card(browser: &Browser, root: &str) {
    let card = format!(
        "const card = {root}.querySelector('[data-reason=CRASHED]');
        return card && [card.querySelector('[role=alert] h1').textContent,
            card.querySelector('code').textContent, card.querySelector('a').href === location.href,
            {root}.querySelectorAll('[data-field], img').length,
            /DOE|1964|ELEIFEND/.test({root}.querySelector('main').outerHTML)]"
    );
    let seen = browser.wait_for_script(&card).await;
    let expected = json!(["This page has stopped", "CRASHED", true, 0, false]);
    assert_eq!(seen, expected);
    let console = browser.console().await;
    assert!(
        console
            .iter()
            .any(|line| line.contains("webkyc stopped at")),
        "{console:#?}"
    );
    for canary in ["DOE", "1964", "ELEIFEND"] {
        assert!(
            !console.iter().any(|line| line.contains(canary)),
            "{canary}: {console:#?}"
        );
    }
}

#[tokio::test]
async fn ops_14_a_page_that_panics_shows_a_card_and_tells_the_console_nothing_about_the_person() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        browser.run(BREAK).await;
        browser.click("[data-test=logout]").await;
        sees_the_card(browser, "document").await;
        browser.screenshot("crashed").await;
        // The way on.
        browser.click("[data-reason=CRASHED] a").await;
        browser
            .find("[data-outcome]:not([data-reason=CRASHED])")
            .await;
    })
    .await;
}

#[tokio::test]
async fn ops_14_an_element_that_panics_shows_a_card_and_tells_the_page() {
    elements::example(async |_, browser, site| {
        elements::sign_up(browser, site, "john").await;
        browser.console().await;
        let heard = "document.addEventListener('authenteq-error', (event) => { window.detail = event.detail; })";
        browser.run(heard).await;
        browser.run(BREAK).await;
        let root = "document.querySelector('authenteq-results').shadowRoot";
        browser
            .run(&format!("{root}.querySelector('[data-test=logout]').click()"))
            .await;
        sees_the_card(browser, root).await;
        assert_eq!(browser.run("return window.detail").await, json!({"code": "CRASHED", "supportCode": "CRASHED"}));
        let data = "try { return document.querySelector('authenteq-results').verification } catch { return null }";
        assert_eq!(browser.run(data).await, Value::Null);
        // The site's own script goes on.
        assert_eq!(browser.run("return document.querySelector('h1').textContent").await, "Example shop");
    })
    .await;
}
