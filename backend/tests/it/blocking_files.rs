//! Files that block when they are opened, such as a FIFO without a writer.
#![cfg(unix)]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use nix::{sys::stat::Mode, unistd::mkfifo};
use webkyc_test_kit::{
    program::{Program, Signal},
    stack::start_backend,
};

use crate::program::{NOWHERE, command, write_secret};

/// The longest wait for anything, long enough for slow machines.
const DEADLINE: Duration = Duration::from_secs(40);

fn fifo(path: &Path) {
    mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
}

/// Runs it until it ends by itself.
fn run(command: Command) -> (Program, Option<i32>) {
    let mut program = Program::spawn(command);
    let status = program.wait();
    (program, status.code())
}

#[test]
fn ops_19_a_file_that_blocks_is_named_and_the_start_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fifo");
    fifo(&path);
    for setting in [
        "WEBKYC_CLIENT_SECRET_FILE",
        "WEBKYC_COOKIE_KEYS_FILE",
        "WEBKYC_OPERATOR_KEY_FILE",
        "--config",
    ] {
        let (mut command, _assets) = command(NOWHERE);
        match setting {
            "--config" => command.arg(setting).arg(&path),
            _ => command.env(setting, &path),
        };
        if setting == "WEBKYC_CLIENT_SECRET_FILE" {
            command.env_remove("WEBKYC_CLIENT_SECRET");
        }
        let began = Instant::now();
        let (program, status) = run(command);
        let log = program.log();
        assert_eq!(status, Some(1), "{setting}: {log}");
        assert!(began.elapsed() < DEADLINE);
        assert_eq!(log.lines().count(), 1, "{setting}: {log}");
        assert!(log.contains(&path.display().to_string()), "{log}");
        let said = match setting {
            "--config" => "did not open within 5 s",
            setting => setting,
        };
        assert!(log.contains(said), "{said}: {log}");
    }
}

#[test]
fn ops_19_a_configuration_may_come_through_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fifo");
    fifo(&path);
    let (mut command, _assets) = command(NOWHERE);
    command.env_remove("WEBKYC_CLIENT_ID");
    command.arg("--config").arg(&path).arg("check");
    let writing = thread::spawn(move || fs::write(path, "client_id = \"from the pipe\""));
    let (program, _) = run(command);
    writing.join().unwrap().unwrap();
    let output = program.stdout();
    assert!(!output.contains("WEBKYC_CLIENT_ID is required"), "{output}");
}

fn is_served(address: &str) -> bool {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").unwrap();
    let mut line = String::new();
    let read = BufReader::new(stream).read_line(&mut line);
    read.is_ok() && line.contains(" 200 ")
}

#[test]
fn ops_19_a_secret_that_turns_into_a_fifo_stops_neither_the_service_nor_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    write_secret(&path, "canary");
    let (mut command, _assets) = command(NOWHERE);
    command
        .env_remove("WEBKYC_CLIENT_SECRET")
        .env("WEBKYC_CLIENT_SECRET_FILE", &path);
    let (mut program, address) = start_backend(command);
    let other = folder.path().join("other");
    fifo(&other);
    fs::rename(&other, &path).unwrap();
    // By itself, without a signal.
    let line = program.next_log_line("a secret's file cannot be used");
    assert!(line.contains("WEBKYC_CLIENT_SECRET_FILE"), "{line}");
    assert!(is_served(&address));
    let file = folder.path().join("file");
    write_secret(&file, "canary");
    fs::rename(&file, &path).unwrap();
    program.next_log_line("can be used again");
    let log = program.log();
    assert_eq!(log.matches("cannot be used").count(), 1, "said once: {log}");
    fifo(&other);
    fs::rename(&other, &path).unwrap();
    program.next_log_line("a secret's file cannot be used");
    let began = Instant::now();
    program.signal(Signal::SIGTERM);
    program.next_log_line("stopping");
    assert!(program.wait().success());
    assert!(began.elapsed() < DEADLINE);
}
