//! `cargo xtask bench`: brings what is measured and what it is measured with, and measures.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{
    browser::Browser,
    debian, dist, nginx,
    npm::Node,
    pages,
    post_build::sizes,
    processes::{Process, cargo, executable, find_on_path},
    programs_folder, root,
    steps::{self, Step},
    tools::{Tools, cache_folder},
};

const NO_WRK: &str = "load is made by wrk, on PATH (Debian: apt-get install wrk)";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Shorter rounds and fewer steps: about two minutes
    #[arg(long)]
    quick: bool,
    /// Some figures only
    #[arg(long, value_parser = ["sizes", "browser", "costs", "servers"])]
    only: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    // First what can fail at once, then what takes minutes.
    let wrk = wrk()?;
    let nginx = nginx::find_or_install()?;
    let browser = Browser::find_or_install()?;
    let node = Node::find_or_install()?;
    let peers = node.peers()?;
    let express = express(&node)?;
    let pages = pages::build(&Tools::install()?)?;
    dist::build_programs()?;
    Step {
        doing: "Building what measures",
        takes: "3 minutes the first time",
        log: "bench",
    }
    .run(
        cargo()
            .args(["build", "--release", "-p", "webkyc-bench"])
            .current_dir(root()),
    )?;

    let weights = steps::folder()?.join("weights.json");
    let weighed = sizes::of_pages(&pages)?.map(|weight| weight.json());
    fs::write(&weights, Value::from(weighed.to_vec()).to_string())
        .with_context(|| format!("cannot write {}", weights.display()))?;
    let json = programs_folder()?.with_file_name("bench.json");
    let release = programs_folder()?.with_file_name("release");
    let mut command = Command::new(executable(&release, "webkyc-bench"));
    let options_of_files: [(&str, PathBuf); 11] = [
        ("--backend", executable(&release, "webkyc")),
        ("--dist", pages),
        ("--weights", weights),
        ("--peers", peers),
        ("--express", express),
        ("--node", node.program),
        ("--nginx", nginx),
        ("--wrk", wrk),
        ("--chrome", browser.program),
        ("--chromedriver", browser.driver),
        ("--json", json.clone()),
    ];
    for (option, file) in options_of_files {
        command.arg(option).arg(file);
    }
    if options.quick {
        command.arg("--quick");
    }
    for group in &options.only {
        command.arg("--only").arg(group);
    }
    let is_full = !options.quick && options.only.is_empty();
    if is_full {
        command.arg("--report").arg(root().join("BENCHMARKS.md"));
    }
    if !Process::start(&mut command)?.wait(|| ())?.success() {
        bail!("not everything could be measured");
    }
    println!(
        "\nThe figures of each round are in {}.",
        steps::shown(&json).display()
    );
    Ok(())
}

fn wrk() -> Result<PathBuf> {
    if find_on_path("wrk").is_none() && debian::can_install() {
        debian::install("wrk", &["wrk"]).context(NO_WRK)?;
    }
    find_on_path("wrk").context(NO_WRK)
}

/// The Express backend with all that npm's lock file says it stands on, in the user's cache.
fn express(node: &Node) -> Result<PathBuf> {
    let sources = root().join("bench/peers/express");
    let folder = cache_folder()?.join("express");
    let installed = folder.join("node_modules/.package-lock.json");
    let is_same = |name: &str| {
        let read = |folder: &Path| fs::read(folder.join(name)).ok();
        read(&sources).is_some_and(|source| read(&folder) == Some(source))
    };
    if is_same("package-lock.json") && is_same("server.js") && installed.is_file() {
        return Ok(folder);
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for name in ["package.json", "package-lock.json", "server.js"] {
        fs::copy(sources.join(name), folder.join(name))
            .with_context(|| format!("cannot copy {name}"))?;
    }
    Step {
        doing: "Installing Express and axios",
        takes: "once; some seconds",
        log: "express",
    }
    .run(
        Command::new(&node.npm)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&folder),
    )?;
    Ok(folder)
}
