//! `cargo xtask bench --first-start`: how long a newcomer waits for the portal.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc::{self, TryRecvError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    demo, files,
    processes::{Process, answer, cargo, pause},
    root, steps,
};

/// Clones the last commit, starts the demo with empty caches of cargo and of the kit, and starts it again.
///
/// The processors should be idle. The ports of a demo must be free.
pub(crate) fn measure() -> Result<()> {
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    let clone = folder.path().join("clone");
    let mut git = Command::new("git");
    answer(git.args(["clone", "--quiet"]).arg(root()).arg(&clone))?;
    let caches = folder.path().join("caches");
    let cargo_home = caches.join("cargo");
    files::make_folder(&cargo_home)?;
    copy_cargo_config(&cargo_home)?;
    for start in ["first", "next"] {
        let time = start_demo(&clone, &caches)?;
        println!("The {start} start of the demo: {}", steps::spoken(time));
    }
    Ok(())
}

/// The user's settings may name a registry of their own.
fn copy_cargo_config(to: &Path) -> Result<()> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let config = home
        .context("this user has no home folder")?
        .join("config.toml");
    if config.exists() {
        fs::copy(&config, to.join("config.toml"))
            .with_context(|| format!("cannot copy {}", config.display()))?;
    }
    Ok(())
}

/// From the command to the last line that the demo prints before it waits.
fn start_demo(clone: &Path, caches: &Path) -> Result<Duration> {
    let mut command = cargo();
    command
        .args(["xtask", "demo"])
        .current_dir(clone)
        .env("CARGO_HOME", caches.join("cargo"))
        .env("XDG_CACHE_HOME", caches)
        .env_remove("CARGO_TARGET_DIR")
        .stdout(Stdio::piped());
    let started = Instant::now();
    let mut demo = Process::start(&mut command)?;
    let output = demo.take_stdout().context("the demo has no output")?;
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        BufReader::new(output)
            .lines()
            .try_for_each(|line| sender.send(line))
    });
    loop {
        match lines.try_recv() {
            Ok(line) => {
                let line = line.context("cannot read the demo's output")?;
                println!("    {line}");
                if line == demo::READY {
                    return Ok(started.elapsed());
                }
            }
            Err(TryRecvError::Empty) => pause()?,
            Err(TryRecvError::Disconnected) => bail!("the demo ended before it was ready"),
        }
    }
}
