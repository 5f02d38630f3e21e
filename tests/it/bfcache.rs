//! A page that was left and that the browser keeps in its back/forward cache.

use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use crate::{
    elements,
    elements::READABLE,
    pages::{begin, sees_failure, sees_the_results, signed_up},
    setup::test,
};

/// Puts the page into the cache; returns its content in the next task, and how many of its pictures could be
/// read before and can be read after.
fn put_away(root: &str) -> String {
    format!(
        "{READABLE}
        const pictures = [...{root}.querySelectorAll('img')].map((image) => image.src);
        const before = await readable(pictures);
        dispatchEvent(new PageTransitionEvent('pagehide', {{ persisted: true }}));
        await new Promise((next) => setTimeout(next));
        const text = {root}.querySelector('[data-outcome]').outerHTML;
        const fields = {root}.querySelectorAll('[data-field], img, [download]').length;
        return [fields, /DOE|1964|ELEIFEND/.test(text), before, await readable(pictures)]"
    )
}

const COME_BACK: &str = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))";

/// Ends the session in a tab of its own and comes back to the first.
async fn log_out_elsewhere(browser: &Browser, page: &str, log_out: &str) {
    let here = browser.client.window().await.unwrap();
    let other = browser.client.new_window(true).await.unwrap().handle;
    browser.client.switch_to_window(other).await.unwrap();
    browser.open_page(page).await;
    browser.wait_for_script(log_out).await;
    browser.client.close_window().await.unwrap();
    browser.client.switch_to_window(here).await.unwrap();
}

#[tokio::test]
async fn xo_13_a_page_that_is_put_away_is_empty_before_it_is_kept() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        for _ in 0..2 {
            let left = browser.run_async(&put_away("document")).await;
            assert_eq!(left, json!([0, false, 4, 0]));
            browser.run(COME_BACK).await;
            sees_the_results(browser).await;
        }
        assert_eq!(stack.token_calls().await, 1);
        browser.run_async(&put_away("document")).await;
        let log_out = "const button = document.querySelector('[data-test=logout]');
            if (button) button.click();
            return document.querySelector('[data-outcome=ended]') !== null";
        log_out_elsewhere(browser, &stack.page("/results"), log_out).await;
        browser
            .wait_for_script("return document.readyState === 'complete'")
            .await;
        browser.run(COME_BACK).await;
        sees_failure(browser, "NOTHING_HERE").await;
    })
    .await;
}

#[tokio::test]
async fn xo_13_an_element_on_a_page_that_is_put_away_is_empty_before_it_is_kept() {
    elements::example(async |stack, browser, site| {
        elements::sign_up(browser, site, "john").await;
        let root = "document.querySelector('authenteq-results').shadowRoot";
        let heard = "window.heard = []; for (const name of ['verified', 'ended', 'error'])
            document.addEventListener(`authenteq-${name}`, (e) => heard.push([name, e.detail.reason ?? e.detail.code ?? null]))";
        browser.run(heard).await;
        let left = browser.run_async(&put_away(root)).await;
        assert_eq!(left, json!([0, false, 4, 0]));
        let held = "return document.querySelector('authenteq-results').verification";
        assert_eq!(browser.run(held).await, Value::Null);
        browser.run(COME_BACK).await;
        elements::sees_the_results(browser).await;
        browser.run_async(&put_away(root)).await;
        let log_out =             "const root = document.querySelector('authenteq-results')?.shadowRoot;
            root?.querySelector('[data-test=logout]')?.click();
            return root !== undefined && root.querySelector('[data-outcome=ended]') !== null";
        log_out_elsewhere(browser, &browser.address().await, log_out).await;
        browser.run(COME_BACK).await;
        let failed = format!("return {root}.querySelector('[data-outcome=failed]')?.dataset.reason");
        assert_eq!(browser.wait_for_script(&failed).await, "NOTHING_HERE");
        let heard = browser.run("return window.heard").await;
        let expected = json!([["ended", "left"], ["verified", null], ["ended", "left"],
            ["error", "NOTHING_HERE"]]);
        assert_eq!(heard, expected);
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn xo_13_back_and_forward_show_no_person_to_the_next() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        browser.open_page(&stack.page("/")).await;
        browser.find("[data-test=sign-up]").await;
        // As long as the session lives, Back is the same person's.
        browser.client.back().await.unwrap();
        sees_the_results(browser).await;
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        begin(stack, browser).await;
        browser.client.back().await.unwrap();
        // A sign-up has begun since, and there is no session: the page shows and offers nothing.
        browser.find("[data-outcome=failed]").await;
        let seen = "return [document.querySelectorAll('[data-field], img').length,
            /DOE|ELEIFEND/.test(document.documentElement.outerHTML)]";
        assert_eq!(browser.run(seen).await, json!([0, false]));
        let offers = "return document.querySelector('[data-test=try-again]') !== null";
        assert_eq!(browser.run(offers).await, json!(false));
        browser.client.forward().await.unwrap();
        browser.find("body[data-step=introduction]").await;
    })
    .await;
}
