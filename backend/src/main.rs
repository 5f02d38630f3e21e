//! The `webkyc` program: command line, configuration, listener, log, shutdown.

mod log;
mod process;
mod signals;

use std::{
    io::{Write, stderr, stdout},
    path::PathBuf,
    pin::pin,
    process::ExitCode,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use tokio::{net::TcpListener, runtime::Runtime};
use tracing::{info, warn};
use webkyc_backend::{
    AppState,
    clock::Clock,
    config::Config,
    router,
    server::{self, Limits, Stop},
    settings::Settings,
};

use crate::{
    log::Log,
    signals::{Signal, Signals},
};

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
    match start(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(stderr(), "webkyc: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(cli: Cli) -> anyhow::Result<()> {
    process::prepare().context("cannot turn core dumps off")?;
    let (Some(Command::Serve) | None) = cli.command;
    let settings = match &cli.config {
        Some(path) => cli.settings.or(Settings::from_file(path)?),
        None => cli.settings,
    };
    let config = Config::from_settings(settings)?;
    let _log = Log::start(&config.log)?;
    let runtime = Runtime::new()?;
    let ended = runtime.block_on(run(config));
    // A file or a name that is still being looked up has nobody to wait for it.
    runtime.shutdown_background();
    ended
}

/// Serves until told to stop, and then until it has stopped.
async fn run(config: Config) -> anyhow::Result<()> {
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

    let stop = Stop::new();
    let limits = Limits::default();
    let mut serving = pin!(server::serve(listener, app, &limits, stop.draining()));
    loop {
        let signal = tokio::select! {
            _ = &mut serving => break,
            signal = signals.next() => signal,
        };
        let is_second = stop.draining().is_draining();
        match signal {
            Signal::HangUp => continue,
            Signal::Interrupt | Signal::Terminate if is_second => stop.at_once(),
            Signal::Interrupt => stop.close(),
            Signal::Terminate => stop.announce(),
        }
        info!(?signal, "stopping");
    }
    info!("stopped");
    Ok(())
}
