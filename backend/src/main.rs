//! The `webkyc` program: command line, configuration, listener, log, shutdown.

use std::{
    future::IntoFuture,
    io::{self, IsTerminal, Write, stdout},
    path::PathBuf,
    pin::pin,
    process::ExitCode,
    time::Duration,
};

use anyhow::Context;
use axum::Router;
use clap::{Parser, Subcommand};
#[cfg(unix)]
use tokio::signal::unix;
use tokio::{net::TcpListener, sync::oneshot};
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;
use webkyc_backend::{AppState, clock::Clock, config::Config, router, settings::Settings};

/// How long answers under way may take once we are told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(30);

/// Puts "Sign up with Authenteq" on a web page: holds the client secret, exchanges the code,
/// fetches the verified data, serves the pages.
#[derive(Parser)]
#[command(name = "webkyc", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// A TOML file with the settings below, named as the flags with _ for -
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and API until SIGTERM or Ctrl-C (what happens without a command)
    Serve,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut stderr = std::io::stderr();
            let _ = writeln!(stderr, "webkyc: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(cli: Cli) -> anyhow::Result<()> {
    let (Some(Command::Serve) | None) = cli.command;
    let settings = match &cli.config {
        Some(path) => cli.settings.or(Settings::from_file(path)?),
        None => cli.settings,
    };
    let config = Config::from_settings(settings)?;
    start_log(&config.log)?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {} (WEBKYC_LISTEN)", config.listen))?;
    let address = listener.local_addr()?;
    for warning in config.warnings() {
        warn!("{warning}");
    }
    info!(%address, public_url = config.public_url.url, "listening");
    let app = router(AppState::new(config, Clock::system())?);
    // Before the line, so that whoever waits for it can stop us at once.
    let mut signals = Signals::new()?;
    // Whoever closed our standard output does not read the line.
    let _ = writeln!(stdout(), "webkyc listening on http://{address}");
    serve(listener, app, &mut signals).await
}

/// Serves until told to stop, then lets what is under way end, for a while.
async fn serve(listener: TcpListener, app: Router, signals: &mut Signals) -> anyhow::Result<()> {
    let (stop, stopped) = oneshot::channel();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async {
        let _: Result<(), _> = stopped.await;
    });
    let mut serving = pin!(serving.into_future());
    tokio::select! {
        ended = &mut serving => return Ok(ended?),
        () = signals.stop() => info!("stopping"),
    }
    let _: Result<(), _> = stop.send(());
    tokio::select! {
        ended = &mut serving => ended?,
        () = tokio::time::sleep(LAST_ANSWERS) => warn!("stopped with connections still open"),
        () = signals.stop() => warn!("told to stop twice"),
    }
    info!("stopped");
    Ok(())
}

/// Text on a terminal, JSON lines elsewhere; always on standard error.
fn start_log(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|_| anyhow::anyhow!("WEBKYC_LOG {filter:?} is no log filter: try info"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.init();
    } else {
        log.json().flatten_event(true).init();
    }
    // Where it happened, never the message: that may quote what was being handled.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
    Ok(())
}

/// What tells this process to stop. SIGHUP does not: a terminal that closes ends no service.
struct Signals {
    #[cfg(unix)]
    interrupt: unix::Signal,
    #[cfg(unix)]
    terminate: unix::Signal,
    #[cfg(unix)]
    _hangup: unix::Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            interrupt: unix::signal(unix::SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: unix::signal(unix::SignalKind::terminate())?,
            #[cfg(unix)]
            _hangup: unix::signal(unix::SignalKind::hangup())?,
        })
    }

    /// Completes at Ctrl-C or SIGTERM.
    async fn stop(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
