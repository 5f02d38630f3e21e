//! The program `webkyc-sandbox`.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use crate::webhook::{Receiver, hmac_sha256};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_webkyc-sandbox"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Ends with the test, also with one that fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
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
    let mut child = program()
        .args(["--listen", "127.0.0.1:0", "--config"])
        .arg(&config)
        .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, &proxy)))
        .env("SSL_CERT_FILE", "/nowhere")
        .env("SSL_CERT_DIR", "/nowhere")
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let _running = Running(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let url = line.trim_end().rsplit(' ').next().unwrap();
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let passed = http
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
