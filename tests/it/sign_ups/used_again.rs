//! A return that was used before, as after Back and a second press of Return at the identity server: the page of
//! the sign-up says how it stands.

use webkyc_test_kit::browser::Browser;

use super::{BACK, QUESTION, back_at, begin, failure, has, sees_the_shop, way_back};
use crate::{
    pages::{sees_the_results, signed_up, stored_state},
    shop::{After, SignUp, with_shop},
    stack::Stack,
};

const FINISHED: &str = "[data-page=start][data-outcome=finished]";
const SHOW_DATA: &str = "[data-test=show-data]";

/// Begins a sign-up. Returns the code and the state that its visitor comes back with.
async fn leave(stack: &Stack, browser: &Browser, sign_up: &SignUp) -> [String; 2] {
    begin(browser, sign_up).await;
    browser.open_page(&stack.page("/")).await;
    let state = stored_state(browser).await;
    [stack.code_of_this_visitor().await, state]
}

async fn come_back(stack: &Stack, browser: &Browser, query: &str) {
    let address = stack.page(&format!("/results?{query}"));
    browser.open_page(&address).await;
}

/// The same, and comes back with them to the results. Returns the query.
async fn see_the_results(stack: &Stack, browser: &Browser, sign_up: &SignUp) -> String {
    let [code, state] = leave(stack, browser, sign_up).await;
    let query = format!("code={code}&state={state}");
    come_back(stack, browser, &query).await;
    sees_the_results(browser).await;
    query
}

#[tokio::test]
async fn a_used_return_leads_back_to_the_shop() {
    with_shop(After::Return, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        let [code, state] = leave(stack, browser, &sign_up).await;
        let query = format!("code={code}&state={state}");
        come_back(stack, browser, &query).await;
        sees_the_shop(browser, shop, &sign_up).await;

        come_back(stack, browser, &query).await;
        browser.find(FINISHED).await;
        assert!(!has(browser, SHOW_DATA).await);
        browser.click(BACK).await;
        sees_the_shop(browser, shop, &sign_up).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_used_return_shows_the_data_as_long_as_there_is_any() {
    with_shop(After::Show, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        let query = see_the_results(stack, browser, &sign_up).await;

        come_back(stack, browser, &query).await;
        browser.find(FINISHED).await;
        assert_eq!(way_back(browser).await, back_at(shop, &sign_up));
        browser.click(SHOW_DATA).await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_finished_sign_up_offers_no_data_of_another() {
    with_shop(After::Show, async |stack, browser, _| {
        let sign_up = stack.create_sign_up().await;
        let query = see_the_results(stack, browser, &sign_up).await;
        signed_up(stack, browser, "john").await;

        come_back(stack, browser, &query).await;
        browser.find(FINISHED).await;
        assert!(!has(browser, SHOW_DATA).await);
    })
    .await;
}

#[tokio::test]
async fn a_return_after_cancel_asks_again() {
    with_shop(After::Show, async |stack, browser, _| {
        let sign_up = stack.create_sign_up().await;
        let [code, state] = leave(stack, browser, &sign_up).await;
        come_back(stack, browser, &format!("state={state}")).await;
        assert_eq!(failure(browser).await, "NO_CODE");

        let query = format!("code={code}&state={state}");
        come_back(stack, browser, &query).await;
        browser.find(QUESTION).await;

        // Without the handle, this tab knows no sign-up that may begin.
        let forget = "for (const key of Object.keys(sessionStorage)) {
            if (key.startsWith('authenteq.sign_up.')) sessionStorage.removeItem(key);
        }";
        browser.run(forget).await;
        come_back(stack, browser, &query).await;
        assert_eq!(failure(browser).await, "SIGN_UP_NOT_FOUND");
        assert_eq!(stack.token_calls().await, 0);
    })
    .await;
}
