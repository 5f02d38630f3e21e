//! The language of the portal's pages: one is loaded, and the visitor's own choice stays.

use serde_json::{Value, json};
use webkyc_test_kit::{browser::Browser, driver::Options};

use crate::{
    elements,
    pages::{begin, identify, sees_failure, sees_the_results, visible_text},
    setup::{test, test_in},
};

/// The languages of the texts that the page has loaded, most once.
const LOADED: &str = "const loaded = performance.getEntriesByType('resource')
        .map(({name}) => /-(en|de|fr)-[0-9a-f]{8,16}\\.js$/.exec(name)?.[1]).filter(Boolean);
    return [...new Set(loaded)].sort()";

/// As a visitor does whose browser speaks these languages.
pub(crate) async fn speaks(browser: &Browser, languages: &str) {
    let agent = browser.run("return navigator.userAgent").await;
    let given = json!({"userAgent": agent, "acceptLanguage": languages});
    browser
        .devtools("Emulation.setUserAgentOverride", given)
        .await;
}

async fn choose(browser: &Browser, language: &str, heading: &str) {
    browser
        .click(&format!("[data-test=language-{language}]"))
        .await;
    reads(browser, language, heading).await;
    let is_chosen = format!(
        "const chosen = [...document.querySelectorAll('.languages [aria-current=true]')];
        return chosen.length === 1 && chosen[0].lang === '{language}' && document.activeElement === chosen[0]"
    );
    browser.wait_for_script(&is_chosen).await;
}

async fn reads(browser: &Browser, language: &str, heading: &str) {
    let is_read = format!(
        "return document.documentElement.lang === '{language}'
            && document.querySelector('[data-page] h1')?.innerText === '{heading}'"
    );
    browser.wait_for_script(&is_read).await;
}

#[tokio::test]
async fn a_visitor_reads_french_all_the_way_and_loads_no_other_language() {
    test(async |stack, browser| {
        speaks(browser, "is,fr-CH,de").await;
        browser.open_page(&stack.page("/")).await;
        reads(browser, "fr", "Montrez qui vous êtes").await;
        assert_eq!(browser.run(LOADED).await, json!(["fr"]));
        let caption = browser.find("[data-test=sign-up]").await;
        assert_eq!(caption.text().await.unwrap(), "S’inscrire avec Authenteq");
        browser.screenshot("french-home").await;
        browser.click("[data-test=sign-up]").await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        reads(browser, "fr", "Votre identité est vérifiée").await;
        assert_eq!(browser.run(LOADED).await, json!(["fr"]));
        let born = visible_text(browser, "documents.0.dateOfBirth").await;
        assert_eq!(born, "12 janvier 1987");
        browser.screenshot("french-results").await;
        browser.click("[data-test=logout]").await;
        reads(browser, "fr", "Vos données sont effacées").await;
        browser.open_page(&stack.page("/integrate")).await;
        reads(browser, "fr", "Mettez le bouton sur votre site").await;
        browser.screenshot("french-integrate").await;
        // The preview on that page is an element, whose texts are its own.
        assert_eq!(browser.run(LOADED).await, json!(["fr"]));
    })
    .await;
}

#[tokio::test]
async fn the_choice_of_a_language_stays_on_the_way_out_and_back_and_after_a_reload() {
    test(async |stack, browser| {
        browser.open_page(&stack.page("/")).await;
        reads(browser, "en", "Show who you are").await;
        choose(browser, "de", "Zeigen Sie, wer Sie sind").await;
        browser.client.refresh().await.unwrap();
        reads(browser, "de", "Zeigen Sie, wer Sie sind").await;
        browser.click("[data-test=sign-up]").await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        reads(browser, "de", "Ihre Identität ist bestätigt").await;
        choose(browser, "fr", "Votre identité est vérifiée").await;
        // The data is neither asked for again nor lost.
        assert_eq!(stack.details_calls().await, 1);
        let title = "return document.title";
        assert_eq!(browser.run(title).await, "Vos données vérifiées");
        browser.client.refresh().await.unwrap();
        reads(browser, "fr", "Votre identité est vérifiée").await;
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_return_that_may_be_tried_again_survives_the_choice_of_a_language() {
    test(async |stack, browser| {
        begin(stack, browser).await;
        let blocked = json!({"urls": ["*/api/exchange"]});
        browser.devtools("Network.enable", json!({})).await;
        browser.devtools("Network.setBlockedURLs", blocked).await;
        identify(browser, "anna").await;
        sees_failure(browser, "OFFLINE").await;
        choose(browser, "de", "Keine Verbindung").await;
        let none = json!({"urls": []});
        browser.devtools("Network.setBlockedURLs", none).await;
        browser.click("[data-test=try-again]").await;
        sees_the_results(browser).await;
        reads(browser, "de", "Ihre Identität ist bestätigt").await;
    })
    .await;
}

#[tokio::test]
async fn a_choice_lasts_for_the_page_where_the_storage_is_blocked() {
    let blocked = Options {
        blocks_storage: true,
        ..Options::default()
    };
    test_in(blocked, async |stack, browser| {
        browser.open_page(&stack.page("/")).await;
        choose(browser, "fr", "Montrez qui vous êtes").await;
        choose(browser, "de", "Zeigen Sie, wer Sie sind").await;
    })
    .await;
}

#[tokio::test]
async fn a_page_whose_texts_cannot_be_loaded_says_what_to_do() {
    test(async |stack, browser| {
        browser.devtools("Network.enable", json!({})).await;
        let texts = json!({"urls": ["*/portal-en-*"]});
        browser.devtools("Network.setBlockedURLs", texts).await;
        browser.open_page(&stack.page("/")).await;
        browser
            .wait_for_script(
                "return getComputedStyle(document.querySelector('.late')).visibility === 'visible'",
            )
            .await;
        let late = browser.find(".late").await.text().await.unwrap();
        assert!(late.starts_with("The page is still loading."), "{late}");
        // A choice that cannot be loaded leaves the page as it is.
        let texts = json!({"urls": ["*/portal-de-*"]});
        browser.devtools("Network.setBlockedURLs", texts).await;
        browser.open_page(&stack.page("/")).await;
        reads(browser, "en", "Show who you are").await;
        browser.click("[data-test=language-de]").await;
        choose(browser, "fr", "Montrez qui vous êtes").await;
        assert_eq!(
            browser
                .run("return sessionStorage['authenteq.language']")
                .await,
            "fr"
        );
    })
    .await;
}

#[tokio::test]
async fn a_deployments_language_comes_before_the_browsers_and_after_the_visitors() {
    test(async |stack, browser| {
        let early = "new MutationObserver((_, it) => {
            if (!document.documentElement) return;
            document.documentElement.dataset.lang = 'de';
            it.disconnect();
        }).observe(document, {childList: true})";
        browser.run_first(early).await;
        browser.open_page(&stack.page("/")).await;
        reads(browser, "de", "Zeigen Sie, wer Sie sind").await;
        choose(browser, "fr", "Montrez qui vous êtes").await;
        browser.client.refresh().await.unwrap();
        reads(browser, "fr", "Montrez qui vous êtes").await;
    })
    .await;
}

#[tokio::test]
async fn results_whose_texts_cannot_be_loaded_say_so_and_load_one_language() {
    elements::example(async |_, browser, site| {
        browser.devtools("Network.enable", json!({})).await;
        let texts = json!({"urls": ["*/authenteq-results-en-*"]});
        browser.devtools("Network.setBlockedURLs", texts).await;
        browser
            .open_page(&format!("{}/verified.html", site.url("localhost")))
            .await;
        let message = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('[role=alert]')?.innerText";
        let message = browser.wait_for_script(message).await;
        let message = message.as_str().unwrap();
        assert!(message.ends_with("(LOAD_FAILED)"), "{message}");
        let in_french = "const other = document.createElement('authenteq-results');
            other.lang = 'fr-BE';
            document.querySelector('authenteq-results').replaceWith(other)";
        browser.run(in_french).await;
        let drawn = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('.authenteq[lang=fr] [data-outcome=failed] h1')?.innerText";
        let heading = browser.wait_for_script(drawn).await;
        assert_eq!(heading, Value::from("Il n’y a rien à afficher ici"));
    })
    .await;
}
