//! `cargo xtask test`: every test there is, and how many ran of each kind.

use std::{
    io::{self, BufRead, BufReader, Write},
    ops::AddAssign,
    path::Path,
    process::{ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    browser::{self, Browser},
    elements_package, nginx,
    npm::Node,
    pages,
    processes::{Process, cargo, pause},
    programs_folder, root, steps,
    tools::{Tools, WASM_TARGET},
};

/// With the pages inside the backend, which are built by then: the tests name a folder wherever
/// they want one.
const HOST_PACKAGES: [&str; 7] = [
    "--workspace",
    "--exclude",
    "webkyc-tests",
    "--exclude",
    "webkyc-bench",
    "--features",
    "webkyc-backend/pages",
];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which browser: all tests in Chromium, or whole sign-ups in Firefox
    #[arg(long, value_enum, default_value_t)]
    browser: Choice,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Choice {
    #[default]
    Chromium,
    Firefox,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    match options.browser {
        Choice::Chromium => everything(),
        Choice::Firefox => sign_ups_in_firefox(),
    }
}

/// What needs no DevTools, and so shows the same in another browser.
fn sign_ups_in_firefox() -> Result<()> {
    let firefox = browser::firefox()?;
    let pages = pages::build(&Tools::install()?)?;
    println!("Building the programs.");
    let mut build = cargo_in_root(&["build", "-p", "webkyc-backend", "-p", "webkyc-sandbox"]);
    if !Process::start(&mut build)?.wait(|| ())?.success() {
        bail!("the programs do not compile");
    }
    let mut command = cargo_in_root(&["test", "-p", "webkyc-tests", "--no-fail-fast", "sign_up::"]);
    command
        .env("WEBKYC_TEST_BIN_DIR", programs_folder()?)
        .env("WEBKYC_TEST_DIST", pages)
        .env("WEBKYC_TEST_GECKODRIVER", firefox.driver)
        .env("WEBKYC_TEST_FIREFOX", firefox.program);
    let results = [KindResult::of("Firefox", &mut command)?];
    print!("\n{}", table(&results));
    verdict(&results)
}

fn everything() -> Result<()> {
    // First what can fail at once, then what takes minutes.
    let browser = Browser::find_or_install()?;
    let nginx = nginx::find_or_install()?;
    let node = Node::find_or_install()?;
    let axe = node.axe()?;
    let tools = Tools::install()?;
    let pages = pages::build(&tools)?;
    let example = pages::build_example(&tools)?;
    let package = elements_package::pack(&node, &pages, &steps::folder()?)?;

    println!("Building the programs, and the host tests with them.");
    // The same packages as the host tests, or cargo compiles what they stand on twice.
    let mut build = cargo_in_root(&["build", "--bins", "--tests"]);
    if !Process::start(build.args(HOST_PACKAGES))?
        .wait(|| ())?
        .success()
    {
        bail!("the programs or the host tests do not compile");
    }

    let mut end_to_end = end_to_end(&browser, &nginx, &pages)?;
    end_to_end
        .env("WEBKYC_TEST_AXE", axe)
        .env("WEBKYC_TEST_NODE", &node.program)
        .env("WEBKYC_TEST_PACKAGE", package)
        .env("WEBKYC_TEST_LEPTOS_EXAMPLE", example);
    let kinds = [
        ("host", host()),
        ("WebAssembly", web_assembly(&tools, &browser)),
        ("end to end", end_to_end),
    ];
    let mut results = Vec::new();
    for (kind, mut command) in kinds {
        println!("\nTests: {kind}.");
        results.push(KindResult::of(kind, &mut command)?);
    }
    print!("\n{}", table(&results));
    verdict(&results)
}

fn cargo_in_root(arguments: &[&str]) -> Command {
    let mut command = cargo();
    command.args(arguments).current_dir(root());
    command
}

fn host() -> Command {
    let mut command = cargo_in_root(&["test", "--no-fail-fast"]);
    command.args(HOST_PACKAGES);
    command
}

fn web_assembly(tools: &Tools, browser: &Browser) -> Command {
    let mut command = cargo_in_root(&[
        "test",
        "-p",
        "webkyc-frontend",
        "--no-fail-fast",
        "--target",
        WASM_TARGET,
    ]);
    command
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            tools.wasm_test_runner(),
        )
        .env("CHROMEDRIVER", &browser.driver)
        // Never in Node.js, which has no page to test on.
        .env("WASM_BINDGEN_USE_BROWSER", "1");
    command
}

fn end_to_end(browser: &Browser, nginx: &Path, pages: &Path) -> Result<Command> {
    let mut command = cargo_in_root(&["test", "-p", "webkyc-tests", "-p", "webkyc-bench"]);
    command
        .arg("--no-fail-fast")
        .env("WEBKYC_TEST_BIN_DIR", programs_folder()?)
        .env("WEBKYC_TEST_DIST", pages)
        .env("WEBKYC_TEST_CHROMEDRIVER", &browser.driver)
        .env("WEBKYC_TEST_CHROME", &browser.program)
        .env("WEBKYC_TEST_NGINX", nginx);
    Ok(command)
}

/// What came of one kind of tests.
struct KindResult {
    kind: &'static str,
    counts: Counts,
    /// cargo's own word: it knows of tests that do not compile.
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
    /// Runs the tests, and lets a person see what they write while they write it.
    fn of(kind: &'static str, command: &mut Command) -> Result<Self> {
        let mut process = Process::start(command.stdout(Stdio::piped()))?;
        let stdout = process.take_stdout().context("standard output was piped")?;
        let counts = Arc::new(Mutex::new(Counts::default()));
        let reader = thread::spawn({
            let counts = Arc::clone(&counts);
            move || pass_on(stdout, &counts)
        });
        let succeeded = process.wait(|| ())?.success();
        // A program left behind by a test may keep the pipe open: what cargo wrote is read by then.
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
        // A terminal that is gone is no reason to lose count.
        let _ = io::stdout().write_all(&line);
        if let Some(found) = Counts::parse(&String::from_utf8_lossy(&line)) {
            *counts.lock().unwrap_or_else(PoisonError::into_inner) += found;
        }
        line.clear();
    }
}

fn table(results: &[KindResult]) -> String {
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

fn verdict(results: &[KindResult]) -> Result<()> {
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
        verdict(&[result("host", counts(1, 0, 0), true)]).unwrap();
        let results = [
            result("host", counts(5, 2, 0), false),
            result("WebAssembly", counts(0, 0, 4), true),
            result("end to end", counts(0, 0, 0), false),
        ];
        assert_eq!(
            verdict(&results).unwrap_err().to_string(),
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
