//! `webkyc serve`: runs the two listeners, and handles signals and changed secrets.

use std::{
    io::{Write, stdout},
    net::SocketAddr,
    pin::pin,
    time::Duration,
};

use anyhow::Context;
use futures_util::future::{OptionFuture, join};
use tokio::{net::TcpListener, time};
use tracing::{info, warn};
use webkyc_backend::{
    AppState, Limits,
    clock::Clock,
    config::{Config, News, Reread, Watch},
    listener::{self, Stop},
    operator_router, router,
};

use super::NO_CLIENT;
use crate::{
    log::Log,
    signals::{Signal, Signals},
};

/// How often the files of the secrets are checked. A change is used after the second check.
const REREAD: Duration = Duration::from_secs(5);

/// Serves until a signal arrives, and then until the shutdown is complete.
pub(crate) async fn run(config: Config, log: &Log) -> anyhow::Result<()> {
    config.check_assets()?;
    let (listener, address) = listen(config.listen, "WEBKYC_LISTEN").await?;
    let operator = config.operator.as_ref().map(|operator| operator.listen);
    let operator = match operator {
        Some(address) => Some(listen(address, "WEBKYC_OPERATOR_LISTEN").await?),
        None => None,
    };
    for warning in &config.warnings {
        warn!("{warning}");
    }
    let fingerprints = config.cookie_keys.get().fingerprints().join(" ");
    info!(%address, public_url = config.public_url.url, cookie_keys = fingerprints, "listening");

    let stop = Stop::new();
    let limits = Limits::default();
    let app = AppState::new(config.clone(), Clock::system(), limits, stop.draining())
        .context(NO_CLIENT)?;
    // Before the line below, so that a program that waits for the line can stop us at once.
    let mut signals = Signals::new()?;
    // A closed standard output is no reason to fail.
    let _ = writeln!(stdout(), "webkyc listening on http://{address}");
    if let Some((_, address)) = &operator {
        let _ = writeln!(
            stdout(),
            "webkyc listening for operators on http://{address}"
        );
    }

    let limits = listener::ConnectionLimits {
        proxies: config.trusted_proxies.clone(),
        ..listener::ConnectionLimits::default()
    };
    let public = listener::serve(listener, router(app.clone()), &limits, stop.draining());
    let operator = OptionFuture::from(operator.map(|(listener, _)| {
        let router = operator_router(app.clone());
        listener::serve(listener, router, &limits, stop.draining())
    }));
    let mut serving = pin!(join(public, operator));
    let mut looks = time::interval(REREAD);
    let mut watch = Watch::new(config.secret_files());
    loop {
        let signal = tokio::select! {
            _ = &mut serving => break,
            signal = signals.next() => signal,
            _ = looks.tick() => {
                for news in watch.look(Reread::WhenSettled) {
                    say(&config, &news);
                }
                app.metrics().set_log_lines_lost(log.lines_lost());
                continue;
            }
            news = watch.next() => {
                say(&config, &news);
                continue;
            }
        };
        let is_second = stop.draining().is_draining();
        match signal {
            Signal::HangUp => {
                for news in watch.look(Reread::Now) {
                    say(&config, &news);
                }
                continue;
            }
            Signal::Interrupt | Signal::Terminate if is_second => stop.at_once(),
            Signal::Interrupt => stop.close(),
            Signal::Terminate => stop.announce(),
        }
        info!(?signal, "stopping");
    }
    info!("stopped");
    Ok(())
}

async fn listen(
    address: SocketAddr,
    setting: &'static str,
) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} ({setting})"))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn say(config: &Config, news: &News) {
    match news {
        News::Changed(setting) => {
            let cookie_keys = config.cookie_keys.get().fingerprints().join(" ");
            info!(setting, cookie_keys, "a secret has changed");
        }
        News::Unusable(error) => {
            warn!(%error, "a secret's file cannot be used: it stays as it was");
        }
        News::Usable(setting) => info!(setting, "a secret's file can be used again"),
    }
}
