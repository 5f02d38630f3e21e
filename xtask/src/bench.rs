//! `cargo xtask bench`: builds the kit, installs its peers, and measures both.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{
    browser::Browser,
    debian, dist, files, first_start, nginx,
    npm::Node,
    pages,
    post_build::sizes,
    postgresql,
    processes::{Process, cargo, executable, find_on_path},
    programs_folder, root,
    servers::PORTAL,
    steps::{self, Step},
    tools::Tools,
};

const NO_WRK: &str = "the load needs wrk on PATH (Debian: apt-get install wrk)";

#[derive(clap::Args)]
pub(crate) struct BenchOptions {
    /// Shorter rounds and fewer steps: about two minutes
    #[arg(long)]
    quick: bool,
    /// Some figures only
    #[arg(long, value_parser = ["sizes", "browser", "resources", "servers", "overload", "sign-ups"])]
    only: Vec<String>,
    /// The first start of the demo with empty caches, and the next one: about ten minutes
    #[arg(long, conflicts_with_all = ["quick", "only"])]
    first_start: bool,
    /// Mixed traffic with faults for so many minutes: memory, descriptors and latency over time
    #[arg(long, value_name = "MINUTES", conflicts_with_all = ["quick", "only", "first_start"])]
    soak: Option<u32>,
    /// Page, picture and tables anew from the figures in `docs/benchmarks.json`
    #[arg(long, conflicts_with_all = ["quick", "only", "first_start", "soak"])]
    draw: bool,
}

pub(crate) fn run(options: &BenchOptions) -> Result<()> {
    if options.first_start {
        return first_start::measure();
    }
    if let Some(minutes) = options.soak {
        return soak(minutes);
    }
    if options.draw {
        return draw();
    }
    // Quick failures first, long builds last.
    let wrk = wrk()?;
    let nginx = nginx::find_or_install()?;
    postgresql::find_or_install()?;
    let browser = Browser::find_or_install()?;
    let node = Node::find_or_install()?;
    let peers = node.peers()?;
    let pages = pages::build(&Tools::install()?)?;
    dist::build_programs(&PORTAL)?;
    build()?;

    let page_sizes = steps::folder()?.join("page-sizes.json");
    let sizes = sizes::of_pages(&pages)?.map(|download| download.json());
    files::write(&page_sizes, Value::from(sizes.to_vec()).to_string())?;
    let json = programs_folder()?.with_file_name("bench.json");
    let release = programs_folder()?.with_file_name("release");
    let mut command = Command::new(executable(&release, "webkyc-bench"));
    let options_of_files: [(&str, PathBuf); 9] = [
        ("--backend", executable(&release, "webkyc")),
        ("--page-sizes", page_sizes),
        ("--peers", peers),
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
    if !options.quick {
        command.arg("--documents").arg(root());
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

fn build() -> Result<()> {
    Step {
        doing: "Building webkyc-bench",
        takes: "3 minutes the first time",
        log: "bench",
    }
    .run(
        cargo()
            .args(["build", "--release", "-p", "webkyc-bench"])
            .current_dir(root()),
    )
}

/// Makes the documents of the figures anew.
fn draw() -> Result<()> {
    build()?;
    let release = programs_folder()?.with_file_name("release");
    let mut command = Command::new(executable(&release, "webkyc-bench"));
    command.args(["draw", "--documents"]).arg(root());
    if !Process::start(&mut command)?.wait(|| ())?.success() {
        bail!("the documents could not be written");
    }
    Ok(())
}

/// Draws its picture for the documents.
fn soak(minutes: u32) -> Result<()> {
    pages::build(&Tools::install()?)?;
    dist::build_programs(&PORTAL)?;
    build()?;
    let release = programs_folder()?.with_file_name("release");
    let json = programs_folder()?.with_file_name("soak.json");
    let picture = root().join("docs/soak.svg");
    let mut command = Command::new(executable(&release, "webkyc-bench"));
    command
        .args(["soak", "--minutes", &minutes.to_string()])
        .arg("--backend")
        .arg(executable(&release, "webkyc"))
        .arg("--picture")
        .arg(&picture)
        .arg("--json")
        .arg(&json);
    let is_steady = Process::start(&mut command)?.wait(|| ())?.success();
    println!("\nThe picture is {}.", steps::shown(&picture).display());
    if !is_steady {
        bail!("the backend is not at the end as it was at the beginning");
    }
    Ok(())
}

fn wrk() -> Result<PathBuf> {
    if find_on_path("wrk").is_none() && debian::can_install() {
        debian::install("wrk", &["wrk"]).context(NO_WRK)?;
    }
    find_on_path("wrk").context(NO_WRK)
}
