//! Coming back from Authenteq, until the results are seen.

use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{
    backend::Backend,
    chromium::Driver,
    figures::{Figure, Goal, Peer, Rounds, Unit},
    program::free_port,
    setup::{ROUNDS, Setup},
    upstream::Size,
};

/// From the navigation to `/results?code=…` until four pictures of together 2 MiB are painted.
pub(crate) async fn measure(setup: &Setup, driver: &Driver, upstream: &str) -> Result<Figure> {
    let port = free_port()?;
    let url = format!("http://localhost:{port}");
    let listen = format!("127.0.0.1:{port}");
    let _backend = Backend::start_at(setup, upstream, &url, &[("WEBKYC_LISTEN", &listen)])?;
    let (mut whole, mut upstream_s) = (Rounds::default(), Rounds::default());
    let mut bare = Rounds::default();
    // The first fills caches of the machine.
    for round in 0..=ROUNDS {
        let landed = land(driver, &format!("{url}/start")).await;
        let landed = landed.context("cannot come back")?;
        let shown = look(driver, &url, upstream).await;
        let shown = shown.context("cannot see pictures")?;
        let asked = ask(upstream).await?;
        if round > 0 {
            bare.0.push(shown);
            whole.0.push(landed);
            upstream_s.0.push(asked);
        }
    }
    let upstream_s = upstream_s.median();
    Ok(Figure {
        group: "browser",
        what: "a return, until 2 MiB of details are seen".to_owned(),
        unit: Unit::Milliseconds,
        ours: Some(Rounds(whole.0.iter().map(|it| it - upstream_s).collect())),
        peer: Some(Peer {
            name: "the same pictures in a page of nothing else".to_owned(),
            rounds: bare,
        }),
        goal: Some(Goal::AtMost(250.0)),
    })
}

async fn land(driver: &Driver, start: &str) -> Result<f64> {
    let landed = driver.fresh(async |browser| {
        browser.run_first(include_str!("callback.js")).await?;
        browser.goto(start).await?;
        browser.poll_later("globalThis.benchLanded ?? null").await
    });
    landed.await?.as_f64().context("no time")
}

/// What the browser itself takes: it comes from another site too, and needs no script.
async fn look(driver: &Driver, before: &str, upstream: &str) -> Result<f64> {
    let seen = driver.fresh(async |browser| {
        browser.run_first(include_str!("callback.js")).await?;
        browser.goto(before).await?;
        browser.leave_for(&format!("{upstream}/pictures")).await?;
        browser.poll_later("globalThis.benchLanded ?? null").await
    });
    seen.await?.as_f64().context("no time")
}

/// What the backend asks for a return, asked directly: the milliseconds that are not the kit's.
async fn ask(upstream: &str) -> Result<f64> {
    let http = reqwest::Client::builder().no_proxy().build()?;
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
