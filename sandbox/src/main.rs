//! The program: command line, start, signals.

use std::{io::Write, net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Parser;
use jiff::Timestamp;
use url::Url;
use webkyc_sandbox::{Client, Config, Sandbox};

/// An Authenteq that runs on your laptop: identity server and API on one origin, no account.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090", value_parser = address)]
    listen: SocketAddr,

    /// The origin browsers see, where it is not the address listened on
    #[arg(long, value_name = "URL", value_parser = origin)]
    public_url: Option<Url>,

    /// Speaks TLS too, in Authenteq's place; this folder keeps the authority that clients must trust
    #[arg(long, value_name = "DIR")]
    tls: Option<PathBuf>,

    /// A client, in place of the demo client; may be repeated
    #[arg(long = "client", value_name = "ID,SECRET,REDIRECT_URI")]
    clients: Vec<Client>,

    /// A TOML file: [[client]] tables, verifier, seed, now, and a [dialect]; the README lists what they hold
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// A webkyc-verifier on this machine, such as http://127.0.0.1:8095 or unix:/run/webkyc/verifier.sock: reads visitors' own documents and compares faces
    #[arg(long, value_name = "URL", value_parser = origin)]
    verifier: Option<Url>,

    /// Where ids, codes and tokens come from: the same seed has the same ones
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// Lets the clock stand still at this time, such as 2026-01-01T12:00:00Z, until it is moved
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let config = arguments.into_config()?;
    // Before the line that says it listens: a program that waits for that line may send the signal
    // at once.
    let stop = stop_signal().context("cannot wait for signals")?;
    for warning in config.warnings() {
        say(&format!("warning: {warning}"));
    }
    let sandbox = Sandbox::start_with(config).await?;
    // A parent process may wait for this line; none reads it when the pipe is closed.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "webkyc-sandbox listening on {}", sandbox.url())
        .and_then(|()| stdout.flush())
        .and_then(|()| write!(stdout, "{}", sandbox.greeting()))
        .and_then(|()| stdout.flush());
    stop.await;
    sandbox.shutdown().await;
    Ok(())
}

impl Arguments {
    fn into_config(self) -> anyhow::Result<Config> {
        let mut config = match &self.config {
            Some(file) => Config::from_file(file)?,
            None => Config {
                clients: Vec::new(),
                ..Config::default()
            },
        };
        config.clients.splice(0..0, self.clients);
        if config.clients.is_empty() {
            config.clients.push(Client::demo());
        }
        Ok(Config {
            listen: self.listen,
            public_url: self.public_url,
            tls: self.tls,
            verifier: self.verifier.or(config.verifier),
            seed: self.seed.or(config.seed),
            now: self.now.or(config.now),
            ..config
        })
    }
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| {
        "an address in numbers and a port, such as 127.0.0.1:8090 for this machine alone, \
         0.0.0.0:8090 for its networks or [::1]:8090"
    })
}

fn origin(text: &str) -> Result<Url, &'static str> {
    text.parse().map_err(
        |_| "an http or https origin, such as https://sandbox.example or http://localhost:8090",
    )
}

/// Writes one line to standard error; a closed one is no error.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "webkyc-sandbox: {line}");
}

#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
