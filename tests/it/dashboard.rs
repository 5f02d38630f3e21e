//! The sandbox's dashboard beside a sign-up.

use serde_json::json;
use webkyc_test_kit::browser::Browser;

use crate::{pages::signed_up, setup::test};

#[tokio::test]
async fn a_sign_up_appears_in_the_inspector_without_a_reload() {
    test(async |stack, browser| {
        let dashboard = stack.sandbox_url.join("/_sandbox/").unwrap();
        browser.open_page(dashboard.as_str()).await;
        browser.find(".live[data-state=on]").await;
        browser.find("#nothing").await;
        let typing = "window.loadedBefore = true; document.querySelector('#q').focus()";
        browser.run(typing).await;

        let inspector = browser.client.window().await.unwrap();
        let portal = browser.client.new_window(false).await.unwrap();
        let windows = &browser.client;
        windows.switch_to_window(portal.handle).await.unwrap();
        signed_up(stack, browser, "anna").await;

        windows.switch_to_window(inspector).await.unwrap();
        browser.find("#body > tr.good").await;
        let seen = "const row = document.querySelector('#body > tr');
            const text = (css) => row.querySelector(css).innerText.trim();
            return [window.loadedBefore, document.activeElement.id, text('.who'), text('.outcome')]";
        assert_eq!(
            browser.run(seen).await,
            json!([true, "q", "Anna Maria Schmidt", "✓ The client fetched the data."])
        );
        browser.click("#body .whole").await;
        browser.find(".verdict-of.good").await;
        assert_panels_are_in_the_flow(browser).await;
        let order = "return document.querySelector('#summary').getBoundingClientRect().bottom
            <= document.querySelector('#timeline').getBoundingClientRect().top";
        assert_eq!(browser.run(order).await, true);
        browser.click("#summary a[href*='/clients/']").await;
        browser.find("#settings").await;
        assert_panels_are_in_the_flow(browser).await;
        for path in ["persons", "programs"] {
            let page = dashboard.join(path).unwrap();
            browser.open_page(page.as_str()).await;
            assert_panels_are_in_the_flow(browser).await;
        }
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}

/// A panel that lay over the rest, as the drawer of the visitor's pages does, would hide what is below it.
async fn assert_panels_are_in_the_flow(browser: &Browser) {
    let positions = "return [...document.querySelectorAll('main .panel')]
        .map((panel) => getComputedStyle(panel).position)";
    let positions = browser.run(positions).await;
    let positions = positions.as_array().unwrap();
    assert!(!positions.is_empty());
    assert!(positions.iter().all(|it| it == "static"), "{positions:?}");
}
