//! `cargo xtask fuzz`: looks for inputs that break a promise, for a while with each target of `fuzz/`.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    files,
    processes::{Process, answer, find_on_path, path_behind},
    programs_folder, root,
    steps::{self, Step},
    tools,
};

const TOOLCHAIN: &str = "nightly";

#[derive(clap::Args)]
pub(crate) struct FuzzOptions {
    /// These targets only
    targets: Vec<String>,
    /// Time for each target
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

pub(crate) fn run(options: &FuzzOptions) -> Result<()> {
    let all = targets()?;
    for target in &options.targets {
        ensure!(
            all.contains(target),
            "no target {target}: there are {}",
            all.join(", ")
        );
    }
    add_toolchain()?;
    let folder = tools::cargo_fuzz()?;
    // The versions of the kit; cargo adds what fuzzing needs beside them.
    let lock = root().join("fuzz/Cargo.lock");
    fs::copy(root().join("Cargo.lock"), &lock)
        .with_context(|| format!("cannot write {}", lock.display()))?;
    let fuzz = |arguments: &[&str]| -> Result<Command> {
        let mut command = Command::new("rustup");
        command
            .args(["run", TOOLCHAIN, "cargo", "fuzz"])
            .args(arguments)
            .current_dir(root())
            .env("PATH", path_behind(std::slice::from_ref(&folder))?)
            // They name the compiler that built this program.
            .env_remove("CARGO")
            .env_remove("RUSTC")
            .env_remove("RUSTUP_TOOLCHAIN");
        Ok(command)
    };
    Step {
        doing: "Building the targets",
        takes: "5 minutes the first time",
        log: "fuzz",
    }
    .run(&mut fuzz(&["build"])?)?;
    let seconds = format!("-max_total_time={}", options.seconds);
    let mut broken = Vec::new();
    for target in all {
        if !options.targets.is_empty() && !options.targets.contains(&target) {
            continue;
        }
        // New inputs go into the first folder; the committed ones stay as they are.
        let found = programs_folder()?.with_file_name("fuzz").join(&target);
        files::make_folder(&found)?;
        let corpus = root().join("fuzz/corpus").join(&target);
        let log = steps::log_file(&format!("fuzz-{target}"))?;
        let mut command = fuzz(&["run", &target])?;
        command.arg(&found).arg(&corpus);
        command.args(["--", &seconds, "-timeout=10", "-print_final_stats=1"]);
        println!("Fuzzing {target} for {} s …", options.seconds);
        let output = fs::File::create(&log)?;
        command.stdout(output.try_clone()?).stderr(output);
        if Process::start(&mut command)?.wait(|| ())?.success() {
            println!("    {}", statistics(&log).unwrap_or_default());
        } else {
            steps::show_tail(&log);
            broken.push(target);
        }
    }
    if !broken.is_empty() {
        bail!(
            "an input breaks a promise of {}: it is in fuzz/artifacts/",
            broken.join(", ")
        );
    }
    Ok(())
}

/// The names of the programs.
fn targets() -> Result<Vec<String>> {
    let folder = root().join("fuzz/corpus");
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names: Vec<String> = names.collect::<Result<_>>()?;
    names.sort_unstable();
    Ok(names)
}

/// How many inputs were tried, as libFuzzer says it.
fn statistics(log: &Path) -> Option<String> {
    let log = fs::read_to_string(log).ok()?;
    let number = |name: &str| {
        let line = log.lines().rev().find_map(|line| line.strip_prefix(name));
        line.map(|line| line.trim_start_matches(':').trim().to_owned())
    };
    let tried = number("stat::number_of_executed_units")?;
    let new = number("stat::new_units_added")?;
    Some(format!(
        "{tried} inputs, {new} of them new ways through the code"
    ))
}

fn add_toolchain() -> Result<()> {
    ensure!(
        find_on_path("rustup").is_some(),
        "fuzzing needs a nightly Rust: install Rust with rustup (https://rustup.rs)"
    );
    if answer(Command::new("rustup").args(["run", TOOLCHAIN, "rustc", "--version"])).is_ok() {
        return Ok(());
    }
    Step {
        doing: "Adding a nightly Rust",
        takes: "once; a minute",
        log: "rustup",
    }
    .run(Command::new("rustup").args([
        "toolchain",
        "install",
        TOOLCHAIN,
        "--profile",
        "minimal",
    ]))
}
