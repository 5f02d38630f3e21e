//! A return that was used before, as after Back and a second press of Return at the identity server.

use webkyc_test_kit::browser::Browser;

use super::{BACK, back_at, begin, failure, has, sees_the_shop, way_back};
use crate::{
    pages::{sees_the_results, stored_state},
    shop::{After, with_shop},
    stack::Stack,
};

const SHOW_DATA: &str = "[data-test=try-again]";
const START_AGAIN: &str = "[data-test=start-again]";

/// The state of the flow that this browser has begun.
async fn state(stack: &Stack, browser: &Browser) -> String {
    browser.open_page(&stack.page("/")).await;
    stored_state(browser).await
}

async fn come_back(stack: &Stack, browser: &Browser, query: &str) {
    let address = stack.page(&format!("/results?{query}"));
    browser.open_page(&address).await;
}

#[tokio::test]
async fn a_used_return_leads_back_to_the_shop() {
    with_shop(After::Return, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        begin(browser, &sign_up).await;
        let state = state(stack, browser).await;
        let code = stack.code_of_this_visitor().await;
        let query = format!("code={code}&state={state}");
        come_back(stack, browser, &query).await;
        sees_the_shop(browser, shop, &sign_up).await;

        come_back(stack, browser, &query).await;
        assert_eq!(failure(browser).await, "ALREADY_USED");
        assert_eq!(way_back(browser).await, back_at(shop, &sign_up));
        assert!(!has(browser, START_AGAIN).await);
        browser.click(BACK).await;
        sees_the_shop(browser, shop, &sign_up).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_used_return_shows_the_data_as_long_as_there_are_any() {
    with_shop(After::Show, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        begin(browser, &sign_up).await;
        let state = state(stack, browser).await;
        let code = stack.code_of_this_visitor().await;
        let query = format!("code={code}&state={state}");
        come_back(stack, browser, &query).await;
        sees_the_results(browser).await;

        come_back(stack, browser, &query).await;
        assert_eq!(failure(browser).await, "ALREADY_USED");
        assert_eq!(way_back(browser).await, back_at(shop, &sign_up));
        browser.click(SHOW_DATA).await;
        sees_the_results(browser).await;
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
    })
    .await;
}

#[tokio::test]
async fn a_return_after_cancel_begins_again_and_offers_no_data() {
    with_shop(After::Show, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        begin(browser, &sign_up).await;
        let state = state(stack, browser).await;
        let code = stack.code_of_this_visitor().await;
        come_back(stack, browser, &format!("state={state}")).await;
        assert_eq!(failure(browser).await, "NO_CODE");

        let query = format!("code={code}&state={state}");
        come_back(stack, browser, &query).await;
        assert_eq!(failure(browser).await, "ALREADY_USED");
        assert_eq!(way_back(browser).await, back_at(shop, &sign_up));
        assert!(!has(browser, SHOW_DATA).await);
        browser.click(START_AGAIN).await;
        browser.find(super::QUESTION).await;
        assert_eq!(stack.token_calls().await, 0);
    })
    .await;
}
