//! Whatever a visitor shows of their own is handed to the client, and is in no other place.

use std::{collections::HashMap, path::Path, process::Command};

use base64::{Engine, engine::general_purpose::STANDARD};
use image::ImageFormat;
use reqwest::{RequestBuilder, Response, header::COOKIE};
use serde_json::Value;
use webkyc_test_kit::{http, program::Program};

use super::{BACK, FACE, FRONT, encoded, noise, with_exif};
use crate::{
    harness::{location, parameter},
    sign_up::owner_cookie,
    webhook::Receiver,
};

const REDIRECT_URI: &str = "http://localhost:1/r";
/// Bytes of a trace: a multiple of three, for Base64.
const TRACE: usize = 45;

/// The program, with a client of its own.
struct Running {
    url: String,
    http: reqwest::Client,
    /// The cookie of the visitor's browser.
    owner: Option<String>,
}

impl Running {
    async fn get(&self, path: &str) -> Response {
        let request = self.http.get(format!("{}{path}", self.url));
        let request = self.as_visitor(request);
        request.basic_auth("shop", Some("s")).send().await.unwrap()
    }

    async fn body(&self, path: &str) -> Vec<u8> {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().await.unwrap().into()
    }

    fn as_visitor(&self, request: RequestBuilder) -> RequestBuilder {
        let owner = self.owner.iter();
        owner.fold(request, |request, owner| request.header(COOKIE, owner))
    }

    async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Response {
        let request = self.http.post(format!("{}{path}", self.url));
        let request = self.as_visitor(request);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(body).send().await.unwrap()
    }

    async fn json(&self, path: &str) -> Value {
        serde_json::from_slice(&self.body(path).await).unwrap()
    }
}

fn holds(content: &[u8], trace: &[u8]) -> bool {
    content.windows(trace.len()).any(|part| part == trace)
}

/// Parts of a picture as they are, in Base64 from each of its three beginnings, and in hexadecimal.
fn traces(jpeg: &[u8]) -> Vec<Vec<u8>> {
    let middle = &jpeg[jpeg.len() / 2..];
    let mut traces: Vec<Vec<u8>> = (0..3)
        .map(|start| STANDARD.encode(&middle[start..start + TRACE]).into())
        .collect();
    traces.push(middle[..TRACE].to_vec());
    let hexadecimal = middle[..TRACE].iter().map(|byte| format!("{byte:02x}"));
    let hexadecimal: String = hexadecimal.collect();
    traces.extend([
        hexadecimal.to_uppercase().into_bytes(),
        hexadecimal.into_bytes(),
    ]);
    traces
}

/// The contents of all files below a folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap();
    let contents = entries.flat_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return files(&path);
        }
        vec![(path.display().to_string(), std::fs::read(&path).unwrap())]
    });
    contents.collect()
}

/// The pictures that a page shows.
fn pictures_on(page: &[u8]) -> Vec<String> {
    let page = String::from_utf8(page.to_vec()).unwrap();
    let sources = page.split("src=\"").skip(1);
    let sources = sources.filter_map(|rest| rest.split('"').next());
    let sources = sources.filter(|source| source.ends_with(".jpeg"));
    sources.map(str::to_owned).collect()
}

#[tokio::test]
#[cfg(unix)]
async fn sbx_14_the_client_gets_what_a_visitor_shows_and_it_is_in_no_other_place() {
    let mut receiver = Receiver::answering(&[]).await;
    let settings = tempfile::NamedTempFile::new().unwrap();
    let client = format!(
        "[[client]]\nid = \"shop\"\nsecret = \"s\"\nname = \"Shop\"\n\
         redirect_uris = [\"{REDIRECT_URI}\"]\nwebhook_url = \"{}\"\n",
        receiver.url
    );
    std::fs::write(settings.path(), client).unwrap();
    // The program's home, and the place of its temporary files.
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_webkyc-sandbox"));
    command
        .args(["--listen", "127.0.0.1:0", "--config"])
        .arg(settings.path())
        .current_dir(home.path())
        .envs(
            ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"].map(|name| (name, home.path())),
        );
    let (program, [url]) = Program::start(command, ["webkyc-sandbox listening on "]);
    let mut running = Running {
        url,
        http: http::client(),
        owner: None,
    };

    let path = format!(
        "/authorize?response_type=code&client_id=shop&redirect_uri={REDIRECT_URI}&scope=kyc&state=s"
    );
    let first = location(&running.get(&path).await);
    let pages = first.path().strip_suffix("/introduction").unwrap();
    let at = |page: &str| format!("{pages}/{page}");
    let consent = "person=john&consent=given";
    let agreed = running.post(&at("introduction"), consent).await;
    running.owner = owner_cookie(&agreed);
    let mut own = Vec::new();
    for (seed, place, next) in [
        (1, FACE, "liveness"),
        (2, FRONT, "liveness"),
        (3, BACK, "document"),
    ] {
        let file = with_exif(&encoded(noise(seed, 96), ImageFormat::Jpeg), 1);
        assert!(holds(&file, b"CANARY!"));
        assert_eq!(running.post(&at(place), file).await.status(), 204);
        let (_, side) = place.split_once('/').unwrap();
        own.push(running.body(&at(side)).await);
        running.post(&at(next), "").await;
    }
    let left = location(&running.post(&at("verification"), "").await);
    let form = HashMap::from([
        ("grantType", "authorization_code".to_owned()),
        ("code", parameter(&left, "code").unwrap()),
        ("redirectUri", REDIRECT_URI.to_owned()),
        ("clientId", "shop".to_owned()),
        ("clientSecret", "s".to_owned()),
    ]);
    let token = running
        .http
        .post(format!("{}/v2/web-kyc/token", running.url));
    let token: Value = token
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let details = running
        .http
        .get(format!("{}/v2/web-kyc/details", running.url));
    let details = details.bearer_auth(token["token"].as_str().unwrap());
    let details = details.send().await.unwrap().bytes().await.unwrap();

    let verifications = "/_sandbox/api/verifications?secrets=shown";
    let id = running.json(verifications).await[0]["id"].clone();
    let id = id.as_str().unwrap();
    let mut handed_over = vec![
        details.to_vec(),
        receiver.messages(1).await[0].body.to_vec(),
    ];
    for format in ["json", "multipart", "pdf"] {
        let path = format!("/export/verification-result-as-{format}?verificationId={id}");
        handed_over.push(running.body(&path).await);
    }
    let attempts = running.json("/_sandbox/api/attempts").await;
    let attempt = attempts[0]["id"].as_str().unwrap();
    let verification = format!("/_sandbox/verifications/{id}?secrets=shown");
    let mut elsewhere = Vec::new();
    let shown = pictures_on(&running.body(&verification).await);
    assert!(!shown.is_empty());
    let paths = [
        verifications,
        "/_sandbox/api/requests",
        "/_sandbox/api/attempts",
        "/_sandbox/api/deliveries",
        "/_sandbox/",
        "/_sandbox/verifications",
    ];
    let paths = paths.map(str::to_owned).into_iter().chain([
        format!("/_sandbox/api/verifications/{id}?secrets=shown"),
        format!("/_sandbox/api/attempts/{attempt}?secrets=shown"),
        format!("/_sandbox/attempts/{attempt}?secrets=shown"),
        verification,
    ]);
    for path in paths.chain(shown) {
        let body = running.body(&path).await;
        elsewhere.push((path, body));
    }
    elsewhere.push(("its output".to_owned(), program.stop().into_bytes()));
    elsewhere.extend(files(home.path()));

    for jpeg in &own {
        let traces = traces(jpeg);
        for (at, body) in handed_over.iter().enumerate() {
            assert!(traces.iter().any(|trace| holds(body, trace)), "{at}");
        }
        for (place, content) in &elsewhere {
            assert!(!traces.iter().any(|trace| holds(content, trace)), "{place}");
        }
    }
    let all = handed_over
        .iter()
        .chain(elsewhere.iter().map(|(_, content)| content));
    assert!(all.into_iter().all(|content| !holds(content, b"CANARY!")));
}
