//! The `webkyc` program: its command line, and one file for each command.

mod commands;
mod log;
mod process;
mod signals;

use std::{
    env,
    io::{Write, stderr},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use tokio::runtime::Runtime;
use webkyc_backend::config::{self, Config, Errors, settings::Settings};

use crate::{
    commands::{check, export, health, listen, serve, sign_ups},
    log::Log,
};

/// Puts "Sign up with Authenteq" on a web page: holds the client secret, exchanges the code,
/// fetches the verified data, serves the pages.
#[derive(Parser)]
#[command(name = "webkyc", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// A TOML file with the settings, named as the flags with _ for -
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
    Export(export::ExportArguments),
    /// Ask the server that runs with these settings whether it is well; needs WEBKYC_LISTEN alone
    Health(health::HealthArguments),
    /// List, show and redact the sign-ups that sites' servers created; asks the running server
    SignUps(sign_ups::SignUpsArguments),
    /// Send the running server's events to a program on this machine, signed as webhooks are
    Listen(listen::ListenArguments),
    /// Play a sign-up that ends with an event; only where live = false
    Trigger(listen::TriggerArguments),
}

fn main() -> ExitCode {
    match expect_text().and_then(|()| run(parsed())) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(stderr(), "webkyc: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The command line. The settings are given before or after a command's name, and only the help of the program
/// itself lists them.
fn parsed() -> Cli {
    let mut program = Cli::command();
    program.build();
    let program = program.mut_subcommands(without_settings);
    let matches = program.get_matches();
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

fn without_settings(command: clap::Command) -> clap::Command {
    let is_setting = |arg: &clap::Arg| arg.is_global_set() && arg.get_id() != "config";
    command
        .mut_args(|arg| {
            if is_setting(&arg) {
                arg.hide(true)
            } else {
                arg
            }
        })
        .mut_subcommands(without_settings)
        .after_help("Takes the settings that `webkyc --help` lists too.")
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    process::prepare().context("cannot turn core dumps off")?;
    let is_health = matches!(cli.command, Some(Command::Health(_)));
    let is_listen_given = cli.settings.listen.as_ref().is_some_and(|l| !l.is_empty());
    let settings = match &cli.config {
        // `health` needs only the listening address, so the file is not read.
        Some(_) if is_health && is_listen_given => cli.settings,
        Some(path) => cli.settings.or(Settings::from_file(path)?),
        None => cli.settings,
    };
    let runtime = Runtime::new()?;
    let succeeded = |()| ExitCode::SUCCESS;
    let ended = match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => {
            let config = configured(settings)?;
            let log = Log::start(&config.log)?;
            runtime.block_on(serve::run(config, &log)).map(succeeded)
        }
        Command::Check => runtime.block_on(check::run(configured(settings))),
        Command::Export(arguments) => {
            let config = configured(settings)?;
            runtime
                .block_on(export::run(config, arguments))
                .map(succeeded)
        }
        Command::SignUps(arguments) => {
            let config = configured(settings)?;
            runtime
                .block_on(sign_ups::run(&config, arguments))
                .map(succeeded)
        }
        Command::Listen(arguments) => {
            let config = configured(settings)?;
            runtime
                .block_on(listen::listen(&config, arguments))
                .map(succeeded)
        }
        Command::Trigger(arguments) => {
            let config = configured(settings)?;
            runtime
                .block_on(listen::trigger(&config, arguments))
                .map(succeeded)
        }
        Command::Health(arguments) => {
            let address = config::listen_address(&settings)?;
            runtime
                .block_on(health::run(address, &arguments))
                .map(succeeded)
        }
    };
    // Do not wait for a file read or a name resolution still under way.
    runtime.shutdown_background();
    ended
}

/// Checks that all of our variables are text. clap's error would not name the wrong one.
fn expect_text() -> anyhow::Result<()> {
    let ours = env::vars_os().filter(|(_, value)| value.to_str().is_none());
    let mut ours = ours.filter_map(|(name, _)| name.into_string().ok());
    match ours.find(|name| name.starts_with("WEBKYC_")) {
        Some(name) => bail!("{name} is not UTF-8"),
        None => Ok(()),
    }
}

/// Checks the settings, and the environment variables that the HTTP client reads by itself.
fn configured(settings: Settings) -> Result<Config, Errors> {
    let [file, folders] = ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(env::var_os);
    let certificates = config::check_certificates(file, folders);
    match (Config::from_settings(settings), certificates) {
        (Ok(mut config), Ok(notes)) => {
            config.warnings.extend(notes);
            Ok(config)
        }
        (config, certificates) => {
            let errors = [config.err(), certificates.err()];
            let errors = errors.into_iter().flatten().flat_map(|Errors(e)| e);
            Err(Errors(errors.collect()))
        }
    }
}
