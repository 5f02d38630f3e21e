//! The callback in `<authenteq-results>`: one that is not theirs, one while the page changes; and the button
//! in a browser that blocks storage.

use rstest::rstest;
use serde_json::json;
use webkyc_test_kit::{browser::Browser, driver::Options};

use crate::{
    elements,
    elements::{BUTTON, example_over, press, same_origin, same_origin_in, sees_the_results},
    pages::{self, begin, identify, sees_failure, stored_state},
    setup::{test_in, test_over},
    site::{Building, Site},
    stack::{Deployment, Flow, Stack},
};

const ROOT: &str = "document.querySelector('authenteq-results').shadowRoot";

/// A state of the form of ours.
const LIKE_OURS: &str = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80";

async fn comes_back(browser: &Browser, site: &Site, query: &str) {
    let address = format!("{}/verified.html?{query}", site.url("localhost"));
    browser.open_page(&address).await;
}

/// The element shows the failure with its code and a sentence, and the address keeps nothing of the callback.
async fn is_refused(browser: &Browser, site: &Site, reason: &str) {
    sees_refusal(browser, reason).await;
    let address = browser.address().await;
    assert_eq!(address, format!("{}/verified.html", site.url("localhost")));
}

/// The same for parameters that are not of a flow of this tab, which stay in the address.
async fn is_left(browser: &Browser, site: &Site, query: &str, reason: &str) {
    comes_back(browser, site, query).await;
    sees_refusal(browser, reason).await;
    let address = browser.address().await;
    assert_eq!(
        address,
        format!("{}/verified.html?{query}", site.url("localhost"))
    );
}

async fn sees_refusal(browser: &Browser, reason: &str) {
    let seen = format!(
        "const drawn = document.querySelector('authenteq-results')?.shadowRoot
            ?.querySelector('[data-outcome=failed]');
        return drawn && [drawn.dataset.reason, drawn.innerText.includes('{reason}'),
            drawn.querySelector('[data-test=start-again]') !== null]"
    );
    assert_eq!(
        browser.wait_for_script(&seen).await,
        json!([reason, true, true])
    );
    let data = "return document.querySelector('authenteq-results').verification";
    assert!(browser.run(data).await.is_null());
}

/// Leaves through the button and comes back to the site in the same tab.
async fn left(browser: &Browser, site: &Site) -> String {
    browser.open_page(&site.url("localhost")).await;
    press(browser).await;
    browser.find("body[data-step=introduction]").await;
    browser.open_page(&site.url("localhost")).await;
    stored_state(browser).await
}

#[rstest]
#[tokio::test]
async fn oa_01_a_code_of_another_visitor_opens_nothing_in_the_element(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    example_over(flow, async |stack, browser, site| {
        let code = stack.code_of_another_visitor().await;
        let query = format!("code={code}&state=theirs");
        is_left(browser, site, &query, "NOTHING_HERE").await;
        let query = format!("code={code}&state={LIKE_OURS}");
        is_left(browser, site, &query, "NOT_STARTED_HERE").await;
        assert_eq!(stack.count_calls("POST /kyc/api/exchange"), 0);
        assert_eq!(stack.token_calls().await, 0);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn oa_02_oa_03_a_missing_or_wrong_state_is_refused_in_the_element(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    example_over(flow, async |stack, browser, site| {
        let state = left(browser, site).await;
        let code = stack.code_of_this_visitor().await;
        // The tab waits for a callback, and this is none of ours.
        for query in [format!("code={code}"), format!("code={code}&state=theirs")] {
            is_left(browser, site, &query, "NO_CODE").await;
        }
        let mut letter = state.clone();
        letter.replace_range(..1, if state.starts_with('A') { "B" } else { "A" });
        let query = format!("code={code}&state={letter}");
        is_left(browser, site, &query, "STATE_DIFFERS").await;
        assert_eq!(stack.token_calls().await, 0);
        // The right one works all the same.
        comes_back(browser, site, &format!("code={code}&state={state}")).await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn oa_04_a_return_that_comes_twice_is_exchanged_once_in_the_element(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    example_over(flow, async |stack, browser, site| {
        let state = left(browser, site).await;
        let code = stack.code_of_this_visitor().await;
        let query = format!("code={code}&state={state}");
        comes_back(browser, site, &query).await;
        sees_the_results(browser).await;
        comes_back(browser, site, &query).await;
        is_refused(browser, site, "ALREADY_USED").await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

/// Presses "try again" fifty times, in one task and in tasks of their own.
fn presses(root: &str) -> String {
    format!(
        "const button = {root}.querySelector('[data-test=try-again]');
        for (let press = 0; press < 25; press += 1) button.click();
        for (let press = 0; press < 25; press += 1) {{
            await new Promise((next) => setTimeout(next));
            ({root}.querySelector('[data-test=try-again]') ?? button).click();
        }}"
    )
}

async fn cut_off(browser: &Browser, cut: bool) {
    let urls = if cut {
        json!(["*/api/exchange"])
    } else {
        json!([])
    };
    browser.devtools("Network.enable", json!({})).await;
    browser
        .devtools("Network.setBlockedURLs", json!({"urls": urls}))
        .await;
}

#[rstest]
#[tokio::test]
async fn oa_16_oa_18_fifty_presses_of_try_again_are_one_exchange_on_the_portal(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_this_visitor().await;
        cut_off(browser, true).await;
        let query = format!("/results?code={code}&state={state}");
        browser.open_page(&stack.page(&query)).await;
        sees_failure(browser, "OFFLINE").await;
        cut_off(browser, false).await;
        browser.run_async(&presses("document")).await;
        pages::sees_the_results(browser).await;
        assert_eq!(stack.count_calls("POST /api/exchange"), 1);
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn oa_16_oa_18_fifty_presses_of_try_again_are_one_exchange_in_the_element(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    example_over(flow, async |stack, browser, site| {
        let state = left(browser, site).await;
        let code = stack.code_of_this_visitor().await;
        cut_off(browser, true).await;
        comes_back(browser, site, &format!("code={code}&state={state}")).await;
        is_refused(browser, site, "OFFLINE").await;
        cut_off(browser, false).await;
        browser.run_async(&presses(ROOT)).await;
        sees_the_results(browser).await;
        assert_eq!(stack.count_calls("POST /kyc/api/exchange"), 1);
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

async fn without_storage(body: impl AsyncFnOnce(&mut Stack, &Browser, &Site)) {
    let building = Building::of_example().await;
    let options = Options {
        blocks_storage: true,
        ..Options::default()
    };
    same_origin_in(options, building, None, body).await;
}

#[tokio::test]
async fn oa_08_blocked_storage_is_reported_by_the_button_before_leaving() {
    without_storage(async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        press(browser).await;
        let alert =
            format!("return {BUTTON}.parentNode.querySelector('[role=alert]')?.textContent");
        let alert = browser.wait_for_script(&alert).await;
        assert!(
            alert.as_str().unwrap().contains("STORAGE_BLOCKED"),
            "{alert}"
        );
        assert_eq!(
            browser.address().await,
            format!("{}/", site.url("localhost"))
        );
        assert_eq!(stack.count_calls("POST /kyc/api/begin"), 0);
        // Whether it is ours cannot be seen.
        let query = format!("code=abc&state={LIKE_OURS}");
        is_left(browser, site, &query, "STORAGE_BLOCKED").await;
        assert_eq!(stack.token_calls().await, 0);
    })
    .await;
}

#[tokio::test]
async fn results_that_cannot_be_loaded_say_so() {
    let building = Building::of_example().await;
    // No WebAssembly.
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";
    let deployment = Deployment::on(&building, "verified.html");
    test_in(deployment, async |stack, browser| {
        let site = building.open(&stack.public.host(), Some(policy));
        browser
            .open_page(&format!("{}/verified.html", site.url("localhost")))
            .await;
        let said = "return document.querySelector('authenteq-results').shadowRoot
            .querySelector('[role=alert]')?.textContent";
        let said = browser.wait_for_script(said).await;
        assert!(said.as_str().unwrap().contains("LOAD_FAILED"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn a_return_is_not_lost_when_the_page_moves_things_in_the_middle_of_it() {
    let building = Building::of_example().await;
    // Framework-like: as soon as the exchange is under way, attributes change and the element is
    // moved.
    building.page(
        "verified.js",
        "const results = document.querySelector('authenteq-results');
        const watch = new MutationObserver(() => {
            if (!results.shadowRoot.querySelector('[data-outcome=checking]')) return;
            watch.disconnect();
            results.lang = 'de';
            results.site = 'shop';
            results.remove();
            document.body.append(results);
            window.stirred = true;
        });
        watch.observe(results.shadowRoot, { childList: true, subtree: true, attributes: true });",
    );
    same_origin(building, None, async |stack, browser, site| {
        elements::sign_up(browser, site, "anna").await;
        assert_eq!(browser.run("return window.stirred").await, true);
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_return_that_succeeds_while_its_element_is_away_is_shown_when_it_is_back() {
    let building = Building::of_example().await;
    building.page(
        "verified.js",
        "const results = document.querySelector('authenteq-results');
        const watch = new MutationObserver(() => {
            if (!results.shadowRoot.querySelector('[data-outcome=checking]')) return;
            watch.disconnect();
            results.remove();
            results.addEventListener('authenteq-verified', () => setTimeout(() => {
                document.body.append(results);
                window.isBack = true;
            }), { once: true });
        });
        watch.observe(results.shadowRoot, { childList: true, subtree: true, attributes: true });",
    );
    same_origin(building, None, async |stack, browser, site| {
        browser.open_page(&site.url("localhost")).await;
        press(browser).await;
        identify(browser, "anna").await;
        browser.wait_for_script("return window.isBack").await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn fe_24_parameters_of_another_program_stay_in_the_address(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    example_over(flow, async |stack, browser, site| {
        let page = format!("{}/verified.html", site.url("localhost"));
        let reason = "return document.querySelector('authenteq-results')?.shadowRoot
            ?.querySelector('[data-outcome=failed]')?.dataset.reason";
        // As OpenID providers and coupons write them, and a state like ours of another program.
        for (query, expected) in [
            ("code=SUMMER10", "NOTHING_HERE"),
            ("error=access_denied&error_description=no", "NOTHING_HERE"),
            (
                "code=4%2F0AX4&state=abc.def&iss=https%3A%2F%2Fid.example",
                "NOTHING_HERE",
            ),
            (
                &format!("code=4%2F0AX4&state={LIKE_OURS}"),
                "NOT_STARTED_HERE",
            ),
        ] {
            let address = format!("{page}?{query}#part");
            browser.open_page(&address).await;
            assert_eq!(browser.wait_for_script(reason).await, expected, "{query}");
            assert_eq!(browser.address().await, address);
        }
        elements::sign_up(browser, site, "john").await;
        // Beside a session they are in no way.
        let address = format!("{page}?code=SUMMER10");
        browser.open_page(&address).await;
        sees_the_results(browser).await;
        assert_eq!(browser.address().await, address);
        // Beside a return that may be another visitor's, the data of this one is shown on request only.
        let query = format!("code=1&state={LIKE_OURS}");
        is_left(browser, site, &query, "NOT_STARTED_HERE").await;
        browser
            .run(&format!(
                "{ROOT}.querySelector('[data-test=try-again]').click()"
            ))
            .await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn fe_24_the_portals_own_page_takes_every_return(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        browser
            .open_page(&stack.page("/results?code=abc&state=def"))
            .await;
        sees_failure(browser, "NOT_STARTED_HERE").await;
        assert_eq!(browser.address().await, stack.page("/results"));
        pages::signed_up(stack, browser, "john").await;
    })
    .await;
}
