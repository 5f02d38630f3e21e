//! The examples, as their READMEs say.

use std::{env, path::PathBuf};

use webkyc_test_kit::browser::Browser;

use crate::{
    pages::{self, identify},
    setup::test_in,
    site::{Building, examples},
    stack::{Deployment, Stack},
};

#[tokio::test]
async fn the_link_leads_from_any_site_to_the_results_and_back() {
    let building = Building::start().await;
    let shop = building.url("shop.localhost");
    let sites = std::fs::read_to_string(examples().join("link/webkyc.toml")).unwrap();
    let kind = Deployment::with(&sites.replace("http://localhost:8000", &shop));
    test_in(kind, async |stack, browser| {
        let page = std::fs::read_to_string(examples().join("link/index.html")).unwrap();
        building.pages_of(&examples().join("link"));
        building.page(
            "index.html",
            &page.replace("http://localhost:8001", &stack.page("")),
        );
        // No script, no call, no picture: the page's own policy is all it needs.
        let policy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'";
        let _site = building.open("127.0.0.1:9", Some(policy));
        browser.open_page(&shop).await;
        browser.screenshot("example-link").await;
        browser.click(".authenteq-link").await;
        identify(browser, "john").await;
        pages::sees_the_results(browser).await;
        browser.click("[data-test=return]").await;
        browser
            .wait_for_script("return document.querySelector('h1')?.textContent === 'Thank you'")
            .await;
        assert_eq!(browser.address().await, format!("{shop}/done.html"));
    })
    .await;
}

#[tokio::test]
async fn a_leptos_application_signs_up_with_the_components() {
    let building = Building::start().await;
    let origin = building.url("localhost");
    let kind = Deployment::on(&building, "verified");
    test_in(kind, async |stack: &mut Stack, browser: &Browser| {
        building.pages_of(&application());
        let index = std::fs::read_to_string(application().join("index.html")).unwrap();
        building.page("verified", &index);
        // As Trunk builds it, the page starts from an inline script.
        let policy = "default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; \
             style-src 'self'; img-src 'self' blob:; connect-src 'self'";
        let _site = building.open(&stack.public.host(), Some(policy));
        browser.open_page(&origin).await;
        browser.click("[data-test=sign-up]").await;
        identify(browser, "john").await;
        browser.find(".authenteq [data-outcome=shown]").await;
        let thanks = "return document.body.innerText.includes('Choose your car')";
        browser.wait_for_script(thanks).await;
        assert_eq!(browser.address().await, format!("{origin}/verified"));
        assert_eq!(stack.token_calls().await, 1);
        browser.screenshot("example-leptos").await;
    })
    .await;
}

/// Where `cargo xtask test` built it.
fn application() -> PathBuf {
    let built = env::var_os("WEBKYC_TEST_LEPTOS_EXAMPLE");
    built.map_or_else(|| examples().join("leptos/dist"), PathBuf::from)
}
