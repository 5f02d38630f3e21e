//! The button on the pages of a site: before its program is there, without it, and as the page sets it.

use serde_json::json;

use crate::{
    elements::{BUTTON, same_origin, sees_the_results},
    pages::identify,
    site::Building,
};

#[tokio::test]
async fn a_page_without_the_script_keeps_a_link_that_works() {
    let building = Building::of_example().await;
    building.page(
        "index.html",
        "<!doctype html><title>Shop</title>
         <script type=module src=/nowhere/elements.js></script>
         <authenteq-button><a href=/kyc/start>Sign Up</a></authenteq-button>",
    );
    same_origin(building, None, async |_, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        browser.click("authenteq-button a").await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
    })
    .await;
}

#[tokio::test]
async fn the_pages_own_link_begins_a_sign_up_while_the_program_is_still_on_its_way() {
    let building = Building::of_example().await;
    building.page(
        "index.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script src=hold.js></script>
         <script type=module src=/kyc/elements.js></script>
         <authenteq-button><a href=/kyc/start>Sign Up</a></authenteq-button>",
    );
    building.page(
        "hold.js",
        "const now = window.fetch;
        window.fetch = async (...request) => {
            if (String(request[0]).endsWith('.wasm')) await new Promise((go) => (window.go = go));
            return now(...request);
        };
        document.addEventListener('authenteq-start', () => (window.heard = true));",
    );
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        browser.wait_for_script("return Boolean(window.go)").await;
        browser.click("authenteq-button a").await;
        assert_eq!(browser.run("return window.heard").await, true);
        assert_eq!(
            browser.address().await,
            format!("{}/", site.url("localhost"))
        );
        browser.run("window.go()").await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
        let visited = String::from_utf8_lossy(&site.responses()).into_owned();
        assert!(!visited.contains("data-page"), "went over the portal");
    })
    .await;
}

#[tokio::test]
async fn the_pages_own_links_lead_where_they_say_when_the_program_never_comes() {
    let building = Building::of_example().await;
    building.page("about.html", "<!doctype html><title>About</title>");
    building.page(
        "index.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script src=hold.js></script>
         <script type=module src=/kyc/elements.js></script>
         <authenteq-button>
           <a id=start href=/kyc/start>Sign Up</a> <a id=about href=about.html>What is this?</a>
         </authenteq-button>",
    );
    building.page(
        "hold.js",
        "const now = window.fetch;
        window.fetch = (...request) =>
            String(request[0]).endsWith('.wasm') ? new Promise(() => (window.held = true)) : now(...request);
        document.addEventListener('authenteq-start', () => (sessionStorage.heard = 'yes'));",
    );
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        browser.wait_for_script("return window.held").await;
        browser.click("#about").await;
        browser
            .wait_for_script("return document.title === 'About'")
            .await;
        assert_eq!(
            browser.run("return sessionStorage.heard").await,
            json!(null)
        );

        browser.open_page(&site.url("localhost")).await;
        browser.wait_for_script("return window.held").await;
        browser.click("#start").await;
        let seen = "return [sessionStorage.heard, document.querySelector('#start').ariaBusy]";
        assert_eq!(browser.run(seen).await, json!(["yes", "true"]));
        // It waits for the program, but not for ever.
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_page_decides_what_its_button_does() {
    let building = Building::start().await;
    building.page(
        "index.html",
        "<!doctype html><html lang=en><title>Shop</title>
         <script type=module src=/kyc/elements.js></script>
         <script type=module src=/kyc/elements.js?again></script>
         <authenteq-button lang=de disabled><a href=/kyc/start>Sign Up</a></authenteq-button>",
    );
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        let seen = format!(
            "const a = {BUTTON}; return a && [a.getAttribute('href'), a.getAttribute('aria-disabled'),
                a.textContent.trim(), a.className.trim()]"
        );
        let disabled = json!([null, "true", "Mit Authenteq registrieren", "authenteq-button"]);
        assert_eq!(browser.wait_for_script(&seen).await, disabled);
        let heard = format!(
            "let heard = 0;
            document.addEventListener('authenteq-start', () => heard++, {{ once: true }});
            {BUTTON}.click();
            return heard"
        );
        assert_eq!(browser.run(&heard).await, 0);

        // Attributes and properties, at any time; the visitor's focus stays where it is.
        browser
            .run(&format!(
                "const e = document.querySelector('authenteq-button');
                {BUTTON}.focus(); window.link = {BUTTON};
                e.disabled = false; e.site = 'sh op'; e.setAttribute('return', 'do&ne');
                e.variant = 'accessible'; e.lang = 'en';"
            ))
            .await;
        let start = format!("{}/kyc/start?site=sh+op&return=do%26ne", site.url("localhost"));
        let class = "authenteq-button authenteq-button--accessible";
        assert_eq!(
            browser.run(&seen).await,
            json!([start, null, "Sign Up with Authenteq", class])
        );
        assert_eq!(browser.run(&format!("return {BUTTON} === window.link")).await, true);

        // A listener may keep the visitor on the page.
        let kept = format!(
            "const heard = [];
            document.addEventListener('authenteq-start', (event) => {{
                heard.push([event.target.localName, event.detail, event.composed]);
                event.preventDefault();
            }}, {{ once: true }});
            {BUTTON}.click();
            return heard"
        );
        assert_eq!(
            browser.run(&kept).await,
            json!([["authenteq-button", {"site": "sh op", "return": "do&ne"}, true]])
        );
        assert_eq!(stack.token_calls().await, 0);

        // A refusal of the backend reaches the visitor and the page.
        let refused = format!(
            "const event = new Promise((tell) => document.addEventListener('authenteq-error',
                (event) => tell(event.detail), {{ once: true }}));
            {BUTTON}.click();
            const detail = await event;
            return [detail, {BUTTON}.parentNode.querySelector('[role=alert]').textContent]"
        );
        let refused = browser.run_async(&refused).await;
        assert_eq!(refused[0], json!({"code": "UNKNOWN_SITE", "supportCode": "UNKNOWN_SITE"}), "{refused}");
        assert!(refused[1].as_str().unwrap().contains("UNKNOWN_SITE"), "{refused}");
    })
    .await;
}
