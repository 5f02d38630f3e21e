//! The program `webkyc` as a process, in front of an Authenteq of the test's own.

use std::{path::PathBuf, process::Command};

use tempfile::TempDir;
use webkyc_test_kit::{
    program::Program,
    stack::{self, Credentials},
};

use crate::harness::{CLIENT_ID, CLIENT_SECRET, OPERATOR_KEY, PUBLIC_URL, TestApp, write_pages};
#[cfg(unix)]
use crate::harness::{Files, use_store};

/// The file of the program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_webkyc");

/// The key that replicas share.
pub(crate) const COOKIE_KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";

/// The lines in which it prints its two addresses.
pub(crate) const READY: [&str; 2] = ["webkyc listening on ", "webkyc listening for operators on "];

/// An address where no server listens.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9";

/// The command with the settings that it must have, and its folder of pages.
pub(crate) fn command(authenteq: &str) -> (Command, TempDir) {
    command_at("http://localhost:8080", authenteq)
}

/// The command of one of several replicas, with a listener for operators.
pub(crate) fn replica(authenteq: &str) -> (Command, TempDir) {
    let (mut command, assets) = command_at(PUBLIC_URL, authenteq);
    command.envs([
        ("WEBKYC_OPERATOR_LISTEN", "127.0.0.1:0"),
        ("WEBKYC_OPERATOR_KEY", OPERATOR_KEY),
        ("WEBKYC_COOKIE_KEYS", COOKIE_KEY),
    ]);
    (command, assets)
}

fn command_at(public_url: &str, authenteq: &str) -> (Command, TempDir) {
    let assets = tempfile::tempdir().unwrap();
    write_pages(assets.path());
    let client = Credentials {
        id: CLIENT_ID,
        secret: CLIENT_SECRET,
    };
    let mut command = stack::backend(PROGRAM, client, public_url, authenteq);
    command.env("WEBKYC_ASSETS", assets.path());
    (command, assets)
}

/// The same command, run by a shell after this line.
#[cfg(unix)]
pub(crate) fn after(line: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!(r#"{line} && exec "$0" "$@""#)]);
    shell.arg(command.get_program()).args(command.get_args());
    let variables = command.get_envs();
    let variables = variables.filter_map(|(name, value)| Some((name, value?)));
    shell.env_clear().envs(variables);
    shell
}

/// Writes a secret into a file that only we may read.
#[cfg(unix)]
pub(crate) fn write_secret(path: impl Into<PathBuf>, content: &str) {
    use std::{fs, os::unix::fs::PermissionsExt};
    let path = path.into();
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// The command of a program with a store in `files`, whose sites may ask for these claims.
#[cfg(unix)]
pub(crate) fn with_store(authenteq: &str, files: &Files, claims: &[&str]) -> (Command, TempDir) {
    let (mut command, assets) = replica(authenteq);
    use_store(&mut command, files, claims);
    (command, assets)
}

/// A program with two listeners that serves.
pub(crate) struct Running {
    pub(crate) program: Program,
    pub(crate) app: TestApp,
    _assets: TempDir,
}

impl Running {
    /// In front of this Authenteq, with these changes.
    pub(crate) fn start(authenteq: &str, change: impl FnOnce(&mut Command)) -> Self {
        let (mut command, assets) = replica(authenteq);
        change(&mut command);
        Self::of(command, assets)
    }

    /// Of this command, with its folder of pages.
    pub(crate) fn of(command: Command, assets: TempDir) -> Self {
        let (program, [public, operator]) = Program::start(command, READY);
        Self {
            program,
            app: TestApp::at(public, operator),
            _assets: assets,
        }
    }
}
