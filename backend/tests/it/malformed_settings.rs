//! Settings with wrong ends, such as files of other systems, shells and pastes leave.

use std::{
    fs,
    process::{Command, Stdio},
};

use crate::program::{NOWHERE, PROGRAM, command, write_secret};

/// All that `check` writes.
fn check(mut command: Command) -> String {
    let output = command.arg("check").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stdout).unwrap()
}

/// The flags and variables of all settings, as `--help` has them, in the program's own words.
fn settings() -> Vec<(String, String)> {
    let (mut command, _assets) = command(NOWHERE);
    let help = command.arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let variables = help.split("[env: ").skip(1);
    let variables = variables.map(|rest| rest.split(['=', ']']).next().unwrap().to_owned());
    let settings = variables.map(|variable| {
        let flag = variable.strip_prefix("WEBKYC_").unwrap();
        (flag.to_ascii_lowercase().replace('_', "-"), variable)
    });
    settings.collect()
}

#[test]
fn ops_20_an_odd_end_is_refused_by_the_settings_name_in_every_source() {
    let settings = settings();
    assert!(settings.len() >= 19, "{settings:?}");
    let is_file = |variable: &str| variable.ends_with("_FILE");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("webkyc.toml");
    for (value, said) in [
        ("canary\r", "ends with a carriage return"),
        ("canary ", "ends with a blank"),
        ("\u{feff}canary", "begins with a byte order mark"),
        ("\"canary\"", "is in quotes: leave them out"),
    ] {
        // A value and its twin are one setting.
        for files in [false, true] {
            let these = || settings.iter().filter(|(_, v)| is_file(v) == files);
            let clean = || {
                let mut command = Command::new(PROGRAM);
                command.env_clear().stdin(Stdio::null());
                command
            };
            let mut by_environment = clean();
            by_environment.envs(these().map(|(_, variable)| (variable, value)));
            let mut by_flag = clean();
            by_flag.args(these().map(|(flag, _)| format!("--{flag}={value}")));
            let mut by_file = clean();
            by_file.arg("--config").arg(&path);
            let lines = these().map(|(flag, _)| {
                let value = toml::Value::from(value);
                format!("{} = {value}\n", flag.replace('-', "_"))
            });
            write_secret(&path, &lines.collect::<String>());
            for (way, command) in [
                ("environment", by_environment),
                ("flag", by_flag),
                ("file", by_file),
            ] {
                let report = check(command);
                for (_, variable) in these() {
                    let line = format!("wrong  {variable} {said}\n");
                    assert!(report.contains(&line), "{way}: {line}: {report}");
                }
                assert!(!report.contains("canary"), "{way}: {report}");
            }
        }
    }
}

#[test]
#[cfg(unix)]
fn ops_20_a_file_of_variables_with_carriage_returns_is_reported_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let sample = include_str!("../../../.env.sample");
    let script = r#"set -a; . ./.env; set +a; exec "$0" check"#;
    let report = |content: &str| {
        fs::write(folder.path().join(".env"), content).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", script, PROGRAM]);
        command.env_clear().current_dir(folder.path());
        let output = command.output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let filled = sample.replace("CLIENT_ID=\n", "CLIENT_ID='com.example.shop'\n");
    let filled = filled.replace("PUBLIC_URL=\n", "PUBLIC_URL=\"https://kyc.example\"\n");
    let wrong = report(&filled);
    let wrong: Vec<_> = wrong.lines().collect();
    assert_eq!(
        wrong,
        ["wrong  WEBKYC_CLIENT_SECRET is required and was not given"],
        "a line left empty is not given, and the shell takes the quotes"
    );
    let windows = report(&filled.replace('\n', "\r\n"));
    let variables = sample.lines().filter(|line| line.starts_with("WEBKYC_"));
    assert_eq!(
        variables.clone().count(),
        windows.lines().count(),
        "{windows}"
    );
    for variable in variables {
        let name = variable.trim_end_matches('=');
        let with = |how: &str| windows.contains(&format!("wrong  {name} {how} a carriage return"));
        assert!(
            with("begins with") || with("ends with"),
            "{name}: {windows}"
        );
    }
}

#[test]
#[cfg(unix)]
fn ops_20_a_variable_in_another_encoding_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let latin = std::ffi::OsStr::from_bytes(b"https://shop.example/zur\xfcck");
    let (mut command, _assets) = command(NOWHERE);
    let output = command.env("WEBKYC_BACK_URL", latin).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(message, "webkyc: WEBKYC_BACK_URL is not UTF-8\n");
}
