//! The commands of the program, and its error messages.

mod check;
mod export;

use std::process::{Command, Output};

use tempfile::TempDir;

use crate::{
    harness::CLIENT_SECRET,
    program::{NOWHERE, command},
};

async fn run(mut command: Command) -> (Output, String, String) {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(!stdout.contains(CLIENT_SECRET) && !stderr.contains(CLIENT_SECRET));
    (output, stdout, stderr)
}

/// The command with these arguments, in front of this Authenteq.
fn at(authenteq: &str, arguments: &[&str]) -> (Command, TempDir) {
    let (mut command, assets) = command(authenteq);
    command.args(arguments);
    (command, assets)
}

#[test]
fn an_error_is_one_line_without_the_secret() {
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
        let (mut command, _assets) = command(NOWHERE);
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

#[tokio::test]
async fn every_setting_is_a_flag_and_stands_in_the_readme_and_no_other_does() {
    let (mut command, _assets) = command(NOWHERE);
    command.arg("--help");
    let (_, help, _) = run(command).await;
    let readme = include_str!("../../README.md");
    let (_, table) = readme
        .split_once("| variable | meaning | default |")
        .unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let mut documented = Vec::new();
    for row in table.lines().filter(|row| row.starts_with("| `WEBKYC_")) {
        let name = row.split('`').nth(1).unwrap().to_owned();
        if row.split('|').nth(1).unwrap().contains("`…_FILE`") {
            documented.push(format!("{name}_FILE"));
        }
        documented.push(name);
    }
    let mut flags: Vec<_> = help
        .split("[env: ")
        .skip(1)
        .map(|rest| rest.split(['=', ']']).next().unwrap().to_owned())
        .collect();
    documented.sort_unstable();
    flags.sort_unstable();
    assert_eq!(flags, documented);
}

#[tokio::test]
async fn the_help_of_a_command_has_its_own_options_and_leads_to_the_settings() {
    for arguments in [&["check"][..], &["sign-ups", "list"], &["listen"]] {
        let (mut command, _assets) = command(NOWHERE);
        command.args(arguments).arg("--help");
        let (_, help, _) = run(command).await;
        assert!(help.contains("--config <FILE>"), "{help}");
        assert!(!help.contains("[env: "), "{help}");
        assert!(help.contains("`webkyc --help`"), "{help}");
    }
    // They may still stand after its name.
    let (mut command, _assets) = command(NOWHERE);
    command.args(["check", "--listen", "nonsense"]);
    let (_, printed, _) = run(command).await;
    assert!(printed.contains("WEBKYC_LISTEN"), "{printed}");
}
