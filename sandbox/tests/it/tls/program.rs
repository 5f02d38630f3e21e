//! The program with `--tls`, and the real curl that knows nothing of it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use webkyc_test_kit::program::Program;

use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET};

const CALL: &str = "https://api.app.authenteq.com/web-idv/verification-url";

fn start(folder: &Path) -> (Program, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_webkyc-sandbox"));
    command
        .args(["--listen", "127.0.0.1:0", "--tls"])
        .arg(folder)
        .args(["--client", &format!("{CLIENT_ID},{SECRET},{REDIRECT_URI}")]);
    let (program, [url]) = Program::start(command, ["webkyc-sandbox listening on "]);
    (program, url)
}

/// Without settings but those of the environment.
fn curl(proxy: &str, authority: Option<&Path>) -> Output {
    let mut command = Command::new("curl");
    command
        .args(["-q", "-sS", "--max-time", "60", "-G"])
        .args(["-u", &format!("{CLIENT_ID}:{SECRET}")])
        .args([
            "--data-urlencode",
            &format!("redirectUrl={REDIRECT_URI}"),
            CALL,
        ])
        .env("HTTPS_PROXY", proxy)
        .env_remove("https_proxy")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env_remove("SSL_CERT_FILE")
        .env_remove("CURL_CA_BUNDLE");
    if let Some(authority) = authority {
        command.env("CURL_CA_BUNDLE", authority);
    }
    let output = command.output();
    output.expect("these tests need the program curl on the PATH")
}

#[test]
fn two_variables_lead_an_unmodified_client_here() {
    let folder = tempfile::tempdir().unwrap();
    let (_program, url) = start(folder.path());
    let answer = curl(&url, Some(&folder.path().join("ca.pem")));
    let output = String::from_utf8(answer.stdout).unwrap();
    assert!(
        output
            .starts_with("{\"verificationUrl\":\"https://web-idv.app.authenteq.com/verify?token="),
        "{output} {}",
        String::from_utf8_lossy(&answer.stderr)
    );
    // 60: curl does not trust who issued the certificate.
    assert_eq!(curl(&url, None).status.code(), Some(60));
}

#[test]
fn the_authority_outlives_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("made/at/first/start");
    let (first, _) = start(&folder);
    let authority = fs::read(folder.join("ca.pem")).unwrap();
    drop(first);
    let (_second, url) = start(&folder);
    assert_eq!(fs::read(folder.join("ca.pem")).unwrap(), authority);
    let answer = curl(&url, Some(&folder.join("ca.pem")));
    assert!(
        answer.status.success(),
        "{}",
        String::from_utf8_lossy(&answer.stderr)
    );
}

#[test]
#[cfg(unix)]
fn sbx_07_the_authoritys_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("ca.key.pem");
    let mode = || fs::metadata(&key).unwrap().permissions().mode() & 0o777;
    let (first, url) = start(folder.path());
    assert_eq!(mode(), 0o600);
    drop(first);
    // As a copy of the folder may have it.
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let (program, _) = start(folder.path());
    assert_eq!(mode(), 0o600);
    let secret = fs::read_to_string(&key).unwrap();
    let output = program.stop() + &fs::read_to_string(folder.path().join("ca.pem")).unwrap();
    assert!(
        secret
            .lines()
            .skip(1)
            .all(|line| line.starts_with("---") || !output.contains(line))
    );
    assert_ne!(url, "");
}
