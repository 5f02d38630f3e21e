#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

mod bench;
mod browser;
mod debian;
mod demo;
mod dist;
mod elements_package;
mod files;
mod nginx;
mod npm;
mod pages;
mod post_build;
mod processes;
mod steps;
mod test;
mod tools;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// The Web KYC kit: what a person would otherwise type by hand.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs what is missing, builds, starts sandbox and backend, prints the portal's URL.
    Demo(demo::Options),
    /// Runs everything that must pass: host tests, WebAssembly tests, end-to-end tests.
    Test(test::Options),
    /// Builds the pages into dist/, for `webkyc --assets dist`.
    Pages,
    /// Measures the kit beside what one would use instead.
    Bench(bench::Options),
    /// Writes what one deploys into target/dist/: programs, package of the elements, checksums.
    Dist,
    /// What Trunk calls after it has built the pages.
    #[command(hide = true)]
    PostBuild,
}

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<processes::Interrupted>() => {
            eprintln!("{error}");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    processes::watch_signals()?;
    match command {
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Pages => pages::build(&tools::Tools::install()?).map(drop),
        Command::Bench(options) => bench::run(&options),
        Command::Dist => dist::run(),
        Command::PostBuild => post_build::run(),
    }
}

/// The folder of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
}

/// Where cargo puts programs built for development: this one lies there too.
fn programs_folder() -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot tell where this program lies")?;
    let folder = own.parent().context("this program lies in no folder")?;
    Ok(folder.to_owned())
}
