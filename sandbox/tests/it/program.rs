//! The program `webkyc-sandbox`.

use std::process::Command;

use webkyc_test_kit::{
    http,
    program::Program,
    stack::{Credentials, start_sandbox},
};

use crate::webhook::{Receiver, hmac_sha256};

const PROGRAM: &str = env!("CARGO_BIN_EXE_webkyc-sandbox");

#[test]
#[cfg(unix)]
fn it_says_where_it_listens_and_stops_on_sigterm() {
    let client = Credentials {
        id: "id",
        secret: "se,cret",
    };
    let (mut program, url) = start_sandbox(PROGRAM, client, "http://localhost:1/r");
    assert_eq!(url.host_str(), Some("127.0.0.1"));
    program.signal(webkyc_test_kit::program::Signal::SIGTERM);
    assert!(program.wait().success());
    // A given secret is known already, and stays out of logs.
    let expected = format!(
        "  Dashboard:    {url}_sandbox/\n  Client id:    id\n  Secret:       as given; the dashboard \
         shows it\n  Redirect URI: http://localhost:1/r\n"
    );
    assert_eq!(program.stdout(), expected);
}

fn start(arguments: &[&str]) -> (Program, String) {
    let mut command = Command::new(PROGRAM);
    command.args(["--listen", "127.0.0.1:0"]).args(arguments);
    let (program, [url]) = Program::start(command, ["webkyc-sandbox listening on "]);
    (program, url)
}

#[test]
#[cfg(unix)]
fn it_says_all_that_a_client_needs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let (program, url) = start(&["--tls", folder]);
    let output = program.stop();
    let expected = format!(
        "  Dashboard:    {url}/_sandbox/\n\
         \x20 Client id:    com.authenteq.demo\n\
         \x20 Secret:       sandbox-secret\n\
         \x20 Redirect URI: http://localhost:8080/results\n\
         \x20 Redirect URI: https://demo-portal.authenteq.com/webkycdemoclient/results\n\
         \x20 In Authenteq's place: HTTPS_PROXY={url}, and trust {folder}/ca.pem\n"
    );
    assert_eq!(output, expected);
}

/// To the letter, but for the host.
#[tokio::test]
async fn the_guides_demo_link_works_on_a_plain_start() {
    const LINK: &str = "/authorize?state=abc&response_type=code&redirect_uri=https://demo-portal.authenteq.com/webkycdemoclient/results&back=https://&client_id=com.authenteq.demo";
    let (_program, url) = start(&[]);
    let http = http::client();
    let ask = |more: &str| http.get(format!("{url}{LINK}{more}")).send();
    let pages = ask("").await.unwrap();
    assert_eq!(pages.status().as_u16(), 303);
    let passed = ask("&sandbox_scenario=anna").await.unwrap();
    let back = passed.headers()["location"].to_str().unwrap();
    let portal = "https://demo-portal.authenteq.com/webkycdemoclient/results?code=";
    assert!(
        back.starts_with(portal) && back.ends_with("&state=abc"),
        "{back}"
    );
}

#[test]
fn an_address_that_is_none_is_answered_with_one_that_is() {
    for (option, wrong, right) in [
        ("--listen", "8090", "127.0.0.1:8090"),
        ("--listen", ":8090", "127.0.0.1:8090"),
        ("--listen", "0.0.0.0", "0.0.0.0:8090"),
        ("--listen", "localhost:8090", "127.0.0.1:8090"),
        ("--public-url", "sandbox.example", "https://sandbox.example"),
        ("--public-url", "localhost:8090", "http://localhost:8090"),
        (
            "--public-url",
            "https://sandbox.example/kyc",
            "https://sandbox.example",
        ),
        ("--public-url", "", "https://sandbox.example"),
    ] {
        let output = Command::new(PROGRAM)
            .args([option, wrong])
            .output()
            .unwrap();
        assert!(!output.status.success(), "{option} {wrong}");
        let message = String::from_utf8(output.stderr).unwrap();
        let words = message.split([' ', ',', '\n']);
        assert!(
            words.clone().any(|word| word == right),
            "{option} {wrong}: {message}"
        );
        assert!(output.stdout.is_empty());
    }
}

#[tokio::test]
async fn it_tells_a_webhook_without_certificates_and_past_any_proxy() {
    let mut receiver = Receiver::answering(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("sandbox.toml");
    let client = format!(
        "[[client]]\nid = \"shop\"\nsecret = \"s\"\nname = \"Shop\"\n\
         redirect_uris = [\"http://localhost:1/r\"]\n\
         webhook_url = \"{}\"\nwebhook_signature = \"hmac\"\n",
        receiver.url
    );
    std::fs::write(&config, client).unwrap();
    // An address that answers nothing.
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", proxy.local_addr().unwrap());
    let mut command = Command::new(PROGRAM);
    command
        .args(["--listen", "127.0.0.1:0", "--config"])
        .arg(&config)
        .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, &proxy)))
        .env("SSL_CERT_FILE", "/nowhere")
        .env("SSL_CERT_DIR", "/nowhere");
    let (_program, [url]) = Program::start(command, ["webkyc-sandbox listening on "]);
    let passed = http::client()
        .get(format!(
            "{url}/authorize?response_type=code&client_id=shop&redirect_uri=http://localhost:1/r&sandbox_scenario=anna"
        ))
        .send()
        .await
        .unwrap();
    assert_eq!(passed.status().as_u16(), 303);
    let message = receiver.messages(1).await.remove(0);
    assert_eq!(message.header("x-client-id"), "shop");
    assert_eq!(
        message.header("x-signature"),
        hmac_sha256(b"s", &message.body)
    );
}

#[test]
fn an_error_is_one_line_with_its_cause() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let cause = std::net::TcpListener::bind(&taken).unwrap_err();
    let cannot_listen = format!(
        "error: cannot listen on {taken} (--listen takes another address or port): {cause}"
    );
    let cause = std::fs::read("/nowhere/sandbox.toml").unwrap_err();
    let cannot_read = format!("error: cannot read /nowhere/sandbox.toml: {cause}");
    for (arguments, said) in [
        (vec!["--listen", taken.as_str()], cannot_listen.as_str()),
        (
            vec!["--config", "/nowhere/sandbox.toml"],
            cannot_read.as_str(),
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
        let output = Command::new(PROGRAM).args(&arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            stderr.contains(said) && stderr.trim_end().lines().count() == 1,
            "{stderr}"
        );
        assert!(output.stdout.is_empty());
    }
}
