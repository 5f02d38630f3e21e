//! Writes the tables of a full run into `BENCHMARKS.md`, between two marks.

use std::{fs, path::Path, process::Command, thread::available_parallelism};

use anyhow::{Context, Result};
use jiff::Zoned;

use crate::{
    figures::{Figure, table},
    setup::Setup,
};

const BEGIN: &str = "<!-- figures: written by cargo xtask bench -->\n";
const END: &str = "<!-- end of figures -->";

/// Replaces the text between the marks.
pub(crate) fn write(page: &Path, setup: &Setup, figures: &[Figure]) -> Result<()> {
    let text =
        fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
    let text = replaced(&text, &report(setup, figures)?)
        .context("the page lacks the marks around the figures")?;
    fs::write(page, text).with_context(|| format!("cannot write {}", page.display()))
}

fn replaced(page: &str, report: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some([before, BEGIN, report, END, after].concat())
}

fn report(setup: &Setup, figures: &[Figure]) -> Result<String> {
    let date = Zoned::now().date();
    let mut report = format!(
        "\nMeasured on {date}, {}; {}.\n",
        machine()?,
        versions(setup)?
    );
    for rows in figures.chunk_by(|one, other| one.group == other.group) {
        report += &format!("\n## {}\n\n{}", capitalized(rows[0].group), table(rows));
    }
    Ok(report + "\n")
}

fn capitalized(group: &str) -> String {
    let mut letters = group.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
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
    fn only_the_text_between_the_marks_is_replaced() {
        let page = format!("before\n{BEGIN}old\n{END}\nafter\n");
        let expected = format!("before\n{BEGIN}new\n{END}\nafter\n");
        assert_eq!(replaced(&page, "new\n").as_deref(), Some(&*expected));
        assert_eq!(replaced("no marks", "new"), None);
    }

    #[test]
    fn version_numbers_are_found_in_the_output_of_programs() {
        assert_eq!(number("nginx version: nginx/1.22.1\n"), "1.22.1");
        assert_eq!(number("wrk debian/4.1.0-3 [epoll]"), "4.1.0");
        assert_eq!(number("v20.19.5"), "20.19.5");
        assert_eq!(number("nothing"), "");
    }

    #[test]
    fn the_committed_page_has_both_marks() {
        let page = include_str!("../../BENCHMARKS.md");
        assert!(replaced(page, "").is_some());
    }
}
