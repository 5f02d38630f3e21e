//! Every page, on a desktop and on a phone, in light and dark: kept as screenshots in
//! `target/screenshots`, and none wider than its screen.

use serde_json::json;
use webkyc_test_kit::{browser::Browser, driver::Options};

use crate::{
    language_choice::speaks,
    pages::{begin, open_drawer, press_person, sees_failure, sees_the_results, signed_up},
    setup::test_in,
};

pub(crate) async fn look(browser: &Browser, name: &str) {
    for scheme in ["light", "dark"] {
        browser.prefers(scheme).await;
        browser.screenshot(&format!("{name}-{scheme}")).await;
    }
    let wide = "return [document.documentElement, ...document.querySelectorAll('.table-frame')]
        .filter(e => e.scrollWidth > e.clientWidth).map(e => e.tagName + '.' + e.className)";
    assert_eq!(
        browser.run(wide).await,
        json!([]),
        "{name} scrolls sideways"
    );
}

async fn look_at_everything(screen: &str, options: Options) {
    test_in(options, async |stack, browser| {
        browser.open_page(&stack.page("/")).await;
        browser.find("[data-test=sign-up]").await;
        look(browser, &format!("home-{screen}")).await;
        browser
            .open_page(&stack.page("/results?code=a&state=b"))
            .await;
        sees_failure(browser, "NOT_STARTED_HERE").await;
        look(browser, &format!("failure-{screen}")).await;
        for person in ["anna", "john"] {
            begin(stack, browser).await;
            look(browser, &format!("introduction-{screen}")).await;
            open_drawer(browser).await;
            look(browser, &format!("drawer-{person}-{screen}")).await;
            browser.click("[data-test=skip-pages]").await;
            press_person(browser, person).await;
            for step in ["liveness", "document", "verification"] {
                browser.find(&format!("body[data-step={step}]")).await;
                look(browser, &format!("{step}-{person}-{screen}")).await;
                browser.click("[data-test=continue]").await;
            }
            sees_the_results(browser).await;
            crate::pages::shown_images(browser).await;
            look(browser, &format!("results-{person}-{screen}")).await;
        }
        let mut wrong = stack.sandbox_url.join("/authorize").unwrap();
        wrong.set_query(Some("response_type=code&client_id=nobody"));
        browser.open_page(wrong.as_str()).await;
        browser.find("body[data-step=error]").await;
        look(browser, &format!("error-{screen}")).await;
    })
    .await;
}

#[tokio::test]
async fn every_page_fits_a_desktop() {
    look_at_everything("desktop", Options::default()).await;
}

#[tokio::test]
async fn every_page_fits_a_phone() {
    let phone = Options {
        is_phone: true,
        ..Options::default()
    };
    look_at_everything("phone", phone).await;
}

/// Labels and cells whose words reach into their neighbours.
const TOO_WIDE: &str = "return [...document.querySelectorAll('dt, dd, th, td')]
    .filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)";

#[tokio::test]
async fn the_results_fit_a_phone_in_every_language() {
    let phone = Options {
        is_phone: true,
        ..Options::default()
    };
    test_in(phone, async |stack, browser| {
        for language in ["en", "de", "fr"] {
            speaks(browser, language).await;
            for person in ["complete", "licence"] {
                signed_up(stack, browser, person).await;
                look(browser, &format!("results-{person}-phone-{language}")).await;
                let found = browser.run(TOO_WIDE).await;
                assert_eq!(found, json!([]), "{person} in {language}");
            }
        }
    })
    .await;
}
