#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "a program for people at a terminal")]

mod backend;
mod bare_proxy;
mod browser;
mod callback;
#[cfg(test)]
mod ceilings;
mod chromium;
mod documents;
mod figures;
mod load;
mod memory;
mod nginx;
mod open_loop;
mod overload;
mod page_load;
mod pages;
mod peers;
mod probes;
mod requests;
mod resources;
mod servers;
mod setup;
mod sign_ups;
mod sizes;
mod soak;
mod upstream;

use std::{env, fs, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::{
    figures::{Figure, table},
    setup::{Group, Options, Setup},
};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    if let Ok(upstream) = env::var(bare_proxy::VARIABLE) {
        return bare_proxy::serve(upstream).await;
    }
    // Both ends of thousands of connections are on this machine. Child processes inherit the limit.
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
    let arguments = || env::args().skip(1);
    match arguments().next().as_deref() {
        Some("soak") => return soak::run(&soak::Options::parse_from(arguments())).await,
        Some("draw") => return documents::draw(&documents::Options::parse_from(arguments())),
        _ => {}
    }
    let setup = Setup::new(Options::parse())?;
    let upstream = upstream::start().await?;
    let mut figures: Vec<Figure> = Vec::new();
    for group in Group::value_variants() {
        if setup.only.is_empty() || setup.only.contains(group) {
            figures.extend(measure(*group, &setup, &upstream).await?);
            // Keep these figures when a later group fails.
            let json = serde_json::to_string_pretty(&figures)?;
            fs::write(&setup.json, json)
                .with_context(|| format!("cannot write {}", setup.json.display()))?;
        }
    }
    if let Some(root) = &setup.documents {
        documents::add(root, &setup, &figures)?;
    }
    print!("\n{}", table(&figures));
    Ok(())
}

async fn measure(group: Group, setup: &Setup, upstream: &str) -> Result<Vec<Figure>> {
    match group {
        Group::Sizes => {
            println!("Measuring sizes.");
            sizes::measure(setup)
        }
        Group::Browser => {
            println!("Measuring in the browser.");
            browser::measure(setup, upstream).await
        }
        Group::Resources => {
            println!("Measuring resources.");
            resources::measure(setup, upstream).await
        }
        Group::Servers => {
            println!("Measuring servers.");
            servers::measure(setup, upstream).await
        }
        Group::Overload => {
            println!("Measuring under too much load.");
            overload::measure(setup, upstream).await
        }
        Group::SignUps => {
            println!("Measuring sign-ups of a site's server.");
            sign_ups::measure(setup, upstream).await
        }
    }
}
