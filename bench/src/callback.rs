//! The callback, until the visitor sees the results.

use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use webkyc_test_kit::{driver::Driver, http, program::free_port};

use crate::{
    backend::Backend,
    chromium::{fresh, leave_for, poll_later},
    figures::{Figure, Goal, Peer, Rounds, Unit},
    setup::{Group, ROUNDS, Setup},
    upstream::Size,
};

/// From the navigation to `/results?code=…` until four pictures of together 2 MiB are painted.
pub(crate) async fn measure(setup: &Setup, driver: &Driver, upstream: &str) -> Result<Figure> {
    let port = free_port();
    let url = format!("http://localhost:{port}");
    let listen = format!("127.0.0.1:{port}");
    let _backend = Backend::start_at(setup, upstream, &url, &[("WEBKYC_LISTEN", &listen)]);
    let (mut whole, mut upstream_ms) = (Rounds::default(), Rounds::default());
    let mut bare = Rounds::default();
    // The first round fills caches and does not count.
    for round in 0..=ROUNDS {
        let landed = open_results(driver, &format!("{url}/start")).await;
        let landed = landed.context("cannot open the results")?;
        let shown = open_pictures(driver, &url, upstream).await;
        let shown = shown.context("cannot open the pictures")?;
        let upstream_took = call_upstream(upstream).await?;
        if round > 0 {
            bare.0.push(shown);
            whole.0.push(landed);
            upstream_ms.0.push(upstream_took);
        }
    }
    let upstream_ms = upstream_ms.median();
    Ok(Figure {
        group: Group::Browser,
        what: "a callback, until 2 MiB of details are seen".to_owned(),
        unit: Unit::Milliseconds,
        ours: Rounds(whole.0.iter().map(|it| it - upstream_ms).collect()),
        peer: Some(Peer {
            name: "the same pictures in a page of nothing else".to_owned(),
            rounds: bare,
        }),
        goal: Some(Goal::RatioAtMost(1.5)),
    })
}

async fn open_results(driver: &Driver, start: &str) -> Result<f64> {
    let landed = fresh(driver, async |browser| {
        browser.run_first(include_str!("callback.js")).await;
        browser.open_page(start).await;
        poll_later(browser, "globalThis.benchShown ?? null").await
    });
    landed.await.as_f64().context("the page measured no time")
}

/// Opens the same pictures in a page without a script, coming from another site as well.
async fn open_pictures(driver: &Driver, before: &str, upstream: &str) -> Result<f64> {
    let seen = fresh(driver, async |browser| {
        browser.run_first(include_str!("callback.js")).await;
        browser.open_page(before).await;
        leave_for(browser, &format!("{upstream}/pictures")).await;
        poll_later(browser, "globalThis.benchShown ?? null").await
    });
    seen.await.as_f64().context("the page measured no time")
}

/// Makes the backend's calls for one callback. Returns the upstream's milliseconds.
async fn call_upstream(upstream: &str) -> Result<f64> {
    let http = http::client();
    let began = Instant::now();
    let token: Value = http
        .post(format!("{upstream}/v2/web-kyc/token"))
        .json(&json!({"code": Size::Large.word()}))
        .send()
        .await?
        .json()
        .await?;
    let details = http
        .get(format!("{upstream}/v2/web-kyc/details"))
        .bearer_auth(token["token"].as_str().context("no token")?)
        .send()
        .await?;
    details.error_for_status()?.bytes().await?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}
