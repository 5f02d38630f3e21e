//! A display without a screen, for a browser that has no headless mode.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{
    debian,
    processes::{Process, find_on_path},
};

const MISSING: &str = "WebKit needs a display: Xvfb on PATH (Debian: apt-get install xvfb)";

/// Starts one, installed if it is missing, and returns its name for `DISPLAY`. It lasts as long as its
/// process.
pub(crate) fn start() -> Result<(Process, String)> {
    let mut program = find_on_path("Xvfb");
    if program.is_none() && debian::can_install() {
        debian::install("a display without a screen", &["xvfb"]).context(MISSING)?;
        program = find_on_path("Xvfb");
    }
    let mut command = Command::new(program.context(MISSING)?);
    // It chooses a free number and writes it to standard output.
    command
        .args(["-displayfd", "1", "-nolisten", "tcp"])
        .args(["-screen", "0", "1280x900x24"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut display = Process::start(&mut command)?;
    let stdout = display.take_stdout().context("standard output was piped")?;
    let mut number = String::new();
    BufReader::new(stdout).read_line(&mut number)?;
    ensure!(
        !number.trim().is_empty(),
        "Xvfb ended before it had a display"
    );
    Ok((display, format!(":{}", number.trim())))
}
