//! The `webkyc` program: command line, configuration, listener, log, shutdown.

use std::{
    fs,
    io::{IsTerminal, Write, stdout},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use tokio::{net::TcpListener, signal};
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;
use webkyc_backend::{
    AppState,
    clock::Clock,
    config::{Config, Settings},
    router,
};

/// Puts "Sign up with Authenteq" on a web page: holds the client secret, exchanges the code,
/// fetches the verified data, serves the pages.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
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
        Some(path) => {
            let file = fs::read_to_string(path).with_context(|| format!("cannot read {path:?}"))?;
            // toml's own message quotes the line, which may hold a secret.
            let file = toml::from_str(&file)
                .map_err(|e: toml::de::Error| anyhow::anyhow!("{path:?}: {}", e.message()))?;
            cli.settings.or(file)
        }
        None => cli.settings,
    };
    let config = Config::from_settings(settings)?;
    start_log(&config.log)?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {} (WEBKYC_LISTEN)", config.listen))?;
    let address = listener.local_addr()?;
    if config.cookie_keys_made {
        warn!(
            "WEBKYC_COOKIE_KEYS is not set: sessions end with this process and are known to it alone"
        );
    }
    if !config.public_url.secure {
        warn!("WEBKYC_PUBLIC_URL is http: cookies are not Secure; for development only");
    }
    info!(%address, public_url = config.public_url.url, "listening");
    let app = router(AppState::new(config, Clock::system())?);
    writeln!(stdout(), "webkyc listening on http://{address}")?;
    axum::serve(listener, app)
        .with_graceful_shutdown(told_to_stop())
        .await?;
    info!("stopped");
    Ok(())
}

/// Text on a terminal, JSON lines elsewhere; always on standard error.
fn start_log(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter).with_context(|| format!("WEBKYC_LOG {filter:?}"))?;
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

/// Completes at Ctrl-C or SIGTERM.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = signal::ctrl_c().await;
}
