//! Every kind of failed callback has its own error, and none reaches Authenteq.

use rstest::rstest;
use serde_json::json;
use webkyc_test_kit::{browser::Browser, driver::Options};

use crate::{
    pages::{
        begin, identify, sees_failure, sees_the_results, shown_fields, signed_up, stored_state,
    },
    setup::{test, test_in, test_over},
    stack::{Deployment, Flow, SHOP, Stack},
};

/// Comes back with this query, without having been anywhere.
async fn come_back(stack: &Stack, browser: &Browser, query: &str) {
    browser
        .open_page(&stack.page(&format!("/results?{query}")))
        .await;
}

#[rstest]
#[tokio::test]
async fn oa_01_a_code_of_another_visitor_opens_nothing_here(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        let code = stack.code_of_another_visitor().await;
        come_back(stack, browser, &format!("code={code}&state=theirs")).await;
        sees_failure(browser, "NOT_STARTED_HERE").await;
        assert_eq!(stack.token_calls().await, 0);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn oa_02_a_missing_state_is_refused(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    test_over(flow, async |stack, browser| {
        begin(stack, browser).await;
        let code = stack.code_of_another_visitor().await;
        come_back(stack, browser, &format!("code={code}")).await;
        sees_failure(browser, "STATE_MISSING").await;
        assert_eq!(stack.token_calls().await, 0);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn oa_03_a_wrong_state_is_refused(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    test_over(flow, async |stack, browser| {
        begin(stack, browser).await;
        let code = stack.code_of_another_visitor().await;
        come_back(stack, browser, &format!("code={code}&state=theirs")).await;
        sees_failure(browser, "STATE_DIFFERS").await;
        assert_eq!(stack.token_calls().await, 0);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn oa_04_a_return_that_comes_twice_is_exchanged_once(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_this_visitor().await;
        let query = format!("code={code}&state={state}");
        come_back(stack, browser, &query).await;
        sees_the_results(browser).await;
        come_back(stack, browser, &query).await;
        sees_failure(browser, "ALREADY_USED").await;
        browser.find("[data-test=try-again]").await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_return_after_cancel_offers_no_data_that_do_not_exist() {
    test(async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_this_visitor().await;
        come_back(stack, browser, &format!("state={state}")).await;
        sees_failure(browser, "NO_CODE").await;
        come_back(stack, browser, &format!("code={code}&state={state}")).await;
        sees_failure(browser, "ALREADY_USED").await;
        let offers = "return document.querySelector('[data-test=try-again]') !== null";
        assert_eq!(browser.run(offers).await, json!(false));
        let main = "return document.querySelector('.action--main').dataset.test";
        assert_eq!(browser.run(main).await, json!("start-again"));
    })
    .await;
}

#[tokio::test]
async fn oa_11_a_code_of_another_visitor_is_refused_in_a_flow_of_ones_own() {
    test_over(Flow::WebIdv, async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_another_visitor().await;
        come_back(stack, browser, &format!("code={code}&state={state}")).await;
        sees_failure(browser, "CODE_REJECTED").await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn a_reload_shows_the_data_again_without_a_second_exchange(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        signed_up(stack, browser, "anna").await;
        assert_eq!(browser.address().await, stack.page("/results"));
        let before = shown_fields(browser).await;
        browser.client.refresh().await.unwrap();
        sees_the_results(browser).await;
        assert_eq!(shown_fields(browser).await, before);
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn back_and_forward_from_the_results_exchange_nothing_twice(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        signed_up(stack, browser, "anna").await;
        // Back is the sandbox's last page, which is over.
        browser.client.back().await.unwrap();
        browser.find("body[data-step]").await;
        browser.client.forward().await.unwrap();
        sees_the_results(browser).await;
        assert_eq!(browser.address().await, stack.page("/results"));
        browser.open_page(&stack.page("/")).await;
        browser.find("[data-test=sign-up]").await;
        browser.client.back().await.unwrap();
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn a_callback_without_parameters_shows_no_data_of_others(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        signed_up(stack, browser, "anna").await;
        // The next person begins in the same tab and comes back with nothing at all.
        begin(stack, browser).await;
        browser.open_page(&stack.page("/results")).await;
        sees_failure(browser, "NO_CODE").await;
        assert_eq!(shown_fields(browser).await, json!({}));
        // A visitor who asks for the session's data sees it.
        browser.click("[data-test=try-again]").await;
        sees_the_results(browser).await;
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn a_visitor_who_cancels_reads_so(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    test_over(flow, async |stack, browser| {
        begin(stack, browser).await;
        browser.click("[data-test=cancel]").await;
        sees_failure(browser, "NO_CODE").await;
        assert_eq!(stack.token_calls().await, 0);
        browser.click("[data-test=start-again]").await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn oa_14_the_providers_error_is_reported_without_its_words(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        let words = "%3Cb%20id%3Dinjected%3Etheir%20words%3C%2Fb%3E";
        let query = format!("error=access_denied&error_description={words}&state={state}");
        come_back(stack, browser, &query).await;
        sees_failure(browser, "PROVIDER_ERROR").await;
        let page = browser
            .run("return document.documentElement.outerHTML")
            .await;
        assert!(!page.as_str().unwrap().contains("their words"), "{page}");
        assert_eq!(stack.token_calls().await, 0);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn oa_07_a_return_after_an_hour_is_too_late(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        // An hour passes for the stored state.
        let an_hour_ago =
            "const k = Object.keys(sessionStorage).find(k => k.startsWith('authenteq.state.'));
            sessionStorage[k] = sessionStorage[k].replace(/\\d{12,}/, t => Number(t) - 3_601_000)";
        browser.run(an_hour_ago).await;
        let code = stack.code_of_another_visitor().await;
        come_back(stack, browser, &format!("code={code}&state={state}")).await;
        sees_failure(browser, "TOO_OLD").await;
        assert_eq!(stack.token_calls().await, 0);
    })
    .await;
}

#[tokio::test]
async fn oa_08_blocked_storage_is_reported_before_leaving() {
    let options = Options {
        blocks_storage: true,
        ..Options::default()
    };
    test_in(options, async |stack, browser| {
        browser.open_page(&stack.page("/start")).await;
        sees_failure(browser, "STORAGE_BLOCKED").await;
        come_back(stack, browser, "code=abc&state=def").await;
        sees_failure(browser, "STORAGE_BLOCKED").await;
        assert_eq!(stack.token_calls().await, 0);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn starting_again_leads_through_the_site_that_the_visitor_came_from(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let deployment = Deployment {
        flow,
        ..Deployment::with(SHOP)
    };
    test_in(deployment, async |stack, browser| {
        let again = stack.page("/start?site=shop&return=done");
        browser.open_page(&again).await;
        identify(browser, "anna").await;
        let leads_to = async || {
            let link = browser.find("[data-test=start-again]").await;
            link.prop("href").await.unwrap().unwrap()
        };
        sees_the_results(browser).await;
        assert_eq!(leads_to().await, again);
        browser.client.refresh().await.unwrap();
        sees_the_results(browser).await;
        assert_eq!(leads_to().await, again);
        let back = browser.find("[data-test=return]").await;
        let back = back.prop("href").await.unwrap();
        assert_eq!(back.as_deref(), Some("https://shop.example/done"));
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        assert_eq!(leads_to().await, again);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn a_code_that_authenteq_refuses_is_reported(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        come_back(stack, browser, &format!("code=neverissued&state={state}")).await;
        sees_failure(browser, "CODE_REJECTED").await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}

#[tokio::test]
async fn up_09_data_that_has_expired_is_reported() {
    test(async |stack, browser| {
        signed_up(stack, browser, "anna").await;
        stack.advance_clock(15 * 60).await;
        browser.client.refresh().await.unwrap();
        sees_failure(browser, "DATA_EXPIRED").await;
        assert_eq!(shown_fields(browser).await, json!({}));
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn a_provider_that_is_down_is_reported(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    test_over(flow, async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_another_visitor().await;
        stack.sandbox.kill();
        come_back(stack, browser, &format!("code={code}&state={state}")).await;
        sees_failure(browser, "PROVIDER_DOWN").await;
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn a_visitor_who_is_offline_can_try_again_and_loses_nothing(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        begin(stack, browser).await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_this_visitor().await;
        // The page loads and every call of its own fails.
        let blocked = json!({"urls": ["*/api/exchange"]});
        browser.devtools("Network.enable", json!({})).await;
        browser.devtools("Network.setBlockedURLs", blocked).await;
        come_back(stack, browser, &format!("code={code}&state={state}")).await;
        sees_failure(browser, "OFFLINE").await;
        browser
            .devtools("Network.setBlockedURLs", json!({"urls": []}))
            .await;
        browser.click("[data-test=try-again]").await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
    })
    .await;
}
