//! Sign-ups that a site's server creates, in the browser: the question before, the way back after.

mod elements;
mod question;
mod used_again;

use rstest::rstest;
use serde_json::{Value, json};
use webkyc_test_kit::{
    browser::Browser,
    driver::{Driver, Engine, Options},
    http,
};

use crate::{
    pages::{identify, sees_the_results, stored_state},
    screenshots::look,
    setup::test_in,
    shop::{After, Shop, SignUp, with_shop, with_shop_over},
    stack::{Deployment, Flow, SHOP, Stack},
};

const QUESTION: &str = "[data-page=start][data-outcome=asking]";
const CONTINUE: &str = "[data-test=begin]";
const BACK: &str = "[data-test=return]";

/// Opens a sign-up and presses Continue, up to the identity server's first page.
async fn begin(browser: &Browser, sign_up: &SignUp) {
    browser.open_page(&sign_up.url).await;
    proceed(browser).await;
}

async fn proceed(browser: &Browser) {
    browser.click(CONTINUE).await;
    browser.find("body[data-step=introduction]").await;
}

async fn text(browser: &Browser, css: &str) -> String {
    browser.find(css).await.text().await.unwrap()
}

/// The address behind the link back.
async fn way_back(browser: &Browser) -> Value {
    browser.find(BACK).await;
    browser
        .run("return document.querySelector('[data-test=return]').href")
        .await
}

fn back_at(shop: &Shop, sign_up: &SignUp) -> String {
    format!("{}?sign_up={}", shop.url(), sign_up.id)
}

async fn sees_the_shop(browser: &Browser, shop: &Shop, sign_up: &SignUp) {
    browser.find("#shop").await;
    assert_eq!(browser.address().await, back_at(shop, sign_up));
}

async fn has(browser: &Browser, css: &str) -> bool {
    let script = format!("return document.querySelector({css:?}) !== null");
    browser.run(&script).await == json!(true)
}

/// The failure that the page shows.
async fn failure(browser: &Browser) -> Value {
    browser.find("[data-outcome=failed]").await;
    browser
        .run("return document.querySelector('[data-outcome=failed]').dataset.reason")
        .await
}

/// Comes back from the identity server without a code, as after Cancel there.
async fn cancel(stack: &Stack, browser: &Browser) {
    let here = browser.address().await;
    browser.open_page(&stack.page("/")).await;
    let state = stored_state(browser).await;
    assert!(here.starts_with(stack.sandbox_url.as_str()), "{here}");
    browser
        .open_page(&stack.page(&format!("/results?state={state}")))
        .await;
}

#[tokio::test]
async fn sup_02_a_program_that_opens_links_begins_nothing() {
    with_shop(After::Show, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        let opened = http::client().get(&sign_up.url).send().await.unwrap();
        assert_eq!(opened.status(), 200);
        browser.open_page(&sign_up.url).await;
        browser.find(QUESTION).await;
        assert_eq!(way_back(browser).await, back_at(shop, &sign_up));
        assert_eq!(stack.sign_up(&sign_up).await["status"], "created");
        assert_eq!(stack.count_calls("POST /api/begin"), 0);
        // The visitor it was meant for begins in another browser.
        let driver = Driver::start(Engine::from_env(), "UTC");
        let visitor = async |visitor: &Browser| begin(visitor, &sign_up).await;
        driver.with_browser(&Options::default(), visitor).await;
        assert_eq!(stack.sign_up(&sign_up).await["status"], "started");
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn fe_28_the_handle_stays_in_no_address_and_no_log(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    with_shop_over(flow, After::Show, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        browser.open_page(&sign_up.url).await;
        browser.find(QUESTION).await;
        let traces = "return JSON.stringify([
            location.href, history.state, document.referrer, document.title, document.cookie,
            performance.getEntries(), document.documentElement.outerHTML])";
        let mut seen = vec![browser.run(traces).await];
        proceed(browser).await;
        seen.push(browser.run(traces).await);
        // Back to the page before, which leads on again.
        browser.client.back().await.unwrap();
        browser.find(QUESTION).await;
        seen.push(browser.run(traces).await);
        proceed(browser).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        seen.push(browser.run(traces).await);
        browser.click(BACK).await;
        sees_the_shop(browser, shop, &sign_up).await;
        seen.push(browser.run(traces).await);
        for seen in seen {
            let seen = seen.as_str().unwrap();
            assert!(!seen.contains(sign_up.handle()), "{seen}");
        }
        let requests = String::from_utf8_lossy(&stack.public.requests()).into_owned();
        let heads = requests
            .lines()
            .filter(|line| !line.contains("\"signUp\":"));
        let heads: String = heads.collect::<Vec<_>>().join("\n");
        let visited = [
            ("backend's log", stack.backend.log()),
            ("sandbox's log", stack.sandbox.log()),
            ("requests of the page", heads),
            ("requests of the shop", shop.requests()),
        ];
        for (place, text) in visited {
            assert!(!text.contains(sign_up.handle()), "in the {place}");
        }
        assert!(requests.contains(sign_up.handle()));
        // No page says where its visitor comes from.
        assert!(!shop.requests().contains(&stack.public.host()));
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn sup_03_of_two_tabs_the_first_code_wins(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    with_shop_over(flow, After::Show, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        begin(browser, &sign_up).await;
        let first = browser.client.window().await.unwrap();
        let second = browser.client.new_window(true).await.unwrap();
        browser
            .client
            .switch_to_window(second.handle)
            .await
            .unwrap();
        begin(browser, &sign_up).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;

        browser.client.switch_to_window(first).await.unwrap();
        identify(browser, "john").await;
        assert_eq!(failure(browser).await, "ALREADY_USED");
        assert_eq!(way_back(browser).await, back_at(shop, &sign_up));
        assert!(!has(browser, "[data-test=start-again]").await);
        browser.click("[data-test=try-again]").await;
        sees_the_results(browser).await;
        assert_eq!(stack.token_calls().await, 1);
        assert_eq!(stack.ended_sign_up(&sign_up).await["status"], "verified");
    })
    .await;
}

#[tokio::test]
async fn sup_01_a_handle_that_was_sent_on_opens_nothing_elsewhere() {
    with_shop(After::Show, async |stack, browser, _| {
        let sign_up = stack.create_sign_up().await;
        begin(browser, &sign_up).await;
        let driver = Driver::start(Engine::from_env(), "UTC");
        driver
            .with_browser(&Options::default(), async |other: &Browser| {
                other.open_page(&sign_up.url).await;
                assert_eq!(failure(other).await, "SIGN_UP_TAKEN");
                assert!(!has(other, "[data-test=start-again], [data-test=begin]").await);
                let page = text(other, "main").await;
                assert!(page.contains("begun in another browser"), "{page}");
                assert!(!page.contains("account a…@…"), "{page}");
                look(other, "taken-desktop").await;
            })
            .await;
        // The owner goes on.
        identify(browser, "anna").await;
        sees_the_results(browser).await;
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn sup_04_after_a_lost_answer_the_visitor_presses_again(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    with_shop_over(flow, After::Show, async |stack, browser, _| {
        let sign_up = stack.create_sign_up().await;
        browser.open_page(&sign_up.url).await;
        browser.find(QUESTION).await;
        stack.public.lose_answers(Some("POST /api/begin"));
        browser.click(CONTINUE).await;
        assert_eq!(failure(browser).await, "OFFLINE");
        assert_eq!(stack.sign_up(&sign_up).await["status"], "started");
        stack.public.lose_answers(None);
        browser.click("[data-test=try-again]").await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        assert_eq!(stack.ended_sign_up(&sign_up).await["status"], "verified");
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn sup_04_a_reload_shows_the_same_result_and_spends_no_code(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    with_shop_over(flow, After::Show, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        begin(browser, &sign_up).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        for _ in 0..2 {
            browser.client.refresh().await.unwrap();
            sees_the_results(browser).await;
            assert_eq!(way_back(browser).await, back_at(shop, &sign_up));
        }
        assert_eq!(stack.token_calls().await, 1);
        // The page before says that it is over, and leads back too.
        browser.open_page(&sign_up.url).await;
        browser.find("[data-outcome=finished]").await;
        assert_eq!(way_back(browser).await, back_at(shop, &sign_up));
        assert!(!has(browser, CONTINUE).await);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn fe_29_a_flow_that_failed_is_reported_and_the_owner_begins_again(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    with_shop_over(flow, After::Show, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        begin(browser, &sign_up).await;
        cancel(stack, browser).await;
        assert_eq!(failure(browser).await, "NO_CODE");
        browser.find(".masthead [data-test=test-badge]").await;
        assert_eq!(way_back(browser).await, back_at(shop, &sign_up));
        let now = stack.sign_up(&sign_up).await;
        assert_eq!(
            (&now["status"], &now["lastReason"]),
            (&json!("started"), &json!("NO_CODE"))
        );
        browser.click("[data-test=start-again]").await;
        proceed(browser).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        assert_eq!(stack.ended_sign_up(&sign_up).await["status"], "verified");
    })
    .await;
}

#[tokio::test]
async fn fe_29_a_failure_without_a_store_is_reported_too() {
    test_in(Deployment::with(SHOP), async |stack, browser| {
        let start = stack.page("/start?site=shop&return=done");
        browser.open_page(&start).await;
        browser.find("body[data-step=introduction]").await;
        cancel(stack, browser).await;
        assert_eq!(failure(browser).await, "NO_CODE");
        assert_eq!(way_back(browser).await, "https://shop.example/done");
        assert_eq!(stack.count_calls("POST /api/report"), 1);
        browser.find("[data-test=start-again]").await;
    })
    .await;
}

#[tokio::test]
async fn fe_30_the_way_back_stays_after_success_and_logout() {
    with_shop(After::Show, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        begin(browser, &sign_up).await;
        identify(browser, "anna").await;
        sees_the_results(browser).await;
        assert!(has(browser, "a.action--main[data-test=return]").await);
        assert!(has(browser, ".masthead [data-test=test-badge]").await);
        assert!(!has(browser, "[data-test=start-again]").await);
        browser.click("[data-test=logout]").await;
        browser.find("[data-outcome=ended]").await;
        assert_eq!(way_back(browser).await, back_at(shop, &sign_up));
        assert!(!has(browser, "[data-test=start-again]").await);
        browser.click(BACK).await;
        sees_the_shop(browser, shop, &sign_up).await;
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn fe_30_a_site_that_wants_them_gets_its_visitors_back_at_once(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    with_shop_over(flow, After::Return, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        begin(browser, &sign_up).await;
        identify(browser, "anna").await;
        sees_the_shop(browser, shop, &sign_up).await;
        assert_eq!(stack.count_calls("POST /api/exchange"), 1);
        assert_eq!(stack.count_calls("GET /api/details"), 0);
        assert_eq!(stack.ended_sign_up(&sign_up).await["status"], "verified");

        // After a failure too.
        let sign_up = stack.create_sign_up().await;
        begin(browser, &sign_up).await;
        cancel(stack, browser).await;
        sees_the_shop(browser, shop, &sign_up).await;
        assert_eq!(stack.sign_up(&sign_up).await["lastReason"], "NO_CODE");
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn sup_25_a_reload_before_the_exchange_is_answered_leads_back_to_the_site(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    with_shop_over(flow, After::Return, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        begin(browser, &sign_up).await;
        stack.public.lose_answers(Some("POST /api/exchange"));
        identify(browser, "anna").await;
        assert_eq!(failure(browser).await, "OFFLINE");
        stack.public.lose_answers(None);
        browser.client.refresh().await.unwrap();
        sees_the_shop(browser, shop, &sign_up).await;
        assert_eq!(stack.token_calls().await, 1);
        assert_eq!(stack.ended_sign_up(&sign_up).await["status"], "verified");
    })
    .await;
}

#[tokio::test]
async fn fe_30_a_sign_up_that_was_canceled_leads_back() {
    with_shop(After::Show, async |stack, browser, shop| {
        let sign_up = stack.create_sign_up().await;
        browser.open_page(&sign_up.url).await;
        browser.find(QUESTION).await;
        stack.cancel_sign_up(&sign_up).await;
        // The page was open before; pressed now, it says how it ended.
        browser.click(CONTINUE).await;
        browser.find("[data-outcome=finished]").await;
        let page = text(browser, "main").await;
        assert!(page.contains("was cancelled"), "{page}");
        browser.click(BACK).await;
        sees_the_shop(browser, shop, &sign_up).await;
    })
    .await;
}
