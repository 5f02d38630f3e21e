//! One walk over everything a visitor can do: no page violates its policy or calls another origin.

use rstest::rstest;
use serde_json::json;
use webkyc_test_kit::browser::Browser;

use crate::{
    downloads::{download_folder, saved},
    hostile_data::watch,
    pages::{identify, sees_the_results, shown_images},
    setup::{test, test_over},
    stack::Flow,
};

/// Since it was loaded, this page violated no policy, logged nothing and called no other origin.
#[track_caller]
fn is_quiet(browser: &Browser) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let seen = browser
            .run(
                "const asked = performance.getEntriesByType('resource').map((entry) => entry.name);
                return [window.violations, window.pwned ?? null, asked.length > 2,
                    asked.filter((url) => new URL(url).origin !== location.origin)]",
            )
            .await;
        assert_eq!(seen, json!([[], null, true, []]), "{caller}");
        let console = browser.console().await;
        assert_eq!(console, [""; 0], "{caller}");
    }
}

#[rstest]
#[tokio::test]
async fn prv_04_a_whole_sign_up_calls_no_third_party_and_violates_no_policy(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        let folder = download_folder(browser).await;
        watch(browser).await;
        browser.open_page(&stack.page("/")).await;
        browser.find("[data-test=sign-up]").await;
        is_quiet(browser).await;
        browser.click("[data-test=sign-up]").await;
        identify(browser, "john").await;
        sees_the_results(browser).await;
        shown_images(browser).await;
        is_quiet(browser).await;

        browser.click("[data-test=reveal]").await;
        browser.find("[data-test=reveal][aria-pressed=true]").await;
        for (hook, name) in [
            ("[data-test=export-pdf]", "verification.pdf"),
            ("[data-test=export-json]", "verification.json"),
            (
                ".picture-save[download='document-1-front.jpg']",
                "document-1-front.jpg",
            ),
        ] {
            browser.click(hook).await;
            saved(folder.path(), name).await;
        }
        browser.run("window.print = () => {}").await;
        browser.click("[data-test=print]").await;
        browser.keep_paper("paper-whole-way").await;
        is_quiet(browser).await;

        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        is_quiet(browser).await;
        browser.click("[data-test=start-again]").await;
        identify(browser, "three-documents").await;
        sees_the_results(browser).await;
        shown_images(browser).await;
        is_quiet(browser).await;
        browser.client.refresh().await.unwrap();
        sees_the_results(browser).await;
        is_quiet(browser).await;

        browser.open_page(&stack.page("/integrate")).await;
        browser
            .find("main[data-page=integrate][data-outcome=shown]")
            .await;
        is_quiet(browser).await;
        browser
            .open_page(&stack.page("/results?code=a&state=b"))
            .await;
        browser.find("[data-outcome=failed]").await;
        is_quiet(browser).await;
    })
    .await;
}

#[tokio::test]
async fn calls_of_a_page_to_other_origins_are_noticed() {
    test(async |stack, browser| {
        watch(browser).await;
        browser.open_page(&stack.page("/")).await;
        browser.find("[data-test=sign-up]").await;
        is_quiet(browser).await;
        let harm =
            "document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/' }));";
        browser.run(harm).await;
        let violation = browser.wait_for_script("return window.violations[0]").await;
        assert_eq!(violation, "img-src http://127.0.0.1:9/");
        let console = browser.console().await;
        assert!(
            console
                .iter()
                .any(|line| line.contains("Content Security Policy")),
            "{console:?}"
        );
    })
    .await;
}
