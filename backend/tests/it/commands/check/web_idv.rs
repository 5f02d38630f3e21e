//! `webkyc check`: what a browser would otherwise find out.

use webkyc_sandbox::{Client, Effect, Endpoint, Fault, Sandbox, Times};

use super::{at, run};
use crate::harness::{CLIENT_ID, CLIENT_SECRET, Flow};

const REDIRECT_URI: &str = "http://localhost:8080/results";

/// The lines of `webkyc check` in front of a sandbox with this client, and whether it succeeded.
async fn check(secret: &str, redirect_uri: &str, deactivated: bool) -> (String, bool) {
    let sandbox = Sandbox::start_with(webkyc_sandbox::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        clients: vec![Client::new(CLIENT_ID, secret, redirect_uri).unwrap()],
        ..webkyc_sandbox::Config::default()
    })
    .await
    .unwrap();
    if deactivated {
        let fault = Fault {
            at: Endpoint::VerificationUrl,
            effect: Effect::AccountDeactivated,
            times: Times::Always,
        };
        sandbox.client(CLIENT_ID).unwrap().inject(fault).unwrap();
    }
    let (mut command, _assets) = at(sandbox.url(), &["check"]);
    Flow::WebIdv.configure(&mut command);
    let (output, stdout, _) = run(command).await;
    (stdout, output.status.success())
}

#[tokio::test]
async fn check_asks_for_an_address_and_says_that_the_redirect_uri_is_registered() {
    let (lines, is_right) = check(CLIENT_SECRET, REDIRECT_URI, false).await;
    assert!(is_right, "{lines}");
    let registered = format!("ok     WEBKYC_REDIRECT_URI {REDIRECT_URI} is registered");
    assert!(lines.contains(&registered), "{lines}");
    assert!(lines.contains("takes the credentials"), "{lines}");
    assert!(!lines.contains("WEBKYC_API_URL"), "{lines}");
}

#[tokio::test]
async fn check_finds_what_is_wrong_with_the_account_without_a_browser() {
    for (secret, redirect_uri, deactivated, wrong) in [
        (
            CLIENT_SECRET,
            "http://localhost:8080/other",
            false,
            "wrong  WEBKYC_REDIRECT_URI http://localhost:8080/results: redirect URI not registered: 400 Bad Request INVALID_REQUEST_PARAMETER; register it in Authenteq's dashboard",
        ),
        (
            "another",
            REDIRECT_URI,
            false,
            "wrong  WEBKYC_CLIENT_ID and WEBKYC_CLIENT_SECRET: credentials refused: 401 Unauthorized BAD_API_KEYS; compare both with Authenteq's dashboard",
        ),
        (
            CLIENT_SECRET,
            REDIRECT_URI,
            true,
            "wrong  WEBKYC_CLIENT_ID and WEBKYC_CLIENT_SECRET: credentials refused: 403 Forbidden ACCOUNT_DEACTIVATED; the account is deactivated: ask Authenteq",
        ),
    ] {
        let (lines, is_right) = check(secret, redirect_uri, deactivated).await;
        assert!(!is_right, "{lines}");
        let found: Vec<_> = lines
            .lines()
            .filter(|line| line.starts_with("wrong"))
            .collect();
        assert_eq!(found, [wrong], "{lines}");
    }
}
