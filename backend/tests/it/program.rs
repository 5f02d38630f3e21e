//! The program `webkyc`: how it starts, how it stops, how it says what is wrong.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::harness::{CLIENT_ID, CLIENT_SECRET, write_pages};

pub(crate) fn program() -> (Command, tempfile::TempDir) {
    let assets = tempfile::tempdir().unwrap();
    write_pages(assets.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_webkyc"));
    command.env_clear().envs([
        ("WEBKYC_CLIENT_ID", CLIENT_ID),
        ("WEBKYC_CLIENT_SECRET", CLIENT_SECRET),
        ("WEBKYC_PUBLIC_URL", "http://localhost:8080"),
        ("WEBKYC_LISTEN", "127.0.0.1:0"),
    ]);
    command.arg("--assets").arg(assets.path());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    (command, assets)
}

/// Starts it and waits for its line; gives the address it listens on.
pub(crate) fn started(command: &mut Command) -> (Child, BufReader<ChildStdout>, String) {
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let address = line.strip_prefix("webkyc listening on http://").unwrap();
    (child, stdout, address.trim().to_owned())
}

#[cfg(unix)]
pub(crate) fn send(signal: &str, child: &Child) {
    let kill = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
}

#[test]
#[cfg(unix)]
fn ops_01_a_signal_right_after_the_line_stops_it_cleanly() {
    for signal in ["-TERM", "-INT"] {
        let (mut command, _assets) = program();
        let (mut child, mut stdout, _) = started(&mut command);
        send(signal, &child);
        assert!(child.wait().unwrap().success(), "{signal}");
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
}

#[test]
#[cfg(unix)]
fn ops_02_a_half_sent_request_does_not_keep_it_from_stopping() {
    let (mut command, _assets) = program();
    let (mut child, _stdout, address) = started(&mut command);
    let mut stuck = TcpStream::connect(address).unwrap();
    stuck
        .write_all(b"POST /api/exchange HTTP/1.1\r\nHost: localhost:8080\r\n")
        .unwrap();
    // SIGHUP is not a reason to end; the first SIGTERM waits for the request, the second does not.
    send("-HUP", &child);
    send("-TERM", &child);
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(log.any(|line| line.unwrap().contains("stopping")));
    send("-TERM", &child);
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_is_wrong_is_said_in_one_line_without_the_secret() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (variable, value, said) in [
        ("WEBKYC_LISTEN", taken.as_str(), "WEBKYC_LISTEN"),
        ("WEBKYC_PUBLIC_URL", "", "WEBKYC_PUBLIC_URL"),
        (
            "WEBKYC_CLIENT_SECRET_FILE",
            "/nowhere",
            "WEBKYC_CLIENT_SECRET_FILE",
        ),
        ("WEBKYC_LOG", "a=b=c", "WEBKYC_LOG"),
    ] {
        let (mut command, _assets) = program();
        let output = command.env(variable, value).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{variable}");
        let error = String::from_utf8(output.stderr).unwrap();
        let last = error.lines().last().unwrap();
        assert!(
            last.starts_with("webkyc: ") && last.contains(said),
            "{error}"
        );
        assert!(!error.contains(CLIENT_SECRET));
    }
}
