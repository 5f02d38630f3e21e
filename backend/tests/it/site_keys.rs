//! The keys of sites' servers on the operators' listener.

use std::path::Path;

use reqwest::Method;
use serde_json::Value;
use webkyc_backend::config::{Reread, SiteSettings, StoreSettings, settings::Settings};

use crate::{
    harness::{Answer, OPERATOR_KEY, TestApp},
    program::{COOKIE_KEY, write_secret},
    stub::{ID, Stub},
};

const SHOP_KEY: &str = "shop!key-of-32-characters-or-more-1";
const KIOSK_KEY: &str = "kiosk!key-of-32-characters-or-more-1";
const STORE_KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

/// Adds a store in this folder, and two sites whose servers have a key.
fn with_sites(folder: &Path, settings: &mut Settings) {
    let file = |name: &str, content: &str| {
        let path = folder.join(name);
        write_secret(&path, content);
        Some(path.display().to_string())
    };
    settings.live = Some("false".into());
    settings.cookie_keys = Some(COOKIE_KEY.into());
    settings.store = Some(StoreSettings {
        url: Some(format!("sqlite://{}", folder.join("webkyc.db").display())),
        keys_file: file("store-keys", STORE_KEY),
        ..StoreSettings::default()
    });
    settings.sites = [("shop", SHOP_KEY), ("kiosk", KIOSK_KEY)]
        .map(|(key, secret)| {
            let site = SiteSettings {
                name: key.into(),
                key_file: file(key, secret),
                ..SiteSettings::default()
            };
            (key.to_owned(), site)
        })
        .into();
}

async fn ask(app: &TestApp, method: Method, path: &str, key: &str) -> Answer {
    let url = format!("{}{path}", app.operator_address);
    Answer::read(app.http.request(method, url).bearer_auth(key)).await
}

/// The body without what differs from answer to answer.
fn body(answer: Answer) -> Value {
    let mut body = answer.body;
    body.as_object_mut().unwrap().remove("requestId");
    body
}

#[tokio::test]
async fn acc_14_a_sites_key_opens_neither_exports_nor_metrics() {
    let stub = Stub::start().await;
    let folder = tempfile::tempdir().unwrap();
    let app = TestApp::start_with(&stub.url(), |s| with_sites(folder.path(), s)).await;
    let unknown = ask(&app, Method::GET, "/nothing", SHOP_KEY).await;
    unknown.assert_problem(404, "NOT_FOUND");
    let unknown = body(unknown);
    for path in [
        "/export/json",
        "/export/multipart",
        "/export/pdf",
        "/export/",
        "/metrics",
        "//metrics",
        "/metrics/",
        "/%6detrics",
        "/sign-ups%2f..%2fmetrics",
        "/sign-upsx",
        "/eventsx",
        "/openapi.jsonx",
        "/api/openapi.json",
        "/",
        "*",
    ] {
        for key in [SHOP_KEY, KIOSK_KEY] {
            for method in [Method::GET, Method::POST, Method::PUT, Method::OPTIONS] {
                let path = format!("{path}?verificationId={ID}");
                let path = path.replace("*?", "/*?");
                let answer = ask(&app, method.clone(), &path, key).await;
                answer.assert_problem(404, "NOT_FOUND");
                assert_eq!(body(answer), unknown, "{method} {path}");
            }
        }
    }
    assert!(stub.paths().is_empty());
    let path = format!("/export/json?verificationId={ID}");
    ask(&app, Method::GET, &path, OPERATOR_KEY)
        .await
        .assert_ok();
    assert_eq!(stub.paths().len(), 1);
}

#[tokio::test]
async fn acc_14_a_sites_key_is_taken_from_its_file_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let start = |s: &mut Settings| with_sites(folder.path(), s);
    let app = TestApp::start_with("http://127.0.0.1:9", start).await;
    let status = async |key: &str| {
        let answer = ask(&app, Method::GET, "/nothing", key).await;
        answer.status.as_u16()
    };
    let reread = || {
        for file in app.config().secret_files() {
            file.reread(Reread::Now).unwrap();
        }
    };
    let newer = "shop!key-of-32-characters-or-more-2";
    assert_eq!((status(SHOP_KEY).await, status(newer).await), (404, 401));
    write_secret(folder.path().join("shop"), newer);
    reread();
    assert_eq!((status(SHOP_KEY).await, status(newer).await), (401, 404));
    assert_eq!(status(KIOSK_KEY).await, 404);
}

/// At the start such settings are refused.
#[tokio::test]
async fn acc_15_a_key_that_two_callers_come_to_share_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let start = |s: &mut Settings| with_sites(folder.path(), s);
    let app = TestApp::start_with("http://127.0.0.1:9", start).await;
    for (shared, others) in [(OPERATOR_KEY, KIOSK_KEY), (KIOSK_KEY, OPERATOR_KEY)] {
        write_secret(folder.path().join("shop"), shared);
        for file in app.config().secret_files() {
            file.reread(Reread::Now).unwrap();
        }
        let answer = ask(&app, Method::GET, "/nothing", shared).await;
        answer.assert_problem(401, "OPERATOR_KEY_INVALID");
        assert_eq!(ask(&app, Method::GET, "/nothing", others).await.status, 404);
    }
}
