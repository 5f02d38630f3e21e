//! `cargo xtask test`: runs all tests and counts them by kind.

mod results;

use std::{env, ffi::OsString, path::Path, process::Command, thread::available_parallelism};

use anyhow::{Result, bail};

use self::results::KindResult;
use crate::{
    browser::{self, Browser},
    demo_pages, display, elements_package, models, nginx,
    npm::{Node, Packages},
    pages, postgresql,
    processes::{Process, answer, cargo, executable},
    programs_folder,
    receivers::Receivers,
    root, steps,
    tools::{Tools, WASM_TARGET},
};

/// The backend has the built pages inside; tests that want a folder of pages name one.
const HOST_PACKAGES: [&str; 7] = [
    "--workspace",
    "--exclude",
    "webkyc-tests",
    "--exclude",
    "webkyc-bench",
    "--features",
    "webkyc-backend/pages",
];

/// How many tests of a program run at a time, for Rust's test runner.
const THREADS: &str = "RUST_TEST_THREADS";

/// What every change is tried with in a second browser.
const ONE_SIGN_UP: &str = "sign_up::anna";

#[derive(clap::Args)]
pub(crate) struct TestOptions {
    /// Which browser: all tests in Chromium and a sign-up in Firefox, or whole sign-ups in Firefox or WebKit
    #[arg(long, value_enum, default_value_t)]
    browser: Choice,
    /// The elements' package in every bundler of tests/bundlers, and nothing else
    #[arg(long, conflicts_with = "browser")]
    bundlers: bool,
    /// The receivers of examples/webhooks in every language, and nothing else
    #[arg(long, conflicts_with_all = ["browser", "bundlers"])]
    receivers: bool,
    /// Visitors in front of a real verifier, with its models, and nothing else
    #[arg(long, conflicts_with_all = ["browser", "bundlers", "receivers"])]
    verifier: bool,
    /// Every screen of the sandbox's pages in each size and language, and nothing else
    #[arg(long, conflicts_with_all = ["browser", "bundlers", "receivers", "verifier"])]
    screens: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Choice {
    #[default]
    Chromium,
    Firefox,
    Webkit,
}

pub(crate) fn run(options: &TestOptions) -> Result<()> {
    if options.bundlers {
        return every_bundler();
    }
    if options.receivers {
        return every_receiver();
    }
    if options.verifier {
        return with_verifier();
    }
    if options.screens {
        return every_screen();
    }
    match options.browser {
        Choice::Chromium => everything(),
        Choice::Firefox => {
            let programs = driven_by(browser::firefox()?);
            sign_ups_in("Firefox", &programs)
        }
        Choice::Webkit => {
            let webkit = browser::webkit()?;
            let (_display, name) = display::start()?;
            let programs = [
                ("WEBKYC_TEST_WEBKITDRIVER", webkit.driver.into()),
                ("WEBKYC_TEST_MINIBROWSER", webkit.program.into()),
                ("DISPLAY", name.into()),
            ];
            sign_ups_in("WebKit", &programs)
        }
    }
}

/// Names Firefox and its driver for the tests.
fn driven_by(firefox: Browser) -> [(&'static str, OsString); 2] {
    [
        ("WEBKYC_TEST_GECKODRIVER", firefox.driver.into()),
        ("WEBKYC_TEST_FIREFOX", firefox.program.into()),
    ]
}

/// The tests that need no DevTools.
fn sign_ups_in(browser: &'static str, programs: &[(&str, OsString)]) -> Result<()> {
    let pages = pages::build(&Tools::install()?)?;
    build_programs(&["webkyc-backend", "webkyc-sandbox"])?;
    let mut command = sign_ups(&pages, "sign_up::")?;
    command.envs(programs.iter().cloned());
    let results = [KindResult::of(browser, &mut command)?];
    print!("\n{}", results::table(&results));
    results::check(&results)
}

/// The package in each bundler.
fn every_bundler() -> Result<()> {
    let browser = Browser::find_or_install()?;
    let nginx = nginx::find_or_install()?;
    let node = Node::find_or_install()?;
    let pages = pages::build(&Tools::install()?)?;
    elements_package::pack(&node, &pages, &steps::folder()?)?;
    node.bundlers(&elements_package::folder()?, Packages::All)?;
    build_programs(&["webkyc-backend", "webkyc-sandbox"])?;
    let mut command = end_to_end(&browser, &nginx, &pages)?;
    command
        .args(["--features", "webkyc-tests/all-bundlers", "bundlers::"])
        .env("WEBKYC_TEST_NODE", &node.program);
    let results = [KindResult::of("bundlers", &mut command)?];
    print!("\n{}", results::table(&results));
    results::check(&results)
}

/// The receivers, which need neither pages nor a browser.
fn every_receiver() -> Result<()> {
    let receivers = Receivers::install()?;
    build_programs(&[
        "webkyc-backend",
        "webkyc-sandbox",
        "webkyc-example-webhooks",
    ])?;
    let mut command = cargo_in_root(&["test", "-p", "webkyc-tests", "--no-fail-fast"]);
    command
        .args(["--features", "webkyc-tests/all-receivers", "receivers::"])
        .env("WEBKYC_TEST_BIN_DIR", programs_folder()?)
        .env("WEBKYC_TEST_NODE", receivers.node)
        .env("WEBKYC_TEST_PYTHON", receivers.python)
        .env("WEBKYC_TEST_PHP", receivers.php);
    let results = [KindResult::of("receivers", &mut command)?];
    print!("\n{}", results::table(&results));
    results::check(&results)
}

/// One after the other: frames of a challenge must come in time.
fn with_verifier() -> Result<()> {
    models::fetch()?;
    let browser = Browser::find_or_install()?;
    let nginx = nginx::find_or_install()?;
    let pages = pages::build(&Tools::install()?)?;
    build_programs(&[
        "webkyc-backend",
        "webkyc-example-shop",
        "webkyc-sandbox",
        "webkyc-verifier",
        "webkyc-verifier-measure",
    ])?;
    demo_pages::build()?;
    let visitor = steps::folder()?.join("visitor");
    let measure = executable(&programs_folder()?, "webkyc-verifier-measure");
    answer(Command::new(measure).args(["draw", "--into"]).arg(&visitor))?;
    let mut in_browser = end_to_end(&browser, &nginx, &pages)?;
    in_browser
        .args([
            "--",
            "verified::",
            "demo::",
            "--ignored",
            "--test-threads=1",
        ])
        .env("WEBKYC_TEST_VISITOR", visitor);
    let mut over_http = cargo_in_root(&["test", "-p", "webkyc-sandbox", "--test", "real_verifier"]);
    over_http.env("WEBKYC_MODELS", "required");
    let results = [
        KindResult::of("in the browser", &mut in_browser)?,
        KindResult::of("over HTTP", &mut over_http)?,
    ];
    print!("\n{}", results::table(&results));
    results::check(&results)
}

/// What `cargo xtask test` does with some sizes alone.
fn every_screen() -> Result<()> {
    let browser = Browser::find_or_install()?;
    let nginx = nginx::find_or_install()?;
    let axe = Node::find_or_install()?.axe()?;
    let pages = pages::build(&Tools::install()?)?;
    build_programs(&["webkyc-backend", "webkyc-sandbox"])?;
    let mut command = end_to_end(&browser, &nginx, &pages)?;
    command
        .args(["--features", "webkyc-tests/all-screens", "screens::"])
        .env("WEBKYC_TEST_AXE", axe);
    let results = [KindResult::of("screens", &mut command)?];
    print!("\n{}", results::table(&results));
    results::check(&results)
}

fn build_programs(packages: &[&str]) -> Result<()> {
    println!("Building the programs.");
    let mut build = cargo_in_root(&["build"]);
    for package in packages {
        build.args(["-p", package]);
    }
    if !Process::start(&mut build)?.wait(|| ())?.success() {
        bail!("the programs do not compile");
    }
    Ok(())
}

fn everything() -> Result<()> {
    // Quick failures first, long builds last.
    let browser = Browser::find_or_install()?;
    let nginx = nginx::find_or_install()?;
    postgresql::find_or_install()?;
    let node = Node::find_or_install()?;
    let axe = node.axe()?;
    let firefox = browser::firefox()?;
    let tools = Tools::install()?;
    let pages = pages::build(&tools)?;
    let example = pages::build_example(&tools)?;
    let package = elements_package::pack(&node, &pages, &steps::folder()?)?;
    node.bundlers(&elements_package::folder()?, Packages::Dependencies)?;

    println!("Building the programs, and the host tests with them.");
    // The same packages as the host tests, or cargo compiles their dependencies twice.
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
    let mut in_firefox = sign_ups(&pages, ONE_SIGN_UP)?;
    in_firefox.envs(driven_by(firefox));
    let kinds = [
        ("host", host()?),
        ("PostgreSQL", on_postgresql()?),
        ("WebAssembly", web_assembly(&tools, &browser)),
        ("Firefox", in_firefox),
        ("end to end", end_to_end),
    ];
    let mut results = Vec::new();
    for (kind, mut command) in kinds {
        println!("\nTests: {kind}.");
        results.push(KindResult::of(kind, &mut command)?);
    }
    print!("\n{}", results::table(&results));
    if !models::are_there()? {
        println!(
            "Skipped, no models: what the verifier reads and sees. cargo xtask models fetches them."
        );
    }
    results::check(&results)
}

fn cargo_in_root(arguments: &[&str]) -> Command {
    let mut command = cargo();
    command.args(arguments).current_dir(root());
    command
}

/// Half of the time these tests wait for a clock or a disk.
fn host() -> Result<Command> {
    let threads = 2 * available_parallelism()?.get();
    let mut command = cargo_in_root(&["test", "--no-fail-fast"]);
    command.args(HOST_PACKAGES);
    if env::var_os(THREADS).is_none() {
        command.env(THREADS, threads.to_string());
    }
    Ok(command)
}

/// The tests of sign-ups once more, on PostgreSQL. The others have no database, and replicas share PostgreSQL in every
/// run.
fn on_postgresql() -> Result<Command> {
    let mut command = host()?;
    command.env("WEBKYC_TEST_DATABASE", "postgresql");
    command.args(["--test", "it", "--", "sign_ups::"]);
    for of_replicas in ["sign_ups::replicas::", "sup_33_of_two_replicas"] {
        command.args(["--skip", of_replicas]);
    }
    Ok(command)
}

/// The tests of sign-ups with these words in their names, in a browser that the caller names. The packages are those
/// of the end-to-end tests, or cargo compiles them twice.
fn sign_ups(pages: &Path, words: &str) -> Result<Command> {
    let mut command = cargo_in_root(&[
        "test",
        "-p",
        "webkyc-tests",
        "-p",
        "webkyc-bench",
        "--no-fail-fast",
    ]);
    command
        .args(["--test", "it", words])
        .env("WEBKYC_TEST_BIN_DIR", programs_folder()?)
        .env("WEBKYC_TEST_DIST", pages);
    Ok(command)
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
        // Not in Node.js, which has no page.
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
