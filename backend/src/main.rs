//! The `webkyc` program: its command line, and one file for each command.

mod commands;
mod log;
mod process;
mod signals;

use std::{
    io::{Write, stderr},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use tokio::runtime::Runtime;
use webkyc_backend::{config::Config, settings::Settings};

use crate::{
    commands::{check, export, serve},
    log::Log,
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
    /// Say what is wrong with the configuration, and whether Authenteq can be reached with it
    Check,
    /// Fetch one verification as a file, with the configured credentials
    Export(export::Arguments),
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(stderr(), "webkyc: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    process::prepare().context("cannot turn core dumps off")?;
    let settings = match &cli.config {
        Some(path) => cli.settings.or(Settings::from_file(path)?),
        None => cli.settings,
    };
    let config = Config::from_settings(settings);
    let runtime = Runtime::new()?;
    let ended = match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => config.map_err(Into::into).and_then(|config| {
            let log = Log::start(&config.log)?;
            let served = runtime.block_on(serve::run(config, &log));
            served.map(|()| ExitCode::SUCCESS)
        }),
        Command::Check => runtime.block_on(check::run(config)),
        Command::Export(arguments) => {
            let exported = runtime.block_on(export::run(config?, arguments));
            exported.map(|()| ExitCode::SUCCESS)
        }
    };
    // A file or a name that is still being looked up has nobody to wait for it.
    runtime.shutdown_background();
    ended
}
