//! How much is asked for before something can be seen.

use anyhow::{Context, Result, ensure};
use base64::{Engine, prelude::BASE64_STANDARD};
use webkyc_test_kit::driver::Driver;

use crate::{
    chromium::{fresh, poll},
    figures::{Figure, Goal, Rounds, Unit},
    setup::Group,
};

/// When nothing more was asked for in a while: how much was, and how many bytes came.
const LOADED: &str = "new Promise((done) => {
    let before = 0;
    const look = () => {
        // A browser asks each site for its icon, beside any page.
        const entries = ['navigation', 'resource']
            .flatMap((it) => performance.getEntriesByType(it))
            .filter((it) => !it.name.endsWith('/favicon.ico'));
        if (entries.length !== before) {
            before = entries.length;
            return setTimeout(look, 500);
        }
        const bytes = entries.reduce((sum, it) => sum + it.transferSize, 0);
        done([entries.length, bytes]);
    };
    look();
})";

/// The requests and the bytes of a first visit. `most` is the goal for the requests.
pub(crate) async fn measure(
    driver: &Driver,
    what: &str,
    url: &str,
    most: f64,
) -> Result<[Figure; 2]> {
    let loaded = fresh(driver, async |browser| {
        browser.open_page(url).await;
        browser.run_async(&format!("return await {LOADED}")).await
    });
    let [requests, bytes]: [f64; 2] = serde_json::from_value(loaded.await)?;
    Ok([
        figure(
            &format!("{what}: requests"),
            Unit::Count,
            requests,
            Some(most),
        ),
        figure(
            &format!("{what}: transferred with headers"),
            Unit::Kibibytes,
            bytes / 1024.0,
            None,
        ),
    ])
}

/// The link that `/integrate` offers to paste.
pub(crate) async fn of_link(driver: &Driver, portal: &str) -> Result<[Figure; 2]> {
    let link = fresh(driver, async |browser| {
        browser.open_page(&format!("{portal}/integrate")).await;
        let code = "['style', 'html'].map((it) =>
            document.querySelector(`[data-test=code-link-${it}]`)?.textContent ?? '')";
        poll(
            browser,
            "document.querySelector('[data-test=code-link-html]') !== null",
        )
        .await;
        let [style, html]: [String; 2] = serde_json::from_value(poll(browser, code).await)?;
        let page = format!("<!doctype html>{style}<body>{html}");
        let page = BASE64_STANDARD.encode(page);
        browser
            .open_page(&format!("data:text/html;base64,{page}"))
            .await;
        let href = poll(browser, "document.querySelector('a').href").await;
        let start = format!("{portal}/start");
        let leads_there = href.as_str().is_some_and(|href| href.starts_with(&start));
        ensure!(leads_there, "the link leads to {href}");
        let requests = poll(browser, "performance.getEntriesByType('resource').length").await;
        anyhow::Ok((style.len() + html.len(), requests))
    });
    let (bytes, requests) = link.await?;
    let bytes = f64::from(u32::try_from(bytes)?);
    let requests = requests.as_f64().context("no number")?;
    Ok([
        figure(
            "the pasted link: HTML and CSS",
            Unit::Bytes,
            bytes,
            Some(1023.0),
        ),
        figure(
            "the pasted link: requests",
            Unit::Count,
            requests,
            Some(0.0),
        ),
    ])
}

fn figure(what: &str, unit: Unit, ours: f64, at_most: Option<f64>) -> Figure {
    Figure {
        group: Group::Browser,
        what: what.to_owned(),
        unit,
        ours: Rounds::once(ours),
        peer: None,
        goal: at_most.map(Goal::AtMost),
    }
}
