//! Insecure settings, which the program refuses.

use std::{fs, process::Command};

use crate::program::{NOWHERE, PROGRAM, replica};

#[test]
fn ops_18_no_switch_makes_it_less_strict() {
    // A start that accepts the address fails here, with another message.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (setting, address) in [
        ("WEBKYC_API_URL", "http://api.authenteq.com"),
        ("WEBKYC_IDENTITY_URL", "http://identity.authenteq.com"),
        ("WEBKYC_EXPORT_URL", "http://10.0.0.7"),
        ("WEBKYC_EXPORT_URL", "http://127.0.0.1.evil.example"),
        ("WEBKYC_API_URL", "http://localhost.evil.example"),
        ("WEBKYC_API_URL", "ftp://127.0.0.1"),
        ("WEBKYC_PUBLIC_URL", "http://kyc.example"),
        ("WEBKYC_REDIRECT_URI", "http://kyc.example/results"),
    ] {
        let (mut command, _assets) = replica(NOWHERE);
        let output = command
            .env("WEBKYC_LISTEN", &taken)
            .env(setting, address)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{setting} {address}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(setting), "{message}");
    }
    let program = fs::read(PROGRAM).unwrap();
    let holds = |text: &str| program.windows(text.len()).any(|at| at == text.as_bytes());
    assert!(holds("/api/begin"));
    assert!(!holds("sandbox_scenario") && !holds("/_sandbox"));
    let help = Command::new(PROGRAM).arg("--help").output();
    let help = String::from_utf8(help.unwrap().stdout)
        .unwrap()
        .to_lowercase();
    assert!(help.contains("--public-url"));
    for word in [
        "insecure", "unsafe", "--debug", "disable", "skip", "sandbox", "--dev", "--allow",
    ] {
        let line = help
            .lines()
            .find(|line| line.contains(word) && line.contains("--"));
        assert!(line.is_none(), "{}", line.unwrap());
    }
}
