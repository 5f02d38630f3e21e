//! `webkyc serve`: runs the two listeners, and handles signals and changed secrets.

use std::{
    io::{self, Write, stdout},
    net::SocketAddr,
    pin::pin,
    time::Duration,
};

use anyhow::Context;
use futures_util::future::{OptionFuture, join};
use tokio::{
    net::{TcpListener, TcpSocket},
    time,
};
use tracing::{info, warn};
use webkyc_backend::{
    AppState, Limits,
    clock::Clock,
    config::{Config, FileEvent, Reread, Watch},
    listener::{self, Draining, Stop},
    operator_router, router, store,
};

use super::NO_CLIENT;
use crate::{
    log::Log,
    signals::{Signal, Signals},
};

/// How often the files of the secrets are checked. A change is used after the second check.
const REREAD: Duration = Duration::from_secs(5);

/// How long the end waits for exchanges of visitors who have gone: with Web IDV 8 s for a place, 40 s for
/// the call to Authenteq, and 15 s for each of the store's two calls.
const FINISH_TIMEOUT: Duration = Duration::from_secs(90);

/// Serves until a signal arrives, and then until the shutdown is complete.
pub(crate) async fn run(config: Config, log: &Log) -> anyhow::Result<()> {
    config.check_assets()?;
    let stop = Stop::new();
    let app = app(&config, Limits::default(), stop.draining()).await?;
    let (listener, address) = listen(config.listeners.public, "WEBKYC_LISTEN")?;
    let operator = config
        .listeners
        .operator
        .as_ref()
        .map(|operator| operator.listen);
    let operator = match operator {
        Some(address) => Some(listen(address, "WEBKYC_OPERATOR_LISTEN")?),
        None => None,
    };
    for warning in &config.warnings {
        warn!("{warning}");
    }
    let fingerprints = config.cookie_keys.get().fingerprints().join(" ");
    info!(%address, public_url = config.public_url.url, cookie_keys = fingerprints, "listening");

    if let Ok(sign_ups) = app.sign_ups() {
        let (worker, webhooks) = (sign_ups.clone(), sign_ups.clone());
        tokio::spawn(keep_running("worker", move || worker.clone().work()));
        tokio::spawn(keep_running("webhooks", move || {
            webhooks.clone().send_webhooks()
        }));
    }
    // Before the line below, so that a program that waits for the line can stop us at once.
    let signals = Signals::new()?;
    // A closed standard output is no reason to fail.
    let _ = writeln!(stdout(), "webkyc listening on http://{address}");
    if let Some((_, address)) = &operator {
        let _ = writeln!(
            stdout(),
            "webkyc listening for operators on http://{address}"
        );
    }

    let limits = listener::ConnectionLimits {
        proxies: config.listeners.trusted_proxies.clone(),
        ..listener::ConnectionLimits::default()
    };
    let public = listener::serve(listener, router(app.clone()), &limits, stop.draining());
    let operator = OptionFuture::from(operator.map(|(listener, _)| {
        let router = operator_router(app.clone());
        listener::serve(listener, router, &limits, stop.draining())
    }));
    let serving = join(public, operator);
    serve_until_stopped(serving, signals, &app, &config, &stop, log).await;
    // A visitor may be gone whose exchange is under way.
    if time::timeout(FINISH_TIMEOUT, app.finish()).await.is_err() {
        warn!("an exchange is not finished");
    }
    info!("stopped");
    Ok(())
}

/// Serves until a signal has stopped it; meanwhile uses secrets that change.
async fn serve_until_stopped(
    serving: impl Future,
    mut signals: Signals,
    app: &AppState,
    config: &Config,
    stop: &Stop,
    log: &Log,
) {
    let mut serving = pin!(serving);
    let mut checks = time::interval(REREAD);
    let mut watch = Watch::new(config.secret_files());
    loop {
        let signal = tokio::select! {
            _ = &mut serving => break,
            signal = signals.next() => signal,
            _ = checks.tick() => {
                for event in watch.check(Reread::WhenSettled) {
                    log_event(config, &event);
                }
                app.metrics().set_log_lines_lost(log.lines_lost());
                continue;
            }
            event = watch.next() => {
                log_event(config, &event);
                continue;
            }
        };
        let is_second = stop.draining().is_draining();
        match signal {
            Signal::HangUp => {
                for event in watch.check(Reread::Now) {
                    log_event(config, &event);
                }
                continue;
            }
            Signal::Interrupt | Signal::Terminate if is_second => stop.at_once(),
            Signal::Interrupt => stop.close(),
            Signal::Terminate => stop.announce(),
        }
        info!(?signal, "stopping");
    }
}

/// Starts a task again after a panic.
async fn keep_running<F>(name: &'static str, task: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    while let Err(error) = tokio::spawn(task()).await {
        if error.is_cancelled() {
            return;
        }
        warn!(name, "a task is started again");
        time::sleep(REREAD).await;
    }
}

/// A database that is free opens sooner.
const SOON: Duration = Duration::from_secs(2);

async fn app(config: &Config, limits: Limits, draining: Draining) -> anyhow::Result<AppState> {
    let clock = Clock::system();
    let Some(configured) = &config.store else {
        return AppState::new(config.clone(), clock, limits, draining).context(NO_CLIENT);
    };
    let location = &configured.location;
    info!(%location, "opening the database");
    let mut opening = pin!(location.open());
    let store = tokio::select! {
        store = &mut opening => store,
        () = time::sleep(SOON) => {
            info!("still opening the database: another program may have it, or its server may not be there yet");
            opening.await
        }
    };
    let store = store.map_err(|store::Error(problem)| {
        anyhow::anyhow!("[store] url names {location}: {problem}")
    })?;
    let store = (store, configured.keys.clone());
    AppState::with_store(config.clone(), clock, limits, draining, store).await
}

/// Connections that the kernel may hold until they are accepted: more than tokio's 1,024, because one
/// that finds no room is tried again by its client only a second later.
const BACKLOG: u32 = 4096;

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A process that has just ended may have left connections behind.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn listen(address: SocketAddr, setting: &'static str) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener =
        bind(address).with_context(|| format!("cannot listen on {address} ({setting})"))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn log_event(config: &Config, event: &FileEvent) {
    match event {
        FileEvent::Changed(setting) => {
            let cookie_keys = config.cookie_keys.get().fingerprints().join(" ");
            info!(%setting, cookie_keys, "a secret has changed");
        }
        FileEvent::Unusable(error) => {
            warn!(%error, "a secret's file cannot be used: it stays as it was");
        }
        FileEvent::Usable(setting) => info!(%setting, "a secret's file can be used again"),
    }
}
