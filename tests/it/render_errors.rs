//! Elements that throw while they are drawn: the visitor reads a sentence, and the page gets an event.

use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use crate::{
    elements::{BUTTON, recording_site, same_origin},
    pages::identify,
    setup::test_in,
    stack::{Deployment, Stack},
};

const SENTENCE: &str =
    "This part of the page could not be loaded completely. Reload the page (CRASHED)";

/// The content of the three elements.
const SEEN: &str = "const within = (css) => document.querySelector(css).shadowRoot;
    return [within('authenteq-button').innerHTML,
        ...['#bare', 'authenteq-results'].map((css) => within(css).querySelector('[role=alert]')?.textContent ?? '')]";

#[tokio::test]
async fn fe_21_an_element_that_cannot_be_drawn_says_so_and_tells_the_page() {
    // A library of the page breaks one method, for the results' attribute `site` alone.
    let broken = "const get = Element.prototype.getAttribute;
        Element.prototype.getAttribute = function (name) {
            if (name === 'site' && this.localName === 'authenteq-results') throw new Error('no');
            return get.call(this, name);
        };";
    let building = recording_site(broken).await;
    // The documents say that this policy is one too many: templates are filled with text.
    let policy = "script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'";
    let deployment = Deployment::on(&building, "verified.html");
    test_in(deployment, async |stack: &mut Stack, browser: &Browser| {
        let site = building.open(&stack.public.host(), Some(policy));
        browser.open_page(&site.url("localhost")).await;
        let errors = browser
            .wait_for_script("return errors.length >= 3 && errors.toSorted()")
            .await;
        let expected = json!([
            ["authenteq-button", "CRASHED"],
            ["authenteq-button", "CRASHED"],
            ["authenteq-results", "CRASHED"]
        ]);
        assert_eq!(errors, expected);
        let seen = json!(["<slot></slot>", SENTENCE, SENTENCE]);
        assert_eq!(browser.run(SEEN).await, seen);
        browser.screenshot("stopped").await;
        // Taken away and put back, they hold nothing half-drawn and say it again.
        let again = "const results = document.querySelector('authenteq-results');
            results.remove();
            await new Promise((next) => setTimeout(next));
            document.body.append(results);
            while (errors.length < 4) await new Promise((next) => setTimeout(next));
            return errors.at(-1)";
        assert_eq!(
            browser.run_async(again).await,
            json!(["authenteq-results", "CRASHED"])
        );
        assert_eq!(browser.run(SEEN).await, seen);
        // The way on that is left.
        browser.click("authenteq-button a").await;
        identify(browser, "anna").await;
    })
    .await;
}

#[tokio::test]
async fn fe_21_a_change_that_cannot_be_drawn_leaves_the_pages_own_link_and_tells_the_page() {
    let building = recording_site("").await;
    same_origin(building, None, async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        browser.wait_for_script(&format!("return {BUTTON}?.href")).await;
        // As a library of the page's does that watches over attributes.
        let broken = format!(
            "{BUTTON}.setAttribute = () => {{ throw new Error('no'); }};
            document.querySelector('authenteq-button').variant = 'accessible';
            return [errors, document.querySelector('authenteq-button').shadowRoot.innerHTML]"
        );
        let seen = browser.run(&broken).await;
        let errors = seen[0].as_array().unwrap();
        assert!(errors.contains(&json!(["authenteq-button", "CRASHED"])), "{seen}");
        assert_eq!(seen[1], "<slot></slot>");
        // One whose link is pressed when its words cannot be had any more.
        let pressed = "const bare = document.querySelector('#bare');
            bare.program = { prepare: () => Promise.reject('OFFLINE'), text() { throw new Error('no'); } };
            bare.shadowRoot.querySelector('a').setAttribute = () => { throw new Error('no'); };
            bare.shadowRoot.querySelector('a').click();
            while (bare.program) await new Promise((next) => setTimeout(next));
            return bare.shadowRoot.querySelector('[role=alert]').textContent";
        assert_eq!(browser.run_async(pressed).await, SENTENCE);
    })
    .await;
}

#[tokio::test]
async fn fe_21_an_unreadable_attribute_is_reported_like_any_error() {
    // A value that is no text, set before the element is known.
    let script = "new MutationObserver((_, watch) => {
                const bare = document.querySelector('authenteq-results');
                if (!bare) return;
                watch.disconnect();
                bare.site = Symbol('no text');
            }).observe(document, { childList: true, subtree: true });";
    let building = recording_site(script).await;
    same_origin(building, None, async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        let said = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('[role=alert]')?.textContent";
        let said = browser.wait_for_script(said).await;
        assert!(said.as_str().unwrap().contains("LOAD_FAILED"), "{said}");
        let errors: Value = browser.run("return errors").await;
        assert_eq!(errors, json!([["authenteq-results", "LOAD_FAILED"]]));
    })
    .await;
}
