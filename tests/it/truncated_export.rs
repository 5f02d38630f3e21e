//! An export that breaks off in the middle, as a browser gets it through nginx.

use serde_json::{Value, json};
use webkyc_test_kit::{browser::Browser, built, raw_server::RawServer};

use crate::{
    elements,
    setup::test_in,
    site::Building,
    stack::{Deployment, Stack},
};

/// More than the backend or the page holds back to see whether a file is whole.
const HALF: usize = 4 << 20;

/// The setting that the example has.
const VERSION: &str = "proxy_http_version 1.1;";

/// Answers every request with the first half of an export, in chunks, and closes the connection.
async fn half_an_export() -> RawServer {
    RawServer::answering(|_| {
        let text = format!("{{\"id\":\"{}", "x".repeat(HALF));
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n\
             {:x}\r\n{text}\r\n",
            text.len()
        );
        answer.into_bytes()
    })
    .await
}

/// Fetches the export by a script of the page; returns the status and the outcome.
async fn fetched(browser: &Browser) -> Value {
    let script = "const answer = await fetch('/kyc/api/export/json', { headers: { 'X-WebKYC': '1' } });
        const body = await answer.arrayBuffer().then((body) => `${body.byteLength} bytes`, () => 'broke off');
        return [answer.status, body]";
    browser.run_async(script).await
}

/// A visitor who is signed up, behind an nginx that speaks this version of HTTP to the backend.
async fn behind_nginx(version: &str, export_url: Option<String>, body: impl AsyncFnOnce(&Browser)) {
    let building = Building::of_example().await;
    let deployment = Deployment {
        export_url,
        ..Deployment::on(&building, "verified.html")
    };
    test_in(deployment, async |stack: &mut Stack, browser: &Browser| {
        let version = format!("proxy_http_version {version};");
        // A relay would make an ordinary end of a reset.
        let site = building.open_with_setting(&stack.behind, VERSION, &version);
        elements::sign_up(browser, &site, "john").await;
        body(browser).await;
    })
    .await;
}

#[tokio::test]
async fn up_28_a_truncated_export_never_looks_whole_behind_nginx_in_any_http_version() {
    for version in ["1.0", "1.1"] {
        let server = half_an_export().await;
        behind_nginx(version, Some(server.url()), async |browser| {
            for _ in 0..3 {
                assert_eq!(
                    fetched(browser).await,
                    json!([200, "broke off"]),
                    "HTTP/{version}"
                );
            }
        })
        .await;
    }
}

#[tokio::test]
async fn up_28_a_whole_export_comes_through_nginx_in_any_http_version() {
    for version in ["1.0", "1.1"] {
        behind_nginx(version, None, async |browser| {
            let export = fetched(browser).await;
            assert_eq!(export[0], 200);
            assert!(
                export[1].as_str().unwrap().ends_with("bytes"),
                "HTTP/{version}: {export}"
            );
        })
        .await;
    }
}

#[test]
fn up_28_every_snippet_for_nginx_speaks_http_1_1() {
    let root = built::root();
    for file in [
        "backend/README.md",
        "examples/in-page/nginx.conf",
        "frontend/src/integrate/server.rs",
    ] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        let (_, after) = text.split_once("proxy_pass http://127.0.0.1:").unwrap();
        let (location, _) = after.split_once("proxy_max_temp_file_size").unwrap();
        let location = location.replace('\\', "");
        for setting in [VERSION, "proxy_set_header Connection \"\";"] {
            assert!(location.contains(setting), "{file}: {location}");
        }
    }
}
