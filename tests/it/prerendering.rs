//! Pages that the browser draws ahead of the visitor.

use rstest::rstest;
use serde_json::Value;

use crate::{
    elements::{self, example},
    pages::{begin, sees_the_results, stored_state},
    setup::test_over,
    stack::Flow,
};

/// A page is drawn ahead while `window.name` is `ahead`.
const AHEAD: &str = "Object.defineProperty(Document.prototype, 'prerendering', {
        get: () => window.name === 'ahead', configurable: true });";

/// As the browser does when the visitor opens the page.
const OPEN: &str = "window.name = ''; document.dispatchEvent(new Event('prerenderingchange'))";

#[rstest]
#[tokio::test]
async fn fe_23_a_page_that_is_drawn_ahead_begins_and_takes_nothing_before_it_is_opened(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_this_visitor().await;
        browser.run_first(AHEAD).await;

        let begun = stack.count_calls("POST /api/begin");
        browser.run("window.name = 'ahead'").await;
        browser.open_page(&stack.page("/start")).await;
        browser
            .find("[data-page=start][data-outcome=checking]")
            .await;
        assert_eq!(stack.count_calls("POST /api/begin"), begun);
        browser.run(OPEN).await;
        browser.find("body[data-step=introduction]").await;
        assert_eq!(stack.count_calls("POST /api/begin"), begun + 1);

        browser.open_page(&stack.page("/")).await;
        browser.run("window.name = 'ahead'").await;
        let query = format!("/results?code={code}&state={state}");
        browser.open_page(&stack.page(&query)).await;
        browser
            .find("[data-page=results] [data-outcome=checking]")
            .await;
        assert_eq!(browser.address().await, stack.page(&query));
        let kept = format!("return sessionStorage['authenteq.state.{state}'] !== undefined");
        assert_eq!(browser.run(&kept).await, true);
        assert_eq!(stack.count_calls("POST /api/exchange"), 0);
        browser.run(OPEN).await;
        sees_the_results(browser).await;
        assert_eq!(stack.count_calls("POST /api/exchange"), 1);
        let entries = "return JSON.stringify(performance.getEntries()).includes('code=')";
        assert_eq!(browser.run(entries).await, false);
    })
    .await;
}

#[tokio::test]
async fn fe_23_an_element_that_is_drawn_ahead_takes_nothing_before_its_page_is_opened() {
    example(async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        elements::press(browser).await;
        browser.find("body[data-step=introduction]").await;
        browser.open_page(&site.url("localhost")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_another_visitor().await;
        browser.run_first(AHEAD).await;
        browser.run("window.name = 'ahead'").await;
        // The link of the button begins nothing either.
        browser.open_page(&site.url("localhost")).await;
        browser
            .run("addEventListener('authenteq-start', () => { window.started = true; })")
            .await;
        elements::press(browser).await;
        assert_eq!(browser.run("return window.started ?? null").await, Value::Null);
        let query = format!("{}/verified.html?code={code}&state={state}", site.url("localhost"));
        browser.open_page(&query).await;
        let loaded = "return performance.getEntriesByType('resource')
            .some((it) => it.name.includes('authenteq-results') && it.name.endsWith('.wasm') && it.responseEnd)";
        browser.wait_for_script(loaded).await;
        assert_eq!(browser.address().await, query);
        assert_eq!(stack.count_calls("POST /kyc/api/exchange"), 0);
        assert_eq!(stack.count_calls("POST /kyc/api/begin"), 1);
        browser.run("window.openedAt = performance.now()").await;
        browser.run(OPEN).await;
        elements::sees_the_results(browser).await;
        assert_eq!(stack.count_calls("POST /kyc/api/exchange"), 1);
        let after = "return performance.getEntriesByType('resource')
            .filter((it) => it.name.includes('/api/')).every((it) => it.startTime >= openedAt)";
        assert_eq!(browser.run(after).await, true);
    })
    .await;
}
