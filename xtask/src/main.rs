#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "a program for people at a terminal")]

mod bench;
mod browser;
mod debian;
mod demo;
mod demo_pages;
mod demo_shop;
mod demo_verifier;
mod dev;
mod display;
mod dist;
mod elements_package;
mod files;
mod first_start;
mod fuzz;
mod models;
mod nginx;
mod npm;
mod pages;
mod post_build;
mod postgresql;
mod processes;
mod receivers;
mod servers;
mod steps;
mod test;
mod tools;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// Builds, runs, tests, measures and packs the Web KYC kit.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds and starts sandbox, backend and Example Shop; prints their addresses.
    Demo(demo::DemoOptions),
    /// The same for developers: builds the pages after each change and reloads them.
    Dev,
    /// Runs everything that must pass: host tests, WebAssembly tests, end-to-end tests.
    Test(test::TestOptions),
    /// Builds the pages into dist/, for `webkyc --assets dist`.
    Pages,
    /// Measures the kit beside its alternatives.
    Bench(bench::BenchOptions),
    /// Looks for inputs that break a promise.
    Fuzz(fuzz::FuzzOptions),
    /// Fetches the models of webkyc-verifier into the user's cache folder.
    Models,
    /// Writes the files to deploy into target/dist/: programs, package of the elements, checksums.
    Dist,
    /// Trunk calls this when it has built the pages.
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
        Command::Dev => dev::run(),
        Command::Test(options) => test::run(&options),
        Command::Pages => pages::build(&tools::Tools::install()?).map(drop),
        Command::Bench(options) => bench::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Models => models::fetch(),
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

/// The folder of programs built for development, this one among them.
fn programs_folder() -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot find this program's own file")?;
    let folder = own.parent().context("this program lies in no folder")?;
    Ok(folder.to_owned())
}
