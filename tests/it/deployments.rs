//! Two deployments on one host: their cookies are in one jar, for which neither path nor port counts enough.

use serde_json::{Value, json};
use webkyc_test_kit::browser::Browser;

use crate::{
    elements::{self},
    pages::{begin, identify, sees_the_results, signed_up},
    setup::test_in,
    site::{Building, Site},
    stack::{Deployment, Stack},
};

/// Waits until the browser has the answer to this call of the page.
async fn is_answered(browser: &Browser, path: &str) {
    let answered = format!(
        "return performance.getEntriesByType('resource')
            .some((entry) => entry.name.endsWith('{path}') && entry.responseStatus > 0)"
    );
    browser.wait_for_script(&answered).await;
}

/// The data is on the page; leaves it there or takes it away.
async fn log_out(browser: &Browser) {
    browser.click("[data-test=logout]").await;
    browser.find("[data-outcome=ended]").await;
    is_answered(browser, "/api/logout").await;
}

/// A sign-up at one of the two succeeds, and the other keeps its session.
async fn do_not_mind_each_other(browser: &Browser, first: &Stack, second: &Stack) {
    begin(first, browser).await;
    let left = browser.client.window().await.unwrap();
    let other = browser.client.new_window(true).await.unwrap();
    browser.client.switch_to_window(other.handle).await.unwrap();
    signed_up(second, browser, "john").await;
    log_out(browser).await;

    browser.client.switch_to_window(left).await.unwrap();
    identify(browser, "anna").await;
    sees_the_results(browser).await;
    assert_eq!(first.token_calls().await, 1);

    // A session lives beside one of the other deployment, and beside its end.
    let address = browser.address().await;
    signed_up(second, browser, "john").await;
    log_out(browser).await;
    browser.open_page(&address).await;
    sees_the_results(browser).await;
    let name = browser.find("[data-field='documents.0.givenNames']").await;
    assert_eq!(name.text().await.unwrap(), "ANNA MARIA");
}

fn mounted(site: &Building, folder: &str) -> Deployment {
    Deployment {
        public_url: Some(format!("{}{folder}", site.url("localhost"))),
        ..Deployment::default()
    }
}

#[tokio::test]
async fn ses_16_two_deployments_under_two_paths_of_a_site_do_not_mind_each_other() {
    let building = Building::start().await;
    let second = Stack::start(mounted(&building, "/kyc-staging")).await;
    let deployment = mounted(&building, "/kyc");
    test_in(deployment, async |first, browser| {
        let backends = [
            ("/kyc/", first.public.host()),
            ("/kyc-staging/", second.public.host()),
        ];
        let _site = building.open_before(&backends);
        do_not_mind_each_other(browser, first, &second).await;
    })
    .await;
}

#[tokio::test]
async fn ses_16_two_deployments_at_two_ports_of_a_host_do_not_mind_each_other() {
    let at_localhost = || Deployment {
        host: Some("localhost"),
        ..Deployment::default()
    };
    let second = Stack::start(at_localhost()).await;
    let deployment = at_localhost();
    test_in(deployment, async |first, browser| {
        do_not_mind_each_other(browser, first, &second).await;
    })
    .await;
}

/// As soon as a return is being checked, the page names another deployment in `<authenteq-results>`.
const MOVES_ON: &str = "
    window.heard = [];
    for (const name of ['verified', 'error']) {
        document.addEventListener(`authenteq-${name}`, ({ detail }) => heard.push([name, detail.code ?? '']));
    }
    const results = document.querySelector('authenteq-results');
    const watch = new MutationObserver(() => {
        if (!results.shadowRoot.querySelector('[data-outcome=checking]')) return;
        watch.disconnect();
        if (!new URL(location).searchParams.has('stays')) results.baseUrl = '/kyc-staging';
    });
    watch.observe(results.shadowRoot, { childList: true, subtree: true, attributes: true });";

/// A site with two deployments, and visitors who come back to its own page.
async fn moving_on(body: impl AsyncFnOnce(&Stack, &Stack, &Browser, &Site)) {
    let building = Building::of_example().await;
    building.page("verified.js", MOVES_ON);
    let second = Stack::start(mounted(&building, "/kyc-staging")).await;
    let deployment = Deployment::on(&building, "verified.html");
    test_in(deployment, async |first, browser| {
        let backends = [
            ("/kyc/", first.public.host()),
            ("/kyc-staging/", second.public.host()),
        ];
        let site = building.open_before(&backends);
        body(first, &second, browser, &site).await;
    })
    .await;
}

#[tokio::test]
async fn a_return_that_is_checked_while_base_url_changes_ends_where_it_began() {
    moving_on(async |first, second, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        elements::press(browser).await;
        identify(browser, "anna").await;
        // The element reports its end, and then the other deployment answers.
        let drawn = "const drawn = document.querySelector('authenteq-results').shadowRoot
            .querySelector('[data-outcome=failed]');
            return drawn?.dataset.reason === 'NOTHING_HERE' && window.heard";
        assert_eq!(
            browser.wait_for_script(drawn).await,
            json!([["verified", ""], ["error", "NOTHING_HERE"]])
        );
        let data = "return document.querySelector('authenteq-results').verification";
        assert_eq!(browser.run(data).await, Value::Null);
        assert_eq!(first.token_calls().await, 1);
        assert_eq!(first.count_calls("POST /kyc/api/exchange"), 1);
        assert_eq!(second.count_calls("POST /kyc-staging/api/exchange"), 0);
        assert_eq!(second.token_calls().await, 0);
        // Nothing is lost: the first has the session.
        browser
            .run("document.querySelector('authenteq-results').baseUrl = '/kyc'")
            .await;
        elements::sees_the_results(browser).await;
        assert_eq!(
            browser.run(data).await["documents"][0]["surname"],
            "SCHMIDT"
        );
        assert_eq!(first.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_element_that_was_taken_away_while_base_url_changed_is_drawn_at_the_new_one() {
    moving_on(async |first, second, browser, site| {
        browser
            .open_page(&format!("{}/verified.html?stays", site.url("localhost")))
            .await;
        let failed = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('[data-reason=NOTHING_HERE]') && true";
        browser.wait_for_script(failed).await;
        let asked = second.count_calls("GET /kyc-staging/api/session");
        let moved = "const results = document.querySelector('authenteq-results');
            results.remove();
            results.baseUrl = '/kyc-staging';
            await new Promise((next) => setTimeout(next));
            const meanwhile = results.shadowRoot.innerHTML;
            document.body.append(results);
            return meanwhile";
        assert_eq!(browser.run_async(moved).await, "<slot></slot>");
        browser.wait_for_script(failed).await;
        assert_eq!(asked, 0);
        let wire = String::from_utf8_lossy(&second.public.requests()).into_owned();
        assert!(wire.contains("GET /kyc-staging/api/session"), "{wire}");
        // A wrong address while the results are drawn is reported, and the old results go.
        let wrong = "document.querySelector('authenteq-results').baseUrl = 'http://['";
        browser.run(wrong).await;
        let said = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('[role=alert]')?.textContent";
        let message = browser.wait_for_script(said).await;
        assert!(
            message.as_str().unwrap().contains("BASE_URL_INVALID"),
            "{message}"
        );
        assert_eq!(first.token_calls().await, 0);
    })
    .await;
}
