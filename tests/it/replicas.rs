//! Three backends behind nginx: each continues the sign-ups that another began.
#![cfg(unix)]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder, Response, header};
use serde_json::json;
use tempfile::TempDir;
use webkyc_test_kit::{
    built, http,
    program::Program,
    stack::{backend, start_backend, start_sandbox},
};

use crate::stack::CLIENT;

const PUBLIC_URL: &str = "http://localhost:8080";
const VISITORS: usize = 30;

/// nginx on a socket of its own, before three replicas.
struct Cluster {
    sandbox_url: String,
    replicas: Vec<Program>,
    _sandbox: Program,
    _nginx: Program,
    http: reqwest::Client,
    _folder: TempDir,
}

/// A key for the cookies, in a file that only we may read.
fn key_file(folder: &Path) -> PathBuf {
    let path = folder.join("cookie-keys");
    let key: Vec<u8> = (0..32).map(|i| 7 * i + 1).collect();
    fs::write(
        &path,
        base64::Engine::encode(&base64::prelude::BASE64_STANDARD, key),
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// The location that the backend's README shows, with our servers in it.
fn documented_location() -> String {
    let readme = fs::read_to_string(built::root().join("backend/README.md")).unwrap();
    let (_, block) = readme.split_once("```nginx\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let here = block.replace("location /kyc/ {", "location / {");
    let here = here.replace(
        "proxy_pass http://127.0.0.1:8080;",
        "proxy_pass http://webkyc;",
    );
    assert!(
        here.contains("location / {") && here.contains("http://webkyc;"),
        "{here}"
    );
    here
}

fn nginx_configuration(folder: &Path, addresses: &[String]) -> String {
    let servers: Vec<_> = addresses.iter().map(|a| format!("server {a};")).collect();
    format!(
        "daemon off; master_process off; pid {0}/nginx.pid; error_log {0}/error.log; worker_processes 1;
         events {{ worker_connections 256; }}
         http {{
           access_log off; proxy_temp_path {0}/proxy; client_body_temp_path {0}/body;
           fastcgi_temp_path {0}/f; uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;
           upstream webkyc {{ {1} }}
           server {{
             listen unix:{0}/nginx.sock;
             {2}
           }}
         }}",
        folder.display(),
        servers.join(" "),
        documented_location()
    )
}

impl Cluster {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // An nginx that root starts works as another user.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let at = |name: &str| folder.path().join(name);
        let redirect_uri = format!("{PUBLIC_URL}/results");
        let program = built::program("webkyc-sandbox");
        let (sandbox, sandbox_url) = start_sandbox(program, CLIENT, &redirect_uri);
        let keys = key_file(folder.path());
        let replicas = (0..3).map(|_| {
            let program = built::program("webkyc");
            let mut command = backend(program, CLIENT, PUBLIC_URL, sandbox_url.as_str());
            command.env("WEBKYC_TRUSTED_PROXIES", "127.0.0.1");
            command.arg("--cookie-keys-file").arg(&keys);
            command.arg("--assets").arg(built::pages());
            start_backend(command)
        });
        let (replicas, addresses): (Vec<_>, Vec<_>) = replicas.unzip();
        let configuration = at("nginx.conf");
        fs::write(
            &configuration,
            nginx_configuration(folder.path(), &addresses),
        )
        .unwrap();
        let mut command = Command::new(built::nginx());
        command.arg("-c").arg(&configuration);
        command.arg("-e").arg(at("error.log"));
        let mut nginx = Program::spawn(command);
        let socket = at("nginx.sock");
        nginx.wait_until(|| UnixStream::connect(&socket).is_ok());
        let http = reqwest::Client::builder()
            .unix_socket(socket)
            .redirect(reqwest::redirect::Policy::none());
        Self {
            sandbox_url: sandbox_url.into(),
            replicas,
            _sandbox: sandbox,
            _nginx: nginx,
            http: http.build().unwrap(),
            _folder: folder,
        }
    }
}

struct Visitor<'a> {
    cluster: &'a Cluster,
    address: String,
    cookies: BTreeMap<String, String>,
}

impl<'a> Visitor<'a> {
    fn new(cluster: &'a Cluster, number: usize) -> Self {
        Self {
            cluster,
            address: format!("198.51.100.{number}"),
            cookies: BTreeMap::new(),
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let request = self
            .cluster
            .http
            .request(method, format!("{PUBLIC_URL}{path}"));
        request
            .header("x-webkyc", "1")
            .header("x-forwarded-for", &self.address)
            .header(header::ORIGIN, PUBLIC_URL)
            .header(header::COOKIE, cookies.join("; "))
    }

    fn keep_cookies(&mut self, response: &Response) {
        for line in response.headers().get_all(header::SET_COOKIE) {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Each of these requests goes to another replica.
    async fn sign_up(&mut self, state: &str) {
        let begin = self
            .request(Method::POST, "/api/begin")
            .json(&json!({"state": state}));
        let response = begin.send().await.unwrap().error_for_status().unwrap();
        self.keep_cookies(&response);
        let begun: serde_json::Value = response.json().await.unwrap();
        let url = format!(
            "{}&sandbox_scenario=anna",
            begun["authorizeUrl"].as_str().unwrap()
        );
        assert!(url.starts_with(&self.cluster.sandbox_url));
        let returned = http::client().get(url).send().await.unwrap();
        let location = returned.headers()[header::LOCATION].to_str().unwrap();
        let location = url::Url::parse(location).unwrap();
        let code = location
            .query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap();
        let body = json!({"code": code.1, "state": state});
        let exchange = self.request(Method::POST, "/api/exchange").json(&body);
        let response = exchange.send().await.unwrap().error_for_status().unwrap();
        self.keep_cookies(&response);
    }

    async fn is_signed_in(&self) -> bool {
        let answer = self.request(Method::GET, "/api/session").send().await;
        answer.is_ok_and(|answer| answer.status() == 200)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_03_one_of_three_replicas_is_killed_under_load_and_every_session_goes_on() {
    let mut cluster = Cluster::start();
    let mut killed = cluster.replicas.remove(0);
    let cluster = cluster;
    let visitors = (0..VISITORS).map(async |number| {
        let mut visitor = Visitor::new(&cluster, number);
        visitor.sign_up(&format!("{number:043}")).await;
        visitor
    });
    let visitors = join_all(visitors).await;

    let (served, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let is_over = AtomicBool::new(false);
    let load = visitors.iter().map(async |visitor| {
        while !is_over.load(Ordering::SeqCst) {
            let outcome = if visitor.is_signed_in().await {
                &served
            } else {
                &failed
            };
            outcome.fetch_add(1, Ordering::SeqCst);
        }
    });
    let incident = async {
        let reach = async |count: usize| {
            let began = Instant::now();
            while served.load(Ordering::SeqCst) < count {
                assert!(
                    began.elapsed() < Duration::from_secs(60),
                    "{count} were not served"
                );
                tokio::task::yield_now().await;
            }
        };
        reach(10 * VISITORS).await;
        killed.kill();
        reach(served.load(Ordering::SeqCst) + 20 * VISITORS).await;
        is_over.store(true, Ordering::SeqCst);
    };
    tokio::join!(join_all(load), incident);

    // nginx repeats a GET elsewhere; only one whose answer was half-way can be lost.
    let failed = failed.load(Ordering::SeqCst);
    assert!(failed <= VISITORS, "{failed} requests failed");
    for visitor in &visitors {
        assert!(visitor.is_signed_in().await, "every session goes on");
    }
    let details = visitors[0]
        .request(Method::GET, "/api/details")
        .send()
        .await;
    assert_eq!(details.unwrap().status(), 200);
    let mut late = Visitor::new(&cluster, VISITORS);
    late.sign_up(&"l".repeat(43)).await;
    assert!(late.is_signed_in().await, "new ones come in");
}
