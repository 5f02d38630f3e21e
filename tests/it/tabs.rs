//! A logout in one tab: its effect there and in other tabs.

use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use crate::{
    elements,
    pages::{begin, identify, sees_failure, sees_the_results, shown_fields, signed_up},
    setup::test,
    stack::Stack,
};

/// Stores something of the site's own beside the kit's entries.
const PLANT: &str = "sessionStorage.basket = 'a car'; localStorage.basket = 'a car';";

/// The keys of `sessionStorage` and `localStorage`.
async fn kept(browser: &Browser) -> Value {
    let kept = "return [Object.keys(sessionStorage).sort(), Object.keys(localStorage)]";
    browser.run(kept).await
}

/// Waits until what the site planted is all that is kept.
async fn our_entries_are_gone(browser: &Browser) {
    let kept = "return Object.keys(sessionStorage).join() === 'basket'
        && Object.keys(localStorage).join() === 'basket'";
    browser.wait_for_script(kept).await;
}

/// Waits until the browser has the answer.
async fn logout_is_answered(browser: &Browser) {
    let answered = "return performance.getEntriesByType('resource')
        .some((entry) => entry.name.endsWith('/api/logout') && entry.responseStatus > 0)";
    browser.wait_for_script(answered).await;
}

#[tokio::test]
async fn ses_17_a_logout_in_one_tab_leaves_the_sign_up_in_another_alone() {
    test(async |stack, browser| {
        begin(stack, browser).await;
        let left = browser.client.window().await.unwrap();
        let other = browser.client.new_window(true).await.unwrap();
        browser.client.switch_to_window(other.handle).await.unwrap();
        signed_up(stack, browser, "john").await;
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        logout_is_answered(browser).await;

        browser.client.switch_to_window(left).await.unwrap();
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 2);
    })
    .await;
}

#[tokio::test]
async fn ses_09_a_logout_in_one_tab_takes_the_data_off_the_others() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        let first = browser.client.window().await.unwrap();
        let other = browser.client.new_window(true).await.unwrap();
        browser.client.switch_to_window(other.handle).await.unwrap();
        browser.open_page(&stack.page("/results")).await;
        sees_the_results(browser).await;
        browser.run(PLANT).await;
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        our_entries_are_gone(browser).await;

        browser.client.switch_to_window(first).await.unwrap();
        browser.find("[data-outcome=ended]").await;
        let shown = browser.run("return document.body.innerText").await;
        assert!(!shown.to_string().contains("DOE"), "{shown}");
    })
    .await;
}

#[tokio::test]
async fn ses_09_ses_17_a_logout_on_the_portal_removes_our_entries_in_this_tab() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        browser.run(PLANT).await;
        let before = kept(browser).await;
        assert_eq!(before[0].as_array().unwrap().len(), 3, "{before}");
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        our_entries_are_gone(browser).await;
    })
    .await;
}

#[tokio::test]
async fn ses_09_ses_17_a_logout_in_the_element_removes_our_entries_in_this_tab() {
    elements::example(async |_, browser, site| {
        elements::sign_up(browser, site, "john").await;
        browser.run(PLANT).await;
        let before = kept(browser).await;
        assert_eq!(before[0].as_array().unwrap().len(), 3, "{before}");
        let out = "document.querySelector('authenteq-results').shadowRoot
            .querySelector('[data-test=logout]').click()";
        browser.run(out).await;
        our_entries_are_gone(browser).await;
    })
    .await;
}

/// Anna's data in this tab, while another tab has signed John up. Returns the address that Anna came back to.
async fn replaced(stack: &Stack, browser: &Browser) -> String {
    signed_up(stack, browser, "anna").await;
    let [code, state] = stack.returned();
    let first = browser.client.window().await.unwrap();
    let other = browser.client.new_window(true).await.unwrap();
    browser.client.switch_to_window(other.handle).await.unwrap();
    signed_up(stack, browser, "john").await;
    browser.client.switch_to_window(first).await.unwrap();
    stack.page(&format!("/results?code={code}&state={state}"))
}

#[tokio::test]
async fn ses_12_a_reloaded_tab_shows_no_other_person_unasked() {
    test(async |stack, browser| {
        replaced(stack, browser).await;
        for _ in 0..2 {
            browser.client.refresh().await.unwrap();
            sees_failure(browser, "SESSION_CHANGED").await;
        }
        browser.click("[data-test=try-again]").await;
        sees_the_results(browser).await;
        let shown = shown_fields(browser).await;
        assert_eq!(shown["documents.0.surname"], "DOE");
        // The tab has the newer session from now on.
        browser.client.refresh().await.unwrap();
        sees_the_results(browser).await;
    })
    .await;
}

#[tokio::test]
async fn ses_12_a_used_return_shows_no_other_person_unasked() {
    test(async |stack, browser| {
        let used = replaced(stack, browser).await;
        browser.open_page(&used).await;
        sees_failure(browser, "ALREADY_USED").await;
        browser.click("[data-test=try-again]").await;
        browser.find("[data-reason=SESSION_CHANGED]").await;
        sees_failure(browser, "SESSION_CHANGED").await;
    })
    .await;
}

#[tokio::test]
async fn ses_12_a_logout_in_a_tab_that_was_replaced_leads_to_no_other_person() {
    test(async |stack, browser| {
        replaced(stack, browser).await;
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        logout_is_answered(browser).await;
        browser.client.refresh().await.unwrap();
        sees_failure(browser, "SESSION_CHANGED").await;
        // The other person's tab keeps what it shows.
        let mine = browser.client.window().await.unwrap();
        let windows = browser.client.windows().await.unwrap();
        let other = windows.into_iter().find(|it| *it != mine).unwrap();
        browser.client.switch_to_window(other).await.unwrap();
        assert_eq!(shown_fields(browser).await["documents.0.surname"], "DOE");
    })
    .await;
}

#[tokio::test]
async fn ses_12_nor_does_a_logout_that_does_not_arrive() {
    test(async |stack, browser| {
        replaced(stack, browser).await;
        let blocked =
            |urls: Value| browser.devtools("Network.setBlockedURLs", json!({"urls": urls}));
        browser.devtools("Network.enable", json!({})).await;
        blocked(json!(["*/api/logout"])).await;
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        blocked(json!([])).await;
        browser.client.refresh().await.unwrap();
        sees_failure(browser, "SESSION_CHANGED").await;
    })
    .await;
}
