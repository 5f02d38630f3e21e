//! A backend on a port of its own, and visitors with cookies.

use std::{
    collections::BTreeMap,
    fs,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::Router;
use reqwest::{Method, RequestBuilder, StatusCode, Url, header};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use webkyc_backend::{
    AppState, Limits,
    assets::Assets,
    authenteq::Deadlines,
    clock::Clock,
    config::{Config, settings::Settings},
    listener::{self, Stop},
    operator_router, router,
};
use webkyc_sandbox::{Client, Sandbox};

pub(crate) const CLIENT_ID: &str = "client!+ID";
pub(crate) const CLIENT_SECRET: &str = "client!+%&secret";
pub(crate) const PUBLIC_URL: &str = "https://kyc.example";
pub(crate) const REDIRECT_URI: &str = "https://kyc.example/results";
/// 32 bytes in base64url.
pub(crate) const STATE: &str = "c3RhdGVzdGF0ZXN0YXRlc3RhdGVzdGF0ZXN0YXRlMDA";
pub(crate) const OTHER_STATE: &str = "c3RhdGVzdGF0ZXN0YXRlc3RhdGVzdGF0ZXN0YXRlMDE";

pub(crate) const PAGE: &str = "<!doctype html><title>Page</title>";
/// Trunk writes no leading zeros, so some names have 15 digits.
pub(crate) const SCRIPT: &str = "portal-123456789abcdef.js";

/// The session's cookie at [`PUBLIC_URL`], with the tag of that deployment.
pub(crate) const SESSION: &str = "__Host-Http-webkyc-4yX6TCjK-session";
pub(crate) const SESSION_REST: &str = "__Host-Http-webkyc-4yX6TCjK-session1";
pub(crate) const EXPORT: &str = "__Host-Http-webkyc-4yX6TCjK-export";

/// What operators send.
pub(crate) const OPERATOR_KEY: &str = "operator!key-of-32-characters-or-more";

pub(crate) struct TestApp {
    /// `http://127.0.0.1:…`
    pub(crate) address: String,
    /// The same, of the operators' listener.
    pub(crate) operator_address: String,
    pub(crate) http: reqwest::Client,
    /// What the first listener serves, for whoever needs no socket.
    pub(crate) router: Router,
    pub(crate) stop: Stop,
    config: Option<Config>,
    seconds: Arc<AtomicI64>,
    serving: Vec<JoinHandle<usize>>,
    _assets: Option<TempDir>,
}

/// What Authenteq is registered with, in the sandbox.
pub(crate) async fn sandbox() -> Sandbox {
    let client = Client::new(CLIENT_ID, CLIENT_SECRET, REDIRECT_URI).unwrap();
    Sandbox::start_with(webkyc_sandbox::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        clients: vec![client],
        ..webkyc_sandbox::Config::default()
    })
    .await
    .unwrap()
}

/// The document of every page, as the built pages have it.
pub(crate) fn write_pages(folder: &std::path::Path) {
    for page in ["index.html", "results.html", "integrate.html"] {
        fs::write(folder.join(page), PAGE).unwrap();
    }
}

impl TestApp {
    /// A backend in front of this Authenteq.
    pub(crate) async fn start(authenteq: &str) -> Self {
        Self::start_with(authenteq, |_| {}).await
    }

    pub(crate) async fn start_with(authenteq: &str, change: impl FnOnce(&mut Settings)) -> Self {
        // The sandbox draws a person's documents when they are first asked for, which takes seconds
        // where everything is compiled for debugging and other tests run beside it.
        let mut limits = Limits::default();
        limits.authenteq.details = Deadlines {
            head: Duration::from_secs(120),
            total: Duration::from_secs(120),
        };
        limits.authenteq.export = limits.authenteq.details;
        Self::start_limited(authenteq, change, limits).await
    }

    /// With its pages somewhere else than in a folder.
    pub(crate) async fn start_with_pages(assets: Assets) -> Self {
        let place = |config: &mut Config| config.assets = assets;
        Self::start_configured("http://127.0.0.1:9", |_| {}, place, Limits::default()).await
    }

    /// With other limits than in production.
    pub(crate) async fn start_limited(
        authenteq: &str,
        change: impl FnOnce(&mut Settings),
        limits: Limits,
    ) -> Self {
        Self::start_configured(authenteq, change, |_| {}, limits).await
    }

    async fn start_configured(
        authenteq: &str,
        change: impl FnOnce(&mut Settings),
        configure: impl FnOnce(&mut Config),
        limits: Limits,
    ) -> Self {
        let assets = tempfile::tempdir().unwrap();
        write_pages(assets.path());
        fs::write(assets.path().join(SCRIPT), "export {}").unwrap();
        fs::write(assets.path().join(format!("{SCRIPT}.br")), "brotli").unwrap();
        fs::write(assets.path().join("plain.css"), "").unwrap();
        let mut settings = Settings {
            client_id: Some(CLIENT_ID.into()),
            client_secret: Some(CLIENT_SECRET.into()),
            public_url: Some(PUBLIC_URL.into()),
            identity_url: Some(authenteq.into()),
            api_url: Some(authenteq.into()),
            export_url: Some(authenteq.into()),
            operator_listen: Some("127.0.0.1:0".into()),
            operator_key: Some(OPERATOR_KEY.into()),
            // So that a test can be many clients.
            trusted_proxies: Some("127.0.0.1".into()),
            assets: Some(assets.path().display().to_string()),
            ..Settings::default()
        };
        change(&mut settings);
        let seconds = Arc::new(AtomicI64::new(1_900_000_000));
        let clock = {
            let seconds = seconds.clone();
            Clock::new(move || seconds.load(Ordering::SeqCst))
        };
        let mut config = Config::from_settings(settings).unwrap();
        configure(&mut config);
        let stop = Stop::new();
        let app = AppState::new(config.clone(), clock, limits, stop.draining()).unwrap();
        let serve = async |router| {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = format!("http://{}", listener.local_addr().unwrap());
            let draining = stop.draining();
            let limits = listener::Limits {
                // Tests that hang up wait for what comes of it.
                half_close: Duration::from_millis(100),
                ..listener::Limits::default()
            };
            let serving =
                tokio::spawn(
                    async move { listener::serve(listener, router, &limits, draining).await },
                );
            (address, serving)
        };
        let public = router(app.clone());
        let (address, serving) = serve(public.clone()).await;
        let (operator_address, serving_operators) = serve(operator_router(app)).await;
        let mut app = Self::at(address, operator_address);
        app.router = public;
        app.stop = stop;
        app.config = Some(config);
        app.seconds = seconds;
        app.serving = vec![serving, serving_operators];
        app._assets = Some(assets);
        app
    }

    /// One that runs elsewhere, with a clock of its own.
    pub(crate) fn at(address: String, operator_address: String) -> Self {
        Self {
            address,
            operator_address,
            http: http(),
            config: None,
            router: Router::new(),
            stop: Stop::new(),
            seconds: Arc::default(),
            serving: Vec::new(),
            _assets: None,
        }
    }

    /// Its configuration, whose secrets are those that are in use.
    pub(crate) fn config(&self) -> &Config {
        self.config.as_ref().unwrap()
    }

    /// Moves the backend's clock.
    pub(crate) fn advance_clock(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// A request with nothing but the right host.
    pub(crate) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.address));
        request.header(header::HOST, "kyc.example")
    }

    /// A request to the operators' listener, with the key.
    pub(crate) fn operator(&self, path: &str) -> RequestBuilder {
        let request = self.http.get(format!("{}{path}", self.operator_address));
        request.bearer_auth(OPERATOR_KEY)
    }

    /// One figure of `/metrics`, by its name with labels.
    pub(crate) async fn metric(&self, name: &str) -> f64 {
        let text = self.operator("/metrics").send().await.unwrap();
        let text = text.text().await.unwrap();
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.map_or(0.0, |value| value.parse().unwrap())
    }

    /// A browser without cookies.
    pub(crate) fn visitor(&self) -> Visitor<'_> {
        Visitor {
            app: self,
            cookies: BTreeMap::new(),
            from: None,
        }
    }
}

fn http() -> reqwest::Client {
    let http = reqwest::Client::builder().no_proxy();
    let http = http.redirect(reqwest::redirect::Policy::none());
    http.build().unwrap()
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.at_once();
        for serving in &self.serving {
            serving.abort();
        }
    }
}

/// Waits until it is so. For what is given back a moment after an answer.
pub(crate) async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while !is_so().await {
        assert!(Instant::now() < deadline, "{what}: still not so");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A browser on one of our pages.
#[derive(Clone)]
pub(crate) struct Visitor<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) cookies: BTreeMap<String, String>,
    /// What a proxy says who asks.
    pub(crate) from: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn read(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        Self {
            status,
            headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        }
    }

    #[track_caller]
    pub(crate) fn assert_ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }

    /// A problem with exactly these, and nothing that is not a problem's.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), &self.body["code"]),
            (status, &json!(code))
        );
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.headers["cache-control"], "no-store");
        assert_eq!(self.body["status"], status);
        assert_eq!(
            self.body["requestId"],
            self.headers["x-request-id"].to_str().unwrap()
        );
        let members: Vec<_> = self.body.as_object().unwrap().keys().collect();
        assert_eq!(
            members,
            ["code", "requestId", "retryable", "status", "title"]
        );
    }

    /// The `Set-Cookie` lines.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        lines.map(|line| line.to_str().unwrap()).collect()
    }
}

impl Visitor<'_> {
    /// A request as a page of ours makes it.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self
            .app
            .bare(method.clone(), path)
            .header("x-webkyc", "1")
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-dest", "empty");
        if method == Method::POST {
            request = request.header(header::ORIGIN, PUBLIC_URL);
        }
        if let Some(from) = &self.from {
            request = request.header("x-forwarded-for", from);
        }
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        request
    }

    /// Sends it and keeps the cookies that come back.
    pub(crate) async fn send(&mut self, request: RequestBuilder) -> Answer {
        let answer = Answer::read(request).await;
        for line in answer.set_cookies() {
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body))
            .await
    }

    /// Begins a sign-up and gives the authorize URL.
    pub(crate) async fn begin(&mut self, state: &str) -> Url {
        self.begin_as(json!({"state": state})).await
    }

    async fn begin_as(&mut self, request: Value) -> Url {
        let answer = self.post("/api/begin", request).await.assert_ok();
        answer["authorizeUrl"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) async fn exchange(&mut self, code: &str, state: &str) -> Answer {
        self.post("/api/exchange", json!({"code": code, "state": state}))
            .await
    }

    /// Begins and is identified as `person`; gives the code that came back.
    pub(crate) async fn identify(&mut self, state: &str, person: &str) -> String {
        self.identify_as(json!({"state": state}), person).await
    }

    /// The same with all that a page says when it begins.
    pub(crate) async fn identify_as(&mut self, request: Value, person: &str) -> String {
        let state = request["state"].clone();
        let mut url = self.begin_as(request).await;
        url.query_pairs_mut()
            .append_pair("sandbox_scenario", person);
        let response = self.app.http.get(url).send().await.unwrap();
        let location = response.headers()[header::LOCATION].to_str().unwrap();
        let location: Url = location.parse().unwrap();
        let returned: BTreeMap<_, _> = location.query_pairs().into_owned().collect();
        assert_eq!(returned["state"], state);
        returned["code"].clone()
    }
}
