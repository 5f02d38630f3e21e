//! The elements on a page of a sibling subdomain, which the backend's configuration lists or not.

use std::time::{Duration, Instant};

use serde_json::json;
use webkyc_test_kit::browser::Browser;

use crate::{
    elements::{press, sees_the_results},
    pages::identify,
    setup::test_in,
    site::{Building, Site},
    stack::{Deployment, Stack},
};

/// A shop and its backend on two subdomains of one site.
pub(crate) async fn siblings(body: impl AsyncFnOnce(&mut Stack, &Browser, &Site)) {
    let building = Building::start().await;
    let shop = building.url("www.shop.localhost");
    let deployment = Deployment {
        host: Some("kyc.shop.localhost"),
        redirect_uri: Some(format!("{shop}/verified.html")),
        sites: format!("[sites.shop]\nname = \"Shop\"\norigins = [\"{shop}\"]\n"),
        ..Deployment::default()
    };
    test_in(deployment, async |stack, browser| {
        let backend = stack.page("");
        for (page, element) in [("index", "button"), ("verified", "results")] {
            building.page(
                &format!("{page}.html"),
                &format!(
                    "<!doctype html><title>Shop</title>
                     <script type=module src={backend}/elements.js></script>
                     <authenteq-{element}><a href={backend}/start>Sign Up</a></authenteq-{element}>"
                ),
            );
        }
        let policy = format!(
            "default-src 'none'; script-src {backend} 'wasm-unsafe-eval'; img-src blob:; \
             connect-src {backend}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        let site = building.open("127.0.0.1:9", Some(&policy));
        body(stack, browser, &site).await;
    })
    .await;
}

#[tokio::test]
async fn the_elements_sign_up_from_a_listed_sibling_subdomain() {
    siblings(async |stack, browser, site| {
        browser.open_page(&site.url("www.shop.localhost")).await;
        press(browser).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        let address = browser.address().await;
        let shop = site.url("www.shop.localhost");
        assert_eq!(address, format!("{shop}/verified.html"));
        let console = browser.console().await;
        assert!(
            !console
                .iter()
                .any(|line| line.contains("Content Security Policy")),
            "{console:#?}"
        );
        assert_eq!(stack.token_calls().await, 1);
        // Another sign-up begins here too: the state of one begun over there would not be found.
        for hook in ["logout", "start-again"] {
            let script = format!(
                "const root = document.querySelector('authenteq-results').shadowRoot;
                const link = root.querySelector('[data-outcome={}] [data-test={hook}]');
                link?.click(); return Boolean(link)",
                if hook == "logout" { "shown" } else { "ended" }
            );
            browser.wait_for_script(&script).await;
        }
        identify(browser, "john").await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 2);
    })
    .await;
}

#[tokio::test]
async fn xo_04_a_sibling_that_is_not_listed_gets_neither_the_script_nor_an_answer() {
    siblings(async |stack, browser, site| {
        // The same pages, by another name of the same site.
        browser.open_page(&site.url("evil.shop.localhost")).await;
        let backend = stack.page("");
        let calls = format!(
            "const ask = (path, init) => fetch('{backend}/' + path, {{ credentials: 'include', ...init }})
                .then(() => 'answered', () => 'refused');
            return [await import('{backend}/elements.js').then(() => 'loaded', () => 'refused'),
                await ask('api/config'),
                await ask('api/session', {{ headers: {{ 'x-webkyc': '1' }} }}),
                await ask('api/begin', {{ method: 'POST', body: '{{}}',
                    headers: {{ 'x-webkyc': '1', 'content-type': 'application/json' }} }})]"
        );
        assert_eq!(
            browser.run_async(&calls).await,
            json!(["refused", "refused", "refused", "refused"])
        );
        // The backend was there, and refused: its log, which is written a moment later, shows it.
        let answers = |status: &str| {
            let log = stack.backend.log();
            let answered = log.lines().filter(|line| line.contains("/api/"));
            answered.filter(|line| line.contains(status)).count()
        };
        let began = Instant::now();
        while answers("\"status\":403") < 3 {
            assert!(began.elapsed() < Duration::from_secs(20), "{}", stack.backend.log());
            tokio::task::yield_now().await;
        }
        assert_eq!(answers("\"status\":200"), 0, "{}", stack.backend.log());
    })
    .await;
}
