//! The date, machine, versions and commit of a measurement.

use std::{fs, path::Path, process::Command, thread::available_parallelism};

use anyhow::{Context, Result, ensure};
use jiff::Zoned;

use crate::setup::Setup;

/// For example `2026-11-22, 2 cores, 24 GiB, linux on x86_64; Linux 6.1.0, nginx 1.22.1, …`.
pub(super) fn run(setup: &Setup) -> Result<String> {
    let date = Zoned::now().date();
    Ok(format!("{date}, {}; {}", machine()?, versions(setup)?))
}

/// The commit in this folder, with a `+` if a file has changed that is not written by a run.
pub(super) fn commit(root: &Path) -> Result<String> {
    let mut commit = git(root, &["rev-parse", "--short=7", "HEAD"])?;
    let others = [
        "status",
        "--porcelain",
        "--",
        ".",
        ":!docs",
        ":!BENCHMARKS.md",
    ];
    if !git(root, &others)?.is_empty() {
        commit.push('+');
    }
    Ok(commit)
}

fn git(root: &Path, arguments: &[&str]) -> Result<String> {
    let said = Command::new("git")
        .current_dir(root)
        .args(arguments)
        .output();
    let said = said.context("cannot start git")?;
    ensure!(said.status.success(), "git {} fails", arguments.join(" "));
    Ok(String::from_utf8(said.stdout)?.trim().to_owned())
}

/// For example `2 cores, 24 GiB, linux on x86_64`.
fn machine() -> Result<String> {
    let memory = fs::read_to_string("/proc/meminfo").context("memory is read from /proc")?;
    let total = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"));
    let kibibytes: u64 = total
        .and_then(|total| total.split_whitespace().next())
        .context("no total of memory")?
        .parse()?;
    Ok(format!(
        "{} cores, {} GiB, {} on {}",
        available_parallelism()?,
        kibibytes.div_ceil(1 << 20),
        std::env::consts::OS,
        std::env::consts::ARCH,
    ))
}

/// For example `Linux 6.1.0 (transparent huge pages: madvise), nginx 1.22.1, …`.
fn versions(setup: &Setup) -> Result<String> {
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let kernel = kernel.split('-').next().unwrap_or_default().trim();
    let pages = fs::read_to_string("/sys/kernel/mm/transparent_hugepage/enabled");
    let pages = pages.unwrap_or_default();
    let chosen = pages.split_once('[').and_then(|(_, it)| it.split_once(']'));
    let large = chosen.map_or("none", |(chosen, _)| chosen);
    let mut versions = vec![format!("Linux {kernel} (transparent huge pages: {large})")];
    for (program, option, name) in [
        (&setup.nginx, "-v", "nginx"),
        (&setup.wrk, "-v", "wrk"),
        (&setup.node, "--version", "Node"),
        (&setup.chrome, "--version", "Chromium"),
    ] {
        let said = Command::new(program).arg(option).output();
        let said = said.with_context(|| format!("cannot start {}", program.display()))?;
        let said = [said.stdout, said.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        versions.push(format!("{name} {}", number(&said)));
    }
    Ok(versions.join(", "))
}

/// The first version number in a program's output.
fn number(said: &str) -> &str {
    let start = said
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(said.len());
    let said = &said[start..];
    let end = said.find(|c: char| !c.is_ascii_digit() && c != '.');
    &said[..end.unwrap_or(said.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_numbers_are_found_in_the_output_of_programs() {
        assert_eq!(number("nginx version: nginx/1.22.1\n"), "1.22.1");
        assert_eq!(number("wrk debian/4.1.0-3 [epoll]"), "4.1.0");
        assert_eq!(number("v20.19.5"), "20.19.5");
        assert_eq!(number("nothing"), "");
    }
}
