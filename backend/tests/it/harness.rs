//! A backend on a port of its own, and its visitors.

mod answer;
mod files;
mod flow;
mod site;
mod store;
mod visitor;

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
use reqwest::{Method, RequestBuilder, header};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use webkyc_backend::{
    AppState, Limits,
    assets::Assets,
    authenteq::Deadlines,
    clock::Clock,
    config::{Config, settings::Settings},
    listener::{self, ConnectionLimits, Stop},
    operator_router, router,
};
use webkyc_sandbox::{Client, Sandbox};
use webkyc_test_kit::http;

#[cfg(unix)]
pub(crate) use self::site::{use_store, use_webhook};
pub(crate) use self::{
    answer::Answer,
    files::Files,
    flow::Flow,
    site::{
        CLAIMS, COOKIE_KEYS, SITES, SiteServer, WEBHOOK_SECRETS, configure_store,
        configure_webhook, sign_up_code,
    },
    store::StoreFaults,
    visitor::Visitor,
};

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

/// The operators' key.
pub(crate) const OPERATOR_KEY: &str = "operator!key-of-32-characters-or-more";

pub(crate) struct TestApp {
    /// `http://127.0.0.1:…`
    pub(crate) address: String,
    /// The same, of the operators' listener.
    pub(crate) operator_address: String,
    pub(crate) http: reqwest::Client,
    /// The routes of the first listener, for tests that need no socket.
    pub(crate) router: Router,
    pub(crate) stop: Stop,
    config: Option<Config>,
    seconds: Arc<AtomicI64>,
    serving: Vec<JoinHandle<usize>>,
    working: Option<JoinHandle<()>>,
    /// The calls of the store that fail.
    pub(crate) store_faults: StoreFaults,
    files: Option<Files>,
    _assets: Option<TempDir>,
}

/// A sandbox that knows our client.
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

/// When the clocks of tests begin: in 2030.
const BEGINNING: i64 = 1_900_000_000;

/// The sandbox draws a person's documents when they are first asked for, which takes seconds where
/// everything is compiled for debugging and other tests run beside it.
fn patient() -> Limits {
    let mut limits = Limits::default();
    limits.authenteq.details = Deadlines {
        head: Duration::from_secs(120),
        total: Duration::from_secs(120),
    };
    limits.authenteq.export = limits.authenteq.details;
    limits
}

/// With the connections of production.
fn usual(limits: Limits) -> (Limits, ConnectionLimits) {
    (limits, ConnectionLimits::default())
}

impl TestApp {
    /// A backend in front of this Authenteq.
    pub(crate) async fn start(authenteq: &str) -> Self {
        Self::start_with(authenteq, |_| {}).await
    }

    pub(crate) async fn start_with(authenteq: &str, change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_limited(authenteq, change, patient()).await
    }

    /// With a clock that begins at the system's time, after a program that has ended.
    pub(crate) async fn start_after(authenteq: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let now = Clock::system().now();
        Self::start_configured(authenteq, change, |_| {}, usual(patient()), now).await
    }

    /// With its pages somewhere else than in a folder.
    pub(crate) async fn start_with_pages(assets: Assets) -> Self {
        let place = |config: &mut Config| config.assets = assets;
        let limits = usual(Limits::default());
        Self::start_configured("http://127.0.0.1:9", |_| {}, place, limits, BEGINNING).await
    }

    /// With a listener that has no room, except for probes of health. No idle connection makes any.
    pub(crate) async fn start_full(
        authenteq: &str,
        change: impl FnOnce(&mut Settings),
        connections: usize,
    ) -> Self {
        let full = ConnectionLimits {
            connections,
            min_idle: Duration::MAX,
            ..ConnectionLimits::default()
        };
        Self::start_configured(authenteq, change, |_| {}, (patient(), full), BEGINNING).await
    }

    /// With other limits than in production.
    pub(crate) async fn start_limited(
        authenteq: &str,
        change: impl FnOnce(&mut Settings),
        limits: Limits,
    ) -> Self {
        Self::start_configured(authenteq, change, |_| {}, usual(limits), BEGINNING).await
    }

    async fn start_configured(
        authenteq: &str,
        change: impl FnOnce(&mut Settings),
        configure: impl FnOnce(&mut Config),
        (limits, connection_limits): (Limits, ConnectionLimits),
        beginning: i64,
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
            // As with Authenteq itself, although its servers are on this machine.
            live: Some("true".into()),
            operator_listen: Some("127.0.0.1:0".into()),
            operator_key: Some(OPERATOR_KEY.into()),
            // So that a test can be many clients.
            trusted_proxies: Some("127.0.0.1".into()),
            assets: Some(assets.path().display().to_string()),
            ..Settings::default()
        };
        change(&mut settings);
        let seconds = Arc::new(AtomicI64::new(beginning));
        let clock = {
            let seconds = seconds.clone();
            Clock::new(move || seconds.load(Ordering::SeqCst))
        };
        let mut config = Config::from_settings(settings).unwrap();
        configure(&mut config);
        let stop = Stop::new();
        let store_faults = StoreFaults::default();
        let app = match &config.store {
            None => AppState::new(config.clone(), clock, limits, stop.draining()).unwrap(),
            Some(configured) => {
                let store = configured.location.open().await.unwrap();
                let store = (store_faults.over(store), configured.keys.clone());
                AppState::with_store(config.clone(), clock, limits, stop.draining(), store)
                    .await
                    .unwrap()
            }
        };
        let working = app.sign_ups().ok().cloned().map(|sign_ups| {
            tokio::spawn(async {
                tokio::join!(sign_ups.clone().work(), sign_ups.send_webhooks()).0
            })
        });
        let serve = async |router| {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = format!("http://{}", listener.local_addr().unwrap());
            let draining = stop.draining();
            let limits = ConnectionLimits {
                // Tests that hang up wait for the backend to notice.
                half_close_timeout: Duration::from_millis(100),
                proxies: config.listeners.trusted_proxies.clone(),
                ..connection_limits.clone()
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
        app.working = working;
        app.store_faults = store_faults;
        app._assets = Some(assets);
        app
    }

    /// One that runs elsewhere, with a clock of its own.
    pub(crate) fn at(address: String, operator_address: String) -> Self {
        Self {
            address,
            operator_address,
            http: http::client(),
            config: None,
            router: Router::new(),
            stop: Stop::new(),
            seconds: Arc::default(),
            serving: Vec::new(),
            working: None,
            store_faults: StoreFaults::default(),
            files: None,
            _assets: None,
        }
    }

    /// Its configuration, whose secrets are those that are in use.
    pub(crate) fn config(&self) -> &Config {
        self.config.as_ref().unwrap()
    }

    /// Moves the backend's clock, and its database's.
    pub(crate) fn advance_clock(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
        if let Some(files) = &self.files {
            files.advance_clock(seconds);
        }
    }

    /// Moves the backend's clock to the system's time, as other processes have it.
    pub(crate) fn catch_up(&self) {
        self.seconds.store(Clock::system().now(), Ordering::SeqCst);
    }

    /// Which has its database in these files.
    pub(crate) fn on(mut self, files: &Files) -> Self {
        self.files = Some(files.clone());
        self
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

    /// How much of a shared resource is left, as `/metrics` has it.
    pub(crate) async fn free(&self, of: &str) -> f64 {
        self.metric(&format!("webkyc_free{{of=\"{of}\"}}")).await
    }

    /// A request of a page of ours whose body breaks off, and its answer.
    pub(crate) async fn cut_off(&self, path: &str) -> Answer {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: kyc.example\r\nOrigin: {PUBLIC_URL}\r\nX-WebKYC: 1\r\n\
             Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
        );
        Answer::ask(&self.address, &request).await
    }

    /// A browser without cookies.
    pub(crate) fn visitor(&self) -> Visitor<'_> {
        Visitor {
            app: self,
            cookies: BTreeMap::new(),
            from: None,
        }
    }

    /// A visitor who has signed up, at an Authenteq that takes any code.
    pub(crate) async fn signed_up(&self) -> Visitor<'_> {
        sign_up(self.visitor()).await
    }

    /// The same from this address.
    pub(crate) async fn signed_up_from(&self, address: impl Into<String>) -> Visitor<'_> {
        sign_up(self.visitor_from(address)).await
    }

    /// A visitor from this address.
    pub(crate) fn visitor_from(&self, address: impl Into<String>) -> Visitor<'_> {
        let mut visitor = self.visitor();
        visitor.from = Some(address.into());
        visitor
    }

    /// A visitor who has signed up as this person of the sandbox.
    pub(crate) async fn signed_up_as(&self, person: &str) -> Visitor<'_> {
        let mut visitor = self.visitor();
        let code = visitor.identify(STATE, person).await;
        visitor.exchange(&code, STATE).await.assert_ok();
        visitor
    }
}

async fn sign_up(mut visitor: Visitor<'_>) -> Visitor<'_> {
    visitor.begin(STATE).await;
    visitor.exchange("code", STATE).await.assert_ok();
    visitor
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.at_once();
        for serving in &self.serving {
            serving.abort();
        }
        if let Some(working) = &self.working {
            working.abort();
        }
    }
}

/// Waits until this is so, for resources that are released a moment after an answer.
pub(crate) async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so().await {
        assert!(Instant::now() < deadline, "{what}: still not so");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
