//! Pages as they are measured: in a browser of their own, which is left alone meanwhile.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;
use webkyc_test_kit::{
    browser::Browser,
    driver::{Driver, Options},
};

/// A page is left alone for this time.
const ALONE: Duration = Duration::from_millis(1500);
/// A browser that was just started is busy with itself for this time.
const SETTLING: Duration = Duration::from_millis(500);

/// Opens a browser for this alone. It reaches this machine and no other: what a package would load from
/// its vendor is not there.
pub(crate) async fn fresh<T>(driver: &Driver, body: impl AsyncFnOnce(&Browser) -> T) -> T {
    let options = Options {
        is_offline: true,
        ..Options::default()
    };
    let settled = async |browser: &Browser| {
        sleep(SETTLING).await;
        body(browser).await
    };
    driver.with_browser(&options, settled).await
}

/// Goes there as if by a click, without waiting for the page.
pub(crate) async fn leave_for(browser: &Browser, url: &str) {
    let url = json!(url);
    let script = format!("setTimeout(() => location.assign({url}), 100)");
    browser.run(&script).await;
}

/// The value of this expression as soon as it has one, also if the page changes meanwhile.
pub(crate) async fn poll(browser: &Browser, expression: &str) -> Value {
    let script = format!("return {expression}");
    browser.wait_for_script(&script).await
}

/// The same, after a while in which nothing is asked: each look takes some of the page's time.
pub(crate) async fn poll_later(browser: &Browser, expression: &str) -> Value {
    sleep(ALONE).await;
    poll(browser, expression).await
}
