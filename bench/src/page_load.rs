//! A first visit of a page with a slow network and a slow processor.

use anyhow::{Context, Result};
use serde_json::json;
use webkyc_test_kit::{browser::Browser, driver::Driver};

use crate::chromium::{fresh, leave_for, poll, poll_later};

/// 1.6 Mbit/s, Lighthouse's slow 4G.
const BYTES_PER_SECOND: u32 = 200_000;
const LATENCY_IN_MILLISECONDS: u32 = 150;
const TIMES_SLOWER: u32 = 4;

/// Milliseconds from the start of the navigation.
pub(crate) struct Visit {
    /// The first text, and the link with it.
    pub(crate) painted: f64,
    /// The handler of the button is attached.
    pub(crate) works: f64,
    /// The button has its final look.
    pub(crate) drawn: f64,
}

/// Comes from `before`, another page of the site, because a new browser takes longer to paint its first
/// page than everything that is measured here.
pub(crate) async fn visit(driver: &Driver, before: &str, url: &str) -> Result<Visit> {
    let seen = fresh(driver, async |browser| {
        browser.run_first(include_str!("page_load.js")).await;
        browser.open_page(before).await;
        poll(browser, "bench.times").await;
        throttle(browser).await;
        leave_for(browser, url).await;
        let there = json!(url);
        let times = format!("location.href === {there} ? globalThis.bench?.times : null");
        let times = poll_later(browser, &times).await;
        let [painted, works, drawn] = serde_json::from_value(times)?;
        anyhow::Ok(Visit {
            painted,
            works,
            drawn,
        })
    });
    seen.await.with_context(|| format!("cannot visit {url}"))
}

async fn throttle(browser: &Browser) {
    browser.devtools("Network.enable", json!({})).await;
    let no_cache = json!({"cacheDisabled": true});
    browser.devtools("Network.setCacheDisabled", no_cache).await;
    let network = json!({
        "offline": false,
        "latency": LATENCY_IN_MILLISECONDS,
        "downloadThroughput": BYTES_PER_SECOND,
        "uploadThroughput": BYTES_PER_SECOND,
    });
    browser
        .devtools("Network.emulateNetworkConditions", network)
        .await;
    let processor = json!({"rate": TIMES_SLOWER});
    browser
        .devtools("Emulation.setCPUThrottlingRate", processor)
        .await;
}
