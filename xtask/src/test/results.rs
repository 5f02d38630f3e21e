//! Counts the tests that ran, by kind.

use std::{
    io::{self, BufRead, BufReader, Write},
    ops::AddAssign,
    process::{ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::processes::{Process, pause};

/// The result of one kind of tests.
pub(super) struct KindResult {
    kind: &'static str,
    counts: Counts,
    /// By cargo's exit code, which counts tests that do not compile.
    succeeded: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counts {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

impl Counts {
    /// Reads `test result: ok. 5 passed; 0 failed; 1 ignored; …`.
    fn parse(line: &str) -> Option<Self> {
        let (_, result) = line.split_once("test result: ")?;
        let count = |what: &str| {
            result
                .split([';', '.'])
                .find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok())
        };
        Some(Self {
            passed: count("passed")?,
            failed: count("failed")?,
            ignored: count("ignored")?,
        })
    }
}

impl KindResult {
    /// Runs the tests and passes their output on at once.
    pub(super) fn of(kind: &'static str, command: &mut Command) -> Result<Self> {
        let mut process = Process::start(command.stdout(Stdio::piped()))?;
        let stdout = process.take_stdout().context("standard output was piped")?;
        let counts = Arc::new(Mutex::new(Counts::default()));
        let reader = thread::spawn({
            let counts = Arc::clone(&counts);
            move || pass_on(stdout, &counts)
        });
        let succeeded = process.wait(|| ())?.success();
        // A program that a test left behind may keep the pipe open after cargo has ended.
        let ended = Instant::now();
        while !reader.is_finished() && ended.elapsed() < Duration::from_secs(2) {
            pause()?;
        }
        let counts = *counts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Self {
            kind,
            counts,
            succeeded,
        })
    }

    fn complaint(&self) -> Option<String> {
        let Self {
            kind,
            counts,
            succeeded,
        } = self;
        if counts.failed > 0 {
            Some(format!("{kind}: {} failed", counts.failed))
        } else if !succeeded {
            Some(format!("{kind}: did not run to the end"))
        } else if counts.passed == 0 {
            Some(format!("{kind}: no test ran"))
        } else {
            None
        }
    }
}

fn pass_on(stdout: ChildStdout, counts: &Mutex<Counts>) {
    let mut stdout = BufReader::new(stdout);
    let mut line = Vec::new();
    while stdout
        .read_until(b'\n', &mut line)
        .is_ok_and(|read| read > 0)
    {
        // Count on when the terminal is gone.
        let _ = io::stdout().write_all(&line);
        if let Some(found) = Counts::parse(&String::from_utf8_lossy(&line)) {
            *counts.lock().unwrap_or_else(PoisonError::into_inner) += found;
        }
        line.clear();
    }
}

pub(super) fn table(results: &[KindResult]) -> String {
    let mut table = String::from("kind           passed   failed  ignored\n");
    for KindResult { kind, counts, .. } in results {
        let Counts {
            passed,
            failed,
            ignored,
        } = counts;
        table += &format!("{kind:<12} {passed:>8} {failed:>8} {ignored:>8}\n");
    }
    table
}

pub(super) fn check(results: &[KindResult]) -> Result<()> {
    let complaints: Vec<String> = results.iter().filter_map(KindResult::complaint).collect();
    if complaints.is_empty() {
        return Ok(());
    }
    bail!("the tests have not passed ({})", complaints.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: usize, failed: usize, ignored: usize) -> Counts {
        Counts {
            passed,
            failed,
            ignored,
        }
    }

    #[test]
    fn result_lines_are_counted_and_others_are_not() {
        let of = Counts::parse;
        assert_eq!(
            of(
                "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.05s"
            ),
            Some(counts(12, 0, 3))
        );
        assert_eq!(
            of("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out"),
            Some(counts(1, 2, 0))
        );
        assert_eq!(
            of("test result: \u{1b}[32mok\u{1b}(B\u{1b}[m. 7 passed; 0 failed; 0 ignored"),
            Some(counts(7, 0, 0))
        );
        assert_eq!(of("test it::a_result ... ok"), None);
        assert_eq!(of("test result: unknown"), None);
    }

    #[test]
    fn a_kind_without_tests_fails_the_run() {
        let result = |kind, counts, succeeded| KindResult {
            kind,
            counts,
            succeeded,
        };
        check(&[result("host", counts(1, 0, 0), true)]).unwrap();
        let results = [
            result("host", counts(5, 2, 0), false),
            result("WebAssembly", counts(0, 0, 4), true),
            result("end to end", counts(0, 0, 0), false),
        ];
        assert_eq!(
            check(&results).unwrap_err().to_string(),
            "the tests have not passed (host: 2 failed; WebAssembly: no test ran; end to end: did not run to the end)"
        );
        assert_eq!(
            table(&results),
            "kind           passed   failed  ignored\n\
             host                5        2        0\n\
             WebAssembly         0        0        4\n\
             end to end          0        0        0\n"
        );
    }
}
