#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

mod backend;
mod bare;
mod browser;
#[cfg(test)]
mod ceilings;
mod chromium;
mod codings;
mod costs;
mod figures;
mod landing;
mod load;
mod nginx;
mod pages;
mod peers;
mod program;
mod report;
mod requests;
mod servers;
mod setup;
mod sizes;
mod upstream;
mod visit;

use std::{env, fs, process::ExitCode};

use anyhow::{Context, Result};
use clap::Parser;

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
    if let Ok(upstream) = env::var(bare::VARIABLE) {
        return bare::serve(upstream).await;
    }
    let options = Options::parse();
    let only = options.only.clone();
    let setup = Setup::new(options)?;
    let is_wanted = |group| only.is_empty() || only.contains(&group);
    let upstream = upstream::start().await?;
    let mut figures: Vec<Figure> = Vec::new();
    if is_wanted(Group::Sizes) {
        println!("Measuring sizes.");
        figures.extend(sizes::measure(&setup)?);
    }
    if is_wanted(Group::Browser) {
        println!("Measuring in the browser.");
        figures.extend(browser::measure(&setup, &upstream).await?);
    }
    if is_wanted(Group::Costs) {
        println!("Measuring costs.");
        figures.extend(costs::measure(&setup, &upstream).await?);
    }
    if is_wanted(Group::Servers) {
        println!("Measuring servers.");
        figures.extend(servers::measure(&setup, &upstream).await?);
    }
    let json = serde_json::to_string_pretty(&figures)?;
    fs::write(&setup.json, json)
        .with_context(|| format!("cannot write {}", setup.json.display()))?;
    if let Some(page) = &setup.report {
        report::write(page, &figures)?;
    }
    print!("\n{}", table(&figures));
    Ok(())
}
