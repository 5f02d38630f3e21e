//! A first visit of a page, over a slow line and with a slow processor.

use anyhow::{Context, Result};
use serde_json::json;

use crate::chromium::{Chromium, Driver};

/// 1.6 Mbit/s, in bytes: what Lighthouse takes for a slow line of a phone.
const BYTES_PER_SECOND: u32 = 200_000;
const LATENCY_IN_MILLISECONDS: u32 = 150;
const TIMES_SLOWER: u32 = 4;

/// Milliseconds since the visitor set off.
pub(crate) struct Visit {
    /// The first words, and with them a link.
    pub(crate) painted: f64,
    /// The button does what its script is for.
    pub(crate) works: f64,
    /// The button has its own look.
    pub(crate) drawn: f64,
}

/// The visitor comes from `before`, another page of the site: a browser that was just started has yet
/// to paint its first page, which takes it longer than all that is measured here.
pub(crate) async fn visit(driver: &Driver, before: &str, url: &str) -> Result<Visit> {
    let seen = driver.fresh(async |browser| {
        browser.run_first(include_str!("page_load.js")).await?;
        browser.goto(before).await?;
        browser.poll("bench.times").await?;
        throttle(browser).await?;
        browser.leave_for(url).await?;
        let there = json!(url);
        let times = format!("location.href === {there} ? globalThis.bench?.times : null");
        let times = browser.poll_later(&times).await?;
        let [painted, works, drawn] = serde_json::from_value(times)?;
        Ok(Visit {
            painted,
            works,
            drawn,
        })
    });
    seen.await.with_context(|| format!("cannot visit {url}"))
}

async fn throttle(browser: &Chromium) -> Result<()> {
    browser.devtools("Network.enable", json!({})).await?;
    let no_cache = json!({"cacheDisabled": true});
    browser
        .devtools("Network.setCacheDisabled", no_cache)
        .await?;
    let line = json!({
        "offline": false,
        "latency": LATENCY_IN_MILLISECONDS,
        "downloadThroughput": BYTES_PER_SECOND,
        "uploadThroughput": BYTES_PER_SECOND,
    });
    browser
        .devtools("Network.emulateNetworkConditions", line)
        .await?;
    let processor = json!({"rate": TIMES_SLOWER});
    browser
        .devtools("Emulation.setCPUThrottlingRate", processor)
        .await
}
