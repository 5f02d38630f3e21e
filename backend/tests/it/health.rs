//! Health and readiness, as an orchestrator probes them.

use std::{
    net::SocketAddr,
    process::{Command, Output},
    time::{Duration, Instant},
};

use reqwest::Method;
use tokio::{io::AsyncWriteExt, task::spawn_blocking};
use webkyc_test_kit::{
    raw_server::{RawServer, complete},
    wire,
};

use crate::harness::TestApp;

#[tokio::test]
async fn ops_01_readiness_ends_as_soon_as_the_end_is_announced_and_answers_go_on() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let get = async |path: &str| app.bare(Method::GET, path).send().await.unwrap();
    for path in ["/healthz", "/readyz"] {
        assert_eq!(get(path).await.status(), 200);
    }
    app.stop.announce();
    let unready = get("/readyz").await;
    assert_eq!(unready.status(), 503);
    assert_eq!(unready.headers()["connection"], "close");
    assert_eq!(unready.text().await.unwrap(), "draining\n");
    assert_eq!(
        get("/healthz").await.status(),
        200,
        "not a reason to be killed"
    );
    assert_eq!(get("/").await.status(), 200, "nor to turn visitors away");
}

#[tokio::test]
async fn ops_21_load_balancers_ask_by_other_methods_and_without_a_host_and_get_the_same() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let versions = [
        " HTTP/1.0\r\n\r\n",
        " HTTP/1.0\r\nHost: 10.0.0.7:8080\r\n\r\n",
        " HTTP/1.1\r\nHost: 10.0.0.7:8080\r\nConnection: close\r\n\r\n",
        " HTTP/1.1\r\nHost: kyc.example\r\nOrigin: https://evil.example\r\nConnection: close\r\n\r\n",
    ];
    let mut expected = [("/healthz", 200, "alive"), ("/readyz", 200, "ready")];
    for _ in 0..2 {
        for (path, status, says) in expected {
            for version in versions {
                for method in ["GET", "HEAD", "OPTIONS"] {
                    let request = format!("{method} {path}{version}");
                    let answer = wire::ask(&app.address, &request).await;
                    assert_eq!(answer.status, status, "{request}");
                    let has_body = answer.text().contains(says);
                    assert_eq!(has_body, method != "HEAD", "{request}: {}", answer.text());
                    let allowed = answer.header("allow") == Some("GET, HEAD, OPTIONS");
                    assert_eq!(allowed, method == "OPTIONS", "{request}");
                }
            }
        }
        app.stop.announce();
        expected[1] = ("/readyz", 503, "draining");
    }
}

#[tokio::test]
async fn ops_21_acc_10_health_is_asked_for_and_nothing_else() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    for path in ["/healthz", "/readyz"] {
        for name in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECTED"] {
            let request = app.bare(name.parse().unwrap(), path);
            let answer = crate::harness::Answer::read(request).await;
            answer.assert_problem(405, "METHOD_NOT_ALLOWED");
            assert_eq!(answer.headers["allow"], "GET, HEAD, OPTIONS", "{name}");
        }
    }
}

/// Runs `webkyc health` against this address; all other settings are missing or wrong.
async fn health(listen: &str, arguments: &[&str]) -> (Output, String) {
    let mut command = Command::new(crate::program::PROGRAM);
    command.env_clear().env("WEBKYC_LISTEN", listen);
    command.env("WEBKYC_PUBLIC_URL", "nonsense ");
    command.env("WEBKYC_CLIENT_SECRET_FILE", "/nowhere");
    command.arg("health").args(arguments);
    let output = spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let said = [output.stdout.as_slice(), &output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    (output, said)
}

#[tokio::test]
async fn ops_21_the_program_asks_for_health_where_there_is_no_curl() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let address = app.address.strip_prefix("http://").unwrap();
    let port = address.parse::<SocketAddr>().unwrap().port();
    for listen in [address.to_owned(), format!("0.0.0.0:{port}")] {
        let (output, said) = health(&listen, &[]).await;
        assert!(output.status.success(), "{said}");
        assert_eq!(said, format!("http://{address}/healthz: alive\n"));
        let (output, said) = health(&listen, &["--ready"]).await;
        assert!(output.status.success(), "{said}");
        assert_eq!(said, format!("http://{address}/readyz: ready\n"));
    }
    app.stop.announce();
    let (output, _) = health(address, &[]).await;
    assert!(output.status.success(), "not a reason to be killed");
    let (output, said) = health(address, &["--ready"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        said,
        format!("webkyc: http://{address}/readyz answers 503: draining\n")
    );
}

#[tokio::test]
async fn ops_21_an_unreadable_health_answer_is_no_health_and_takes_no_time() {
    let silent = RawServer::start(|_, stream| {
        Box::pin(async move {
            std::future::pending::<()>().await;
            drop(stream);
        })
    })
    .await;
    let drips = RawServer::start(|_, mut stream| {
        Box::pin(async move {
            while stream.write_all(b"x").await.is_ok() {
                tokio::task::yield_now().await;
            }
        })
    })
    .await;
    let other = RawServer::answering(|_| b"SSH-2.0\r\n\r\n".to_vec()).await;
    let fails = RawServer::answering(|_| {
        let answer = String::from_utf8(complete("text/plain", "\u{1b}[2Jno\n")).unwrap();
        answer.replace("200 OK", "500 No").into()
    })
    .await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let free_address = free.local_addr().unwrap().to_string();
    drop(free);
    for (listen, words) in [
        (silent.address.to_string(), "no answer within 3 s"),
        (drips.address.to_string(), "speaks no HTTP"),
        (other.address.to_string(), "speaks no HTTP"),
        (fails.address.to_string(), "answers 500: [2Jno\n"),
        (free_address, "no program listens there"),
        ("127.0.0.1:0".to_owned(), "WEBKYC_LISTEN names port 0"),
        ("everywhere".to_owned(), "WEBKYC_LISTEN must be"),
        (
            "127.0.0.1:1\r".to_owned(),
            "WEBKYC_LISTEN ends with a carriage",
        ),
    ] {
        let began = Instant::now();
        let (output, said) = health(&listen, &[]).await;
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.starts_with("webkyc: ") && said.contains(words),
            "{said}"
        );
        assert!(began.elapsed() < Duration::from_secs(20), "{said}");
    }
}

#[tokio::test]
async fn ops_21_the_file_of_settings_says_where_to_ask() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let address = app.address.strip_prefix("http://").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("webkyc.toml");
    std::fs::write(&path, format!("listen = \"{address}\"\nlog = \"[\"\n")).unwrap();
    let (output, said) = health("", &["--config", path.to_str().unwrap()]).await;
    assert!(output.status.success(), "{said}");
    let (output, said) = health(address, &["--config", "/nowhere"]).await;
    assert!(output.status.success(), "not asked: {said}");
}
