//! Browsers that are old or whose functions throw.

use serde_json::json;
use webkyc_test_kit::browser::Browser;

use crate::{
    elements::{self, example, recording_site, same_origin},
    pages::{identify, sees_the_results, signed_up},
    setup::test,
    site::{Building, Site},
};

/// Makes the function throw that `window.name` names, such as `Intl.DateTimeFormat`.
const BREAK_BY_NAME: &str = "{
    const path = window.name.split('.');
    const name = path.pop();
    const owner = path.reduce((owner, part) => owner[part], window);
    const { fetch } = window;
    const broken = function (request) {
        // The programs themselves are loaded.
        if (name === 'fetch' && !/(^|\\/)api\\//.test(request.url ?? request)) return fetch(request);
        throw new Error('DOE, born 1964-12-30');
    };
    if (name) Object.defineProperty(owner, name, { value: broken, configurable: true });
}";

/// Functions of the browser that the pages call, and what the visitor sees when they throw.
const BROKEN: [(&str, &str); 8] = [
    ("Intl.DateTimeFormat", "CRASHED"),
    ("Intl.DisplayNames", "CRASHED"),
    ("Date.parse", "CRASHED"),
    ("Date.UTC", "CRASHED"),
    ("Date.now", "CRASHED"),
    ("encodeURIComponent", "CRASHED"),
    ("fetch", "CRASHED"),
    ("URL.createObjectURL", "shown"),
];

/// The reason of the failure or the outcome, when the page has stopped waiting.
fn ended(root: &str) -> String {
    format!(
        "const seen = {root}?.querySelector('[data-outcome]')?.dataset;
        return seen && seen.outcome !== 'checking' && (seen.reason ?? seen.outcome)"
    )
}

#[tokio::test]
async fn fe_22_no_exception_of_the_browser_leaves_a_page_waiting() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        browser.run_first(BREAK_BY_NAME).await;
        for (function, expected) in BROKEN {
            browser.run(&format!("window.name = '{function}'")).await;
            browser.open_page(&stack.page("/results")).await;
            let seen = browser.wait_for_script(&ended("document")).await;
            assert_eq!(seen, expected, "{function}");
            browser.run("window.name = ''").await;
        }
        // The way on that the card offers.
        browser.open_page(&stack.page("/results")).await;
        sees_the_results(browser).await;
        for (page, title) in [
            ("/start", "No connection"),
            ("/integrate", "This page has stopped"),
        ] {
            browser.run("window.name = 'fetch'").await;
            browser.open_page(&stack.page(page)).await;
            let seen = "return document.querySelector('[role=alert] h1')?.textContent";
            let seen = browser.wait_for_script(seen).await;
            assert_eq!(seen, title, "{page}");
            browser.run("window.name = ''").await;
        }
    })
    .await;
}

#[tokio::test]
async fn fe_22_no_exception_of_the_browser_leaves_an_element_waiting() {
    let building = recording_site(BREAK_BY_NAME).await;
    building.page(
        "verified.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script type=module src=/kyc/elements.js></script>
         <authenteq-results></authenteq-results>",
    );
    same_origin(building, None, async |stack, browser, site| {
        signed_up_at_kyc(browser, site).await;
        for (function, expected) in BROKEN {
            browser.run(&format!("window.name = '{function}'")).await;
            browser.open_page(&site.url("localhost")).await;
            let root = "document.querySelector('authenteq-results')?.shadowRoot";
            if expected == "CRASHED" {
                let error = "return errors.find(([tag]) => tag === 'authenteq-results')?.[1]";
                assert_eq!(
                    browser.wait_for_script(error).await,
                    "CRASHED",
                    "{function}"
                );
                let said = format!("return {root}.querySelector('[role=alert]').textContent");
                let said = browser.run(&said).await;
                assert!(said.as_str().unwrap().contains("CRASHED"), "{said}");
            } else {
                let seen = browser.wait_for_script(&ended(root)).await;
                assert_eq!(seen, expected, "{function}");
            }
            browser.run("window.name = ''").await;
        }
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn fe_22_a_button_whose_request_throws_says_so_at_once() {
    let building = recording_site(BREAK_BY_NAME).await;
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        browser.run("window.name = 'fetch'").await;
        browser.open_page(&site.url("localhost")).await;
        elements::press(browser).await;
        let error = "return errors.find(([tag]) => tag === 'authenteq-button')?.[1]";
        assert_eq!(browser.wait_for_script(error).await, "OFFLINE");
        assert_eq!(stack.count_calls("POST /kyc/api/begin"), 0);
    })
    .await;
}

#[tokio::test]
async fn fe_22_a_button_begins_on_a_page_that_breaks_the_clock() {
    let building = recording_site(BREAK_BY_NAME).await;
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        browser.run("window.name = 'Date.now'").await;
        browser.open_page(&site.url("localhost")).await;
        elements::press(browser).await;
        let left = format!("return location.href.startsWith('{}')", stack.sandbox_url);
        browser.wait_for_script(&left).await;
        // By itself, and not by the link inside it.
        assert_eq!(stack.count_calls("GET /kyc/start"), 0);
        assert_eq!(stack.count_calls("POST /kyc/api/begin"), 1);
    })
    .await;
}

/// Signs up with the portal that the site has under `/kyc`, whose callback is the example's page.
async fn signed_up_at_kyc(browser: &Browser, site: &Site) {
    browser
        .open_page(&format!("{}/kyc/start", site.url("localhost")))
        .await;
    identify(browser, "john").await;
    let back = "return location.pathname === '/verified.html'";
    browser.wait_for_script(back).await;
    elements::sees_the_results(browser).await;
}

#[tokio::test]
async fn fe_22_an_invalid_language_tag_is_read_as_far_as_it_can_be() {
    test(async |stack, browser| {
        let odd = "Object.defineProperty(Navigator.prototype, 'languages', {
                get: () => window.name === 'none' ? undefined : window.name.split('|'),
            });";
        signed_up(stack, browser, "john").await;
        browser.run_first(odd).await;
        for (tags, language, heading) in [
            ("de-", "de", "30. Dezember 1964"),
            (" de ", "de", "30. Dezember 1964"),
            ("de_AT|en", "de", "30. Dezember 1964"),
            ("x|de-Latn-", "de", "30. Dezember 1964"),
            ("none", "en", "December 30, 1964"),
            ("en-u", "en", "December 30, 1964"),
        ] {
            browser.run(&format!("window.name = '{tags}'")).await;
            browser.open_page(&stack.page("/results")).await;
            sees_the_results(browser).await;
            let seen = "return [document.documentElement.lang,
                document.querySelector('[data-field$=dateOfBirth]').textContent]";
            let seen = browser.run(seen).await;
            assert_eq!(seen, json!([language, heading]), "{tags}");
        }
    })
    .await;
}

#[tokio::test]
async fn fe_22_an_invalid_language_of_an_element_is_read_as_far_as_it_can_be() {
    let building = Building::of_example().await;
    building.page(
        "verified.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script type=module src=/kyc/elements.js></script>
         <authenteq-results lang='de-'></authenteq-results>",
    );
    same_origin(building, None, async |_, browser, site| {
        elements::sign_up(browser, site, "john").await;
        let seen = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('[data-field$=dateOfBirth]').textContent";
        assert_eq!(browser.run(seen).await, "30. Dezember 1964");
    })
    .await;
}

/// Takes away functions that came after Chrome 92, Firefox 101 and Safari 16.4.
const OLD: &str = "{
    delete URL.canParse;
    delete URL.parse;
    // ChromeDriver's own scripts need it.
    const { hasOwn } = Object;
    Object.hasOwn = (...given) => {
        if (/\\.js|\\.wasm/.test(new Error().stack)) throw new TypeError('Object.hasOwn is not a function');
        return hasOwn(...given);
    };
    delete Object.groupBy;
    delete AbortSignal.timeout;
    delete AbortSignal.any;
    delete window.structuredClone;
    delete window.scheduler;
    delete Promise.withResolvers;
    delete Promise.try;
    delete Array.fromAsync;
    delete Document.prototype.prerendering;
    for (const name of ['at', 'findLast', 'toSorted', 'toReversed', 'with', 'toSpliced']) delete Array.prototype[name];
    for (const name of ['role', 'ariaBusy', 'ariaDisabled']) delete Element.prototype[name];
    window.isOld = true;
}";

#[tokio::test]
async fn fe_25_the_portal_works_without_what_newer_browsers_brought() {
    test(async |stack, browser| {
        browser.run_first(OLD).await;
        signed_up(stack, browser, "john").await;
        assert_eq!(
            browser.run("return isOld && !AbortSignal.timeout").await,
            true
        );
        let date = "return document.querySelector('[data-field$=dateOfBirth]').textContent";
        assert_eq!(browser.run(date).await, "December 30, 1964");
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
    })
    .await;
}

#[tokio::test]
async fn fe_25_the_elements_work_without_what_newer_browsers_brought() {
    example(async |_, browser, site| {
        browser.run_first(OLD).await;
        elements::sign_up(browser, site, "john").await;
        assert_eq!(browser.run("return isOld && !URL.canParse").await, true);
        let read =
            "return document.querySelector('authenteq-results').verification.documents[0].surname";
        assert_eq!(browser.run(read).await, "DOE");
    })
    .await;
}

#[tokio::test]
async fn fe_25_a_browser_that_is_too_old_says_so() {
    for missing in [
        "delete window.WebAssembly;",
        "delete CSSStyleSheet.prototype.replaceSync;",
    ] {
        let building = recording_site(missing).await;
        same_origin(building, None, async |stack, browser, site| {
            browser.open_page(&site.url("localhost")).await;
            let codes = "return errors.length >= 3 && errors.map(([, code]) => code)";
            let codes = browser.wait_for_script(codes).await;
            assert_eq!(codes, json!(vec!["BROWSER_TOO_OLD"; 3]));
            let said = "return document.querySelector('authenteq-results').shadowRoot
                .querySelector('[role=alert]').textContent";
            assert_eq!(
                browser.run(said).await,
                "This part of the page needs a newer browser. Reload the page (BROWSER_TOO_OLD)"
            );
            // The page's own link leads on.
            browser.click("authenteq-button a").await;
            browser.find("body[data-step=introduction]").await;
            assert_eq!(stack.count_calls("POST /kyc/api/begin"), 1);
        })
        .await;
    }
}
