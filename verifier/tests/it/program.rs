//! The program `webkyc-verifier`.

use std::process::{Command, Output};

use webkyc_verifier::claims;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_webkyc-verifier"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn its_help_says_what_may_be_claimed_and_what_not() {
    for help in ["-h", "--help"] {
        let output = run(&[help]);
        assert!(output.status.success());
        // Lines are wrapped at the width of the terminal.
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = words(&String::from_utf8(output.stdout).unwrap());
        let claims = [
            claims::MAY_BE_SAID,
            claims::MAY_NOT_BE_SAID,
            claims::NOT_KNOWN,
        ];
        for sentence in claims.concat() {
            assert!(text.contains(&words(sentence)), "{help}: {sentence}");
        }
        assert!(text.contains("Nothing it answers is evidence"));
    }
}

#[test]
fn it_does_not_start_without_models_or_for_a_network() {
    let empty = tempfile::tempdir().unwrap();
    let models = empty.path().to_str().unwrap();
    for (arguments, words) in [
        (
            ["--models", models, "--listen", "127.0.0.1:0"],
            "cargo xtask models",
        ),
        (
            ["--models", models, "--listen", "0.0.0.0:0"],
            "no address of this machine alone",
        ),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(1));
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(
            log.starts_with("webkyc-verifier: error: ") && log.contains(words),
            "{log}"
        );
    }
}
