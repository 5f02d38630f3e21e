//! The question before a sign-up: what it says, how it looks, and that it survives a reload.

use webkyc_test_kit::driver::Options;

use super::{BACK, QUESTION, cancel, failure, proceed, text};
use crate::{
    pages::{identify, sees_the_results},
    screenshots::look,
    setup::Setup,
    shop::{After, with_shop, with_shop_in},
};

#[tokio::test]
async fn the_question_says_for_whom_it_is_and_what_will_be_stored() {
    with_shop(After::Show, async |stack, browser, _| {
        let stored = async |claims: &[&str]| {
            let sign_up = stack.create_sign_up_for(claims).await;
            browser.open_page(&sign_up.url).await;
            text(browser, "[data-test=stores]").await
        };
        let one = stored(&["age_over_18"]).await;
        assert_eq!(one, "Example Shop will store: whether you are over 18.");
        let page = text(browser, "main").await;
        assert!(page.contains("account a…@…"), "{page}");
        let badge = text(browser, ".masthead [data-test=test-badge]").await;
        assert!(
            badge.ends_with("Test: no real person is verified"),
            "{badge}"
        );
        let none = stored(&[]).await;
        let nothing =
            "Example Shop will learn that you were verified, and store nothing about you.";
        assert_eq!(none, nothing);
        let several = stored(&["age_over_18", "family_name"]).await;
        assert_eq!(
            several,
            "Example Shop will store:\nwhether you are over 18\nyour surname"
        );
    })
    .await;
}

#[tokio::test]
async fn a_reload_of_the_question_asks_it_again() {
    with_shop(After::Show, async |stack, browser, _| {
        let sign_up = stack.create_sign_up().await;
        browser.open_page(&sign_up.url).await;
        browser.find(QUESTION).await;
        let address = browser.address().await;
        browser.client.refresh().await.unwrap();
        browser.find(QUESTION).await;
        assert_eq!(browser.address().await, address);
        // Another tab does not keep the handle.
        let other = browser.client.new_window(true).await.unwrap();
        browser.client.switch_to_window(other.handle).await.unwrap();
        browser.open_page(&address).await;
        assert_eq!(failure(browser).await, "SIGN_UP_NOT_FOUND");
        // A handle that is typed into the address of an open page counts.
        let fragment = format!("location.hash = 'sign_up={}'", sign_up.handle());
        browser.run(&fragment).await;
        browser.find(QUESTION).await;
        for handle in ["short", &"x".repeat(43)] {
            browser
                .open_page(&stack.page(&format!("/start#sign_up={handle}")))
                .await;
            browser.client.refresh().await.unwrap();
            assert_eq!(failure(browser).await, "SIGN_UP_NOT_FOUND");
        }
        assert_eq!(stack.count_calls("POST /api/begin"), 0);
    })
    .await;
}

async fn look_at_the_question(screen: &str, options: Options) {
    let setup = Setup::from(options);
    with_shop_in(setup, After::Show, async |stack, browser, _| {
        let claims = ["age_over_18", "family_name", "name_match", "document_valid"];
        let sign_up = stack.create_sign_up_for(&claims).await;
        browser.open_page(&sign_up.url).await;
        browser.find(QUESTION).await;
        look(browser, &format!("question-several-{screen}")).await;
        let sign_up = stack.create_sign_up().await;
        browser.open_page(&sign_up.url).await;
        browser.find(QUESTION).await;
        look(browser, &format!("question-{screen}")).await;
        proceed(browser).await;
        cancel(stack, browser).await;
        browser.find(BACK).await;
        look(browser, &format!("question-failed-{screen}")).await;
        browser.click("[data-test=start-again]").await;
        proceed(browser).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        look(browser, &format!("question-results-{screen}")).await;
        browser.open_page(&sign_up.url).await;
        browser.find("[data-outcome=finished]").await;
        look(browser, &format!("question-finished-{screen}")).await;
        browser.open_page(&stack.page("/")).await;
        browser.find("[data-test=test-badge]").await;
        look(browser, &format!("question-home-{screen}")).await;
    })
    .await;
}

#[tokio::test]
async fn the_question_fits_a_desktop() {
    look_at_the_question("desktop", Options::default()).await;
}

#[tokio::test]
async fn the_question_fits_a_phone() {
    let phone = Options {
        is_phone: true,
        ..Options::default()
    };
    look_at_the_question("phone", phone).await;
}
