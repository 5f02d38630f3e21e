//! The program `webkyc-sandbox`.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_webkyc-sandbox"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
#[cfg(unix)]
fn it_says_where_it_listens_and_stops_on_sigterm() {
    let mut child = program()
        .args([
            "--listen",
            "127.0.0.1:0",
            "--client",
            "id,se,cret,http://localhost:1/r",
        ])
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert!(
        line.starts_with("webkyc-sandbox listening on http://127.0.0.1:"),
        "{line}"
    );

    let kill = Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(kill.success());
    assert!(child.wait().unwrap().success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn what_is_wrong_is_said_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (arguments, said) in [
        (vec!["--listen", taken.as_str()], "cannot listen on"),
        (
            vec!["--config", "/nowhere/sandbox.toml"],
            "/nowhere/sandbox.toml",
        ),
        (vec!["--public-url", "https://host/path"], "public URL"),
        (
            vec![
                "--client",
                "a,b,http://localhost/",
                "--client",
                "a,b,http://localhost/",
            ],
            "twice",
        ),
    ] {
        let output = program().args(&arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            stderr.contains(said) && stderr.trim_end().lines().count() == 1,
            "{stderr}"
        );
        assert!(output.stdout.is_empty());
    }
}
