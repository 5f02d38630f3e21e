//! Files that do not open, as the program meets them: a FIFO that nobody writes to, for all of them.
#![cfg(unix)]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use nix::{sys::stat::Mode, unistd::mkfifo};

use crate::program::{program, send, started};

/// What ends within this time has ended. Much more than anything takes, for slow machines.
const DEADLINE: Duration = Duration::from_secs(40);

/// A program that is not left behind by a test that fails.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn fifo(path: &Path) {
    mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
}

/// What it wrote until it ended by itself.
fn output(command: &mut Command) -> Output {
    command.stdin(Stdio::null());
    let child = command.spawn().unwrap();
    let process = child.id().to_string();
    let (ended, has_ended) = mpsc::channel::<()>();
    let killer = thread::spawn(move || {
        if has_ended.recv_timeout(DEADLINE) == Err(mpsc::RecvTimeoutError::Timeout) {
            let kill = Command::new("kill").args(["-KILL", &process]).status();
            kill.unwrap();
        }
    });
    let output = child.wait_with_output().unwrap();
    drop(ended);
    killer.join().unwrap();
    output
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
        let (mut command, _assets) = program();
        match setting {
            "--config" => command.arg(setting).arg(&path),
            _ => command.env(setting, &path),
        };
        if setting == "WEBKYC_CLIENT_SECRET_FILE" {
            command.env_remove("WEBKYC_CLIENT_SECRET");
        }
        let began = Instant::now();
        let output = output(&mut command);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{setting}: {told}");
        assert!(began.elapsed() < DEADLINE);
        assert_eq!(told.lines().count(), 1, "{setting}: {told}");
        assert!(told.contains(&path.display().to_string()), "{told}");
        let said = match setting {
            "--config" => "did not open within 5 s",
            setting => setting,
        };
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[test]
fn ops_19_a_configuration_may_come_through_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fifo");
    fifo(&path);
    let (mut command, _assets) = program();
    command.env_remove("WEBKYC_CLIENT_ID");
    command.arg("--config").arg(&path);
    let writing = thread::spawn(move || fs::write(path, "client_id = \"from the pipe\""));
    let output = output(command.arg("check"));
    writing.join().unwrap().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(!told.contains("WEBKYC_CLIENT_ID is required"), "{told}");
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
    fs::write(&path, "canary").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let (mut command, _assets) = program();
    command
        .env_remove("WEBKYC_CLIENT_SECRET")
        .env("WEBKYC_CLIENT_SECRET_FILE", &path);
    let (child, _stdout, address) = started(&mut command);
    let mut child = Killed(child);
    let log = child.0.stderr.take().unwrap();
    let (lines, logged) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(log).lines() {
            let _ = lines.send(line.unwrap());
        }
    });
    let wait_for = |words: &str| -> Vec<String> {
        let mut all = Vec::new();
        let began = Instant::now();
        while !all.last().is_some_and(|line: &String| line.contains(words)) {
            let left = DEADLINE.saturating_sub(began.elapsed());
            let line = logged.recv_timeout(left);
            all.push(line.unwrap_or_else(|_| panic!("{words:?} was not said: {all:?}")));
        }
        all
    };
    wait_for("listening");
    let other = folder.path().join("other");
    fifo(&other);
    fs::rename(&other, &path).unwrap();
    // By itself, without a word from anybody.
    let told = wait_for("a secret's file cannot be used");
    assert!(told.last().unwrap().contains("WEBKYC_CLIENT_SECRET_FILE"));
    assert!(is_served(&address));
    let file = folder.path().join("file");
    fs::write(&file, "canary").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    fs::rename(&file, &path).unwrap();
    let until = wait_for("can be used again");
    let again = until.iter().filter(|line| line.contains("cannot be used"));
    assert_eq!(again.count(), 0, "said once: {until:?}");
    fifo(&other);
    fs::rename(&other, &path).unwrap();
    wait_for("a secret's file cannot be used");
    let began = Instant::now();
    send("-TERM", &child.0);
    wait_for("stopping");
    assert!(child.0.wait().unwrap().success());
    assert!(began.elapsed() < DEADLINE);
}
