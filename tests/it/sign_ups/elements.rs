//! The elements of a site whose server creates the sign-up.

use serde_json::json;
use webkyc_test_kit::browser::Browser;

use super::{QUESTION, back_at, proceed, sees_the_shop};
use crate::{
    elements::{BUTTON, press, sees_the_results},
    pages::{identify, stored_state},
    shop::{After, SignUp, with_shop_on},
    site::{Building, Site},
};

const RESULTS: &str = "document.querySelector('authenteq-results').shadowRoot";

/// Gives the handle to the button of the site's page.
async fn hand_over(browser: &Browser, site: &Site, sign_up: &SignUp) {
    browser.open_page(&site.url("localhost")).await;
    browser
        .wait_for_script(&format!("return {BUTTON}?.href"))
        .await;
    let hand_over = format!(
        "document.querySelector('authenteq-button').signUp = '{}'",
        sign_up.handle()
    );
    browser.run(&hand_over).await;
}

#[tokio::test]
async fn the_button_leads_to_the_question_and_the_results_lead_back() {
    let building = Building::of_example().await;
    with_shop_on(building, After::Show, async |stack, browser, shop, site| {
        let sign_up = stack.create_sign_up().await;
        hand_over(browser, site, &sign_up).await;
        let button = "document.querySelector('authenteq-button')";
        browser.run(&format!("{button}.site = 'other'")).await;
        let seen = format!("return [{BUTTON}.href, {button}.getAttribute('sign-up')]");
        let expected = json!([sign_up.url, sign_up.handle()]);
        assert_eq!(browser.run(&seen).await, expected);
        let console = browser.console().await;
        assert!(console.iter().any(|line| line.contains("ignores site")));
        press(browser).await;
        browser.find(QUESTION).await;
        assert_eq!(stack.count_calls("POST /kyc/api/begin"), 0);
        proceed(browser).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        let links = format!(
            "return [{RESULTS}.querySelector('[data-test=return]').href,
                {RESULTS}.querySelector('[data-test=start-again]'),
                {RESULTS}.querySelector('[data-test=test-badge]') !== null]"
        );
        let expected = json!([back_at(shop, &sign_up), null, true]);
        assert_eq!(browser.run(&links).await, expected);
    })
    .await;
}

#[tokio::test]
async fn the_results_lead_back_at_once_where_the_site_wants_it() {
    let building = Building::of_example().await;
    with_shop_on(
        building,
        After::Return,
        async |stack, browser, shop, site| {
            let sign_up = stack.create_sign_up().await;
            hand_over(browser, site, &sign_up).await;
            press(browser).await;
            proceed(browser).await;
            identify(browser, "anna").await;
            sees_the_shop(browser, shop, &sign_up).await;
            assert_eq!(stack.count_calls("GET /kyc/api/details"), 0);
            assert_eq!(stack.ended_sign_up(&sign_up).await["status"], "verified");
        },
    )
    .await;
}

#[tokio::test]
async fn fe_29_after_a_failure_in_the_element_the_owner_begins_again() {
    let building = Building::of_example().await;
    with_shop_on(building, After::Show, async |stack, browser, _, site| {
        let sign_up = stack.create_sign_up().await;
        hand_over(browser, site, &sign_up).await;
        press(browser).await;
        proceed(browser).await;
        browser.open_page(&site.url("localhost")).await;
        let state = stored_state(browser).await;
        let back = format!(
            "{}/verified.html?state={state}&error=no",
            site.url("localhost")
        );
        browser.open_page(&back).await;
        let again = format!("return Boolean({RESULTS}.querySelector('[data-test=start-again]'))");
        browser.wait_for_script(&again).await;
        assert_eq!(
            stack.sign_up(&sign_up).await["lastReason"],
            "PROVIDER_ERROR"
        );
        let press = format!("{RESULTS}.querySelector('[data-test=start-again]').click()");
        browser.run(&press).await;
        proceed(browser).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
    })
    .await;
}
