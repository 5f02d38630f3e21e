//! A visitor's steps on our pages and on the sandbox's.

use serde_json::Value;
use webkyc_test_kit::browser::Browser;

use crate::stack::Stack;

/// From the portal's home through all of the sandbox's pages to the callback.
pub(crate) async fn sign_up(stack: &Stack, browser: &Browser, person: &str) {
    browser.open_page(&stack.page("/")).await;
    browser.click("[data-test=sign-up]").await;
    identify(browser, person).await;
}

/// The same, until the results are there.
pub(crate) async fn signed_up(stack: &Stack, browser: &Browser, person: &str) {
    sign_up(stack, browser, person).await;
    sees_the_results(browser).await;
}

/// Through the sandbox's pages as a test person, from the first to the way back.
pub(crate) async fn identify(browser: &Browser, person: &str) {
    open_drawer(browser).await;
    press_person(browser, person).await;
    browser.find("body[data-step=verification]").await;
    browser.click("[data-test=continue]").await;
}

/// Opens the drawer of the sandbox's first page.
pub(crate) async fn open_drawer(browser: &Browser) {
    browser.find("body[data-step=introduction]").await;
    let is_open = "return document.querySelector('details.drawer').open";
    // In Firefox a first press sometimes opens nothing.
    for _ in 0..5 {
        browser.click("[data-test=drawer]").await;
        if browser.run(is_open).await == true {
            return;
        }
    }
    panic!("the drawer does not open");
}

/// Signs up as a test person of the open drawer.
pub(crate) async fn press_person(browser: &Browser, person: &str) {
    browser.click(&format!("[data-test=person-{person}]")).await;
}

/// Leaves for the sandbox and stands on its first page.
pub(crate) async fn begin(stack: &Stack, browser: &Browser) {
    browser.open_page(&stack.page("/start")).await;
    browser.find("body[data-step=introduction]").await;
}

/// The state with which the browser came to the sandbox: the key is all that is stored of it.
pub(crate) async fn stored_state(browser: &Browser) -> String {
    let script = "return Object.keys(sessionStorage).find(k => k.startsWith('authenteq.state.'))";
    let key = browser.run(script).await;
    key.as_str().unwrap()["authenteq.state.".len()..].to_owned()
}

pub(crate) async fn sees_the_results(browser: &Browser) {
    browser
        .find("[data-page=results] [data-outcome=shown]")
        .await;
}

/// Waits for the failure and checks that it shows a code for support and a way on.
#[track_caller]
pub(crate) fn sees_failure(browser: &Browser, reason: &str) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        browser.find("[data-outcome=failed]").await;
        let failure = browser
            .run("const m = document.querySelector('[data-outcome]'); return [m.dataset.reason, m.innerText]")
            .await;
        assert_eq!(failure[0], reason, "{caller}: {}", failure[1]);
        assert!(
            failure[1].as_str().unwrap().contains(reason),
            "{caller}: {}",
            failure[1]
        );
        browser.find("[data-test=start-again]").await;
    }
}

/// Every field on the page with the value it had on the wire; cells that show nothing left out. Shows
/// the numbers that are masked.
pub(crate) async fn shown_fields(browser: &Browser) -> Value {
    browser
        .run_async(
            "const masked = '[data-test=reveal][aria-pressed=false]';
            for (const button of document.querySelectorAll(masked)) button.click();
            while (document.querySelector(masked)) await new Promise((next) => setTimeout(next));",
        )
        .await;
    browser
        .run(
            "return Object.fromEntries([...document.querySelectorAll('[data-field]')]
                .map(e => [e.dataset.field, e.dataset.value ?? e.textContent])
                .filter(([, value]) => value !== ''))",
        )
        .await
}

/// The visible text of one field.
pub(crate) async fn visible_text(browser: &Browser, field: &str) -> String {
    let css = format!("[data-field='{field}']");
    browser.find(&css).await;
    // Not by WebDriver: WebKit's joins lines, and WebKit itself ends the last.
    let text = format!("return document.querySelector(\"{css}\").innerText.trim()");
    browser.run(&text).await.as_str().unwrap().to_owned()
}

/// Every image on the page with its width and height in pixels, decoded.
pub(crate) async fn shown_images(browser: &Browser) -> Value {
    browser
        .client
        .execute_async(
            "const done = arguments[0];
            const images = [...document.querySelectorAll('img[data-image]')];
            Promise.all(images.map(i => i.decode())).then(() => done(Object.fromEntries(
                images.map(i => [i.dataset.image, [i.naturalWidth, i.naturalHeight]]))))",
            Vec::new(),
        )
        .await
        .unwrap()
}

/// The pictures that a placeholder replaces.
pub(crate) async fn shown_placeholders(browser: &Browser) -> Value {
    browser
        .run(
            "return [...document.querySelectorAll('[data-placeholder]')]
                .filter(e => e.offsetParent !== null).map(e => e.dataset.placeholder)",
        )
        .await
}
