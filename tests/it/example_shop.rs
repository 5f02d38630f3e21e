//! The Example Shop with `webkyc` and the sandbox: a site's server that learns the answer itself.

mod customer;
mod production;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;
use webkyc_test_kit::{
    browser::Browser,
    built,
    program::{Program, free_port},
};

use self::customer::Customer;
use crate::{
    pages::{identify, sees_failure, sees_the_results, stored_state},
    setup::test_in,
    stack::{Deployment, Stack},
};

const KEY: &str = "key-of-the-example-shop-with-32-characters";
/// 32 bytes in base64.
const KEYS: &str = "q1h8dKjW3m5Yp0vXzR7cTn2uFbE9sLgA4oIiQkHwJ6M=";

/// Headings of the shop's pages.
const NOT_YOURS: &str = "We do not know this order";
const CHECKING: &str = "One moment";
const RELEASED: &str = "Thank you: you are over 18";

struct ExampleShop {
    /// Where its sign-ups are stored, with all keys.
    folder: TempDir,
    port: u16,
    operators: String,
}

impl ExampleShop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, key) in [
            ("cookie-keys", KEYS),
            ("store-keys", KEYS),
            ("operator-key", "key-of-the-operator-with-32-characters"),
            ("shop-key", KEY),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, key).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        Self {
            folder,
            port: free_port(),
            operators: format!("127.0.0.1:{}", free_port()),
        }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn deployment(&self) -> Deployment {
        self.deployment_with("")
    }

    /// The same with more settings of the site.
    fn deployment_with(&self, settings: &str) -> Deployment {
        let folder = Path::display(self.folder.path());
        Deployment::with(&format!(
            "live = false
operator_listen = '{}'
operator_key_file = '{folder}/operator-key'
cookie_keys_file = '{folder}/cookie-keys'
[store]
url = 'sqlite://{folder}/webkyc.db'
keys_file = '{folder}/store-keys'
[sites.shop]
name = 'Example Shop'
returns = {{ done = '{}/welcome' }}
key_file = '{folder}/shop-key'
claims = ['age_over_18']
{settings}
",
            self.operators,
            self.url(),
        ))
    }

    fn open(&self) -> Program {
        let mut command = Command::new(built::program("example-shop"));
        command.env_clear().envs([
            ("SHOP_LISTEN", format!("127.0.0.1:{}", self.port)),
            ("SHOP_WEBKYC_URL", format!("http://{}", self.operators)),
            (
                "SHOP_WEBKYC_KEY_FILE",
                self.folder.path().join("shop-key").display().to_string(),
            ),
        ]);
        Program::start(command, ["example-shop listening on "]).0
    }
}

/// Orders, and is verified as this person.
async fn order(shop: &ExampleShop, browser: &Browser, person: &str) {
    browser.open_page(&shop.url()).await;
    browser.click("form button").await;
    browser.click("[data-test=begin]").await;
    identify(browser, person).await;
    sees_the_results(browser).await;
}

#[tokio::test]
async fn the_example_shop_sells_nothing_to_a_minor_and_knows_who_comes_without_an_order() {
    let shop = ExampleShop::new();
    test_in(shop.deployment(), async |_, browser| {
        let _shop = shop.open();
        order(&shop, browser, "minor").await;
        browser.click("[data-test=return]").await;
        let refused =
            "return document.querySelector('h1')?.textContent.startsWith('We cannot sell')";
        browser.wait_for_script(refused).await;
        browser.open_page(&format!("{}/welcome", shop.url())).await;
        assert_eq!(heading(browser).await, "You have no order here");
    })
    .await;
}

#[tokio::test]
async fn the_example_shop_waits_for_a_customer_who_comes_back_without_having_begun_and_after_cancel()
 {
    let shop = ExampleShop::new();
    test_in(shop.deployment(), async |_, browser| {
        let _shop = shop.open();
        browser.open_page(&shop.url()).await;
        browser.click("form button").await;
        browser.click("[data-test=return]").await;
        let waits =
            "return document.querySelector('h1')?.textContent === 'You have not finished yet'";
        browser.wait_for_script(waits).await;
        browser.click("a.button").await;
        browser.click("[data-test=begin]").await;
        browser.click("[data-test=cancel]").await;
        sees_failure(browser, "NO_CODE").await;
        browser.click("[data-test=return]").await;
        let tells =
            "return document.querySelector('h1')?.textContent === 'We do not know your age yet'";
        browser.wait_for_script(tells).await;
        browser.click("a.button").await;
        browser.find("[data-test=begin]").await;
        browser.open_page(&format!("{}/nowhere", shop.url())).await;
        assert_eq!(heading(browser).await, "There is no page here");
    })
    .await;
}

/// Follows the link on the results, which says where it leads.
async fn return_and_be_released(shop: &ExampleShop, browser: &Browser) {
    let link = browser.find("[data-test=return]").await;
    let host = shop.url().replace("http://", "");
    assert_eq!(link.text().await.unwrap(), format!("Continue to {host}"));
    be_released(browser).await;
}

async fn be_released(browser: &Browser) {
    browser.click("[data-test=return]").await;
    let released = "return document.querySelector('h1')?.textContent.startsWith('Thank you')";
    browser.wait_for_script(released).await;
}

async fn heading(browser: &Browser) -> String {
    browser.find("h1").await.text().await.unwrap()
}

#[tokio::test]
async fn sup_19_the_example_shop_learns_that_its_customer_is_over_18_and_believes_no_other_visitor()
{
    let shop = ExampleShop::new();
    test_in(shop.deployment(), async |_, browser| {
        let _shop = shop.open();
        order(&shop, browser, "anna").await;
        return_and_be_released(&shop, browser).await;
        browser.screenshot("example-shop").await;
        let address = browser.address().await;
        assert!(address.starts_with(&format!("{}/welcome?sign_up=su_", shop.url())));
        let page = browser.find("main").await.text().await.unwrap();
        assert!(!page.to_lowercase().contains("anna"), "{page}");
        // Even all that its server received has the one answer alone.
        browser.click("summary").await;
        let received = browser.find("pre").await.text().await.unwrap();
        assert!(!received.to_lowercase().contains("anna"), "{received}");
        let received: Value = serde_json::from_str(&received).unwrap();
        assert_eq!(received["status"], "verified");
        let claims = received["claims"].as_object().unwrap();
        assert!(claims.keys().eq(["age_over_18"]), "{claims:?}");
        assert_eq!(claims["age_over_18"]["value"], true);
        browser.screenshot("example-shop-received").await;

        browser.client.delete_all_cookies().await.unwrap();
        browser.open_page(&address).await;
        assert_eq!(heading(browser).await, NOT_YOURS);
        // With an order of its own.
        browser.open_page(&shop.url()).await;
        browser.click("form button").await;
        browser.find("[data-test=begin]").await;
        browser.open_page(&address).await;
        assert_eq!(heading(browser).await, NOT_YOURS);
    })
    .await;
}

#[tokio::test]
async fn the_example_shop_claims_what_its_customer_brings_back_from_the_results() {
    let shop = ExampleShop::new();
    let deployment = shop.deployment_with("release = 'on-return'");
    test_in(deployment, async |_, browser| {
        let _shop = shop.open();
        order(&shop, browser, "anna").await;
        return_and_be_released(&shop, browser).await;
        let address = browser.address().await;
        assert!(address.contains("&sign_up_code="), "{address}");
        // The code is good once, and then the first time counted.
        browser.open_page(&address).await;
        assert_eq!(heading(browser).await, RELEASED);
    })
    .await;
}

#[tokio::test]
async fn the_example_shop_gets_the_code_after_a_used_return_too() {
    let shop = ExampleShop::new();
    let deployment = shop.deployment_with("release = 'on-return'");
    test_in(deployment, async |stack, browser| {
        let _shop = shop.open();
        browser.open_page(&shop.url()).await;
        browser.click("form button").await;
        browser.click("[data-test=begin]").await;
        browser.find("body[data-step=introduction]").await;
        browser.open_page(&stack.page("/")).await;
        let state = stored_state(browser).await;
        let code = stack.code_of_this_visitor().await;
        let callback = stack.page(&format!("/results?code={code}&state={state}"));
        browser.open_page(&callback).await;
        sees_the_results(browser).await;
        browser.open_page(&callback).await;
        browser
            .find("[data-page=start][data-outcome=finished]")
            .await;
        be_released(browser).await;
    })
    .await;
}

#[tokio::test]
async fn the_example_shop_learns_of_a_customer_who_never_comes_back() {
    let shop = ExampleShop::new();
    test_in(shop.deployment(), async |_, browser| {
        let _shop = shop.open();
        order(&shop, browser, "john").await;
        // The page of the shop's orders asks no server: what it says came from the feed of events.
        let began = Instant::now();
        loop {
            browser.open_page(&shop.url()).await;
            let orders = browser.find("main ul").await.text().await.unwrap();
            if orders.starts_with("Thank you: you are over 18") {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{orders}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_example_shop_lets_a_customer_go_on_who_comes_back_without_a_result() {
    let shop = ExampleShop::new();
    let stack = Stack::start(shop.deployment()).await;
    let _shop = shop.open();
    let mut customer = Customer::of(&shop, &stack);
    let unfinished = customer.order_and_turn_back().await;
    assert_eq!(
        customer.open(&unfinished).await,
        "You have not finished yet"
    );
}

#[tokio::test]
async fn sup_19_a_stranger_with_an_order_of_his_own_takes_no_customers_answer() {
    let shop = ExampleShop::new();
    let stack = Stack::start(shop.deployment()).await;
    let _shop = shop.open();
    let [mut customer, mut stranger] = [(); 2].map(|()| Customer::of(&shop, &stack));
    let way_back = customer.order_and_sign_up("anna").await;
    stranger.order().await;
    assert_eq!(stranger.open(&way_back).await, NOT_YOURS);
    assert_eq!(customer.open_until_decided(&way_back).await, RELEASED);
    assert_eq!(stranger.open(&way_back).await, NOT_YOURS);
}

#[tokio::test]
async fn sup_19_a_stranger_claims_nothing_with_a_customers_address_or_code() {
    let shop = ExampleShop::new();
    let stack = Stack::start(shop.deployment_with("release = 'on-return'")).await;
    let _shop = shop.open();
    let [mut customer, mut stranger] = [(); 2].map(|()| Customer::of(&shop, &stack));
    let way_back = customer.order_and_sign_up("anna").await;
    let own = stranger.order_and_sign_up("john").await;
    let (_, code) = way_back.split_once("&sign_up_code=").unwrap();
    let (own_order, _) = own.split_once("&sign_up_code=").unwrap();

    assert_eq!(stranger.open(&way_back).await, NOT_YOURS);
    let with_that_code = format!("{own_order}&sign_up_code={code}");
    assert_eq!(stranger.open(&with_that_code).await, CHECKING);
    // Neither has spent the customer's code.
    assert_eq!(customer.open_until_decided(&way_back).await, RELEASED);
    // A page that is loaded again sends the spent code again.
    assert_eq!(customer.open(&way_back).await, RELEASED);
    assert_eq!(stranger.open_until_decided(&own).await, RELEASED);
}
