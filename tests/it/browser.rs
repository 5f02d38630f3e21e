//! Chromium, driven by ChromeDriver, or Firefox; one of each for every test.

use std::{
    env, mem,
    panic::{AssertUnwindSafe, resume_unwind},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use futures_util::FutureExt;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    firefox,
    program::Program,
    stack::{Deployment, Stack},
};

/// How long a condition may take. Only a test that fails waits that long.
const PATIENCE: Duration = Duration::from_secs(20);

/// 1 allows, 2 denies.
const CAMERA_SETTING: &str = "profile.default_content_setting_values.media_stream_camera";

pub(crate) struct Browser {
    pub(crate) client: Client,
    session: String,
    http: reqwest::Client,
    _driver: Program,
    _folder: TempDir,
}

/// What kind of browser, and of stack, a test wants.
#[derive(Default)]
pub(crate) struct Kind {
    /// Width, height in CSS pixels, as a phone.
    pub(crate) phone: Option<(u32, u32)>,
    /// Cookies and all storage of pages are refused.
    pub(crate) blocks_storage: bool,
    /// Such as `America/Los_Angeles`.
    pub(crate) time_zone: Option<&'static str>,
    pub(crate) camera: Camera,
    /// Certificates that nobody signed are good enough.
    pub(crate) takes_any_certificate: bool,
    /// Of the stack, not of the browser.
    pub(crate) deployment: Deployment,
}

/// The camera of a browser.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Camera {
    /// The machine has none.
    #[default]
    None,
    /// One that shows a green disc, and that every page may use.
    Invented,
    /// The same, and no page may use it.
    Denied,
}

/// Runs a test with a stack and a browser; on failure keeps a screenshot and says what the
/// console and the programs said.
pub(crate) async fn test(body: impl AsyncFnOnce(&mut Stack, &Browser)) {
    test_in(Kind::default(), body).await;
}

pub(crate) async fn test_in(mut kind: Kind, body: impl AsyncFnOnce(&mut Stack, &Browser)) {
    let mut stack = Stack::start(mem::take(&mut kind.deployment)).await;
    let browser = Browser::open(kind).await;
    let outcome = AssertUnwindSafe(body(&mut stack, &browser))
        .catch_unwind()
        .await;
    if outcome.is_err() {
        let name = std::thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "-");
        browser.screenshot(&format!("failed-{name}")).await;
        eprintln!("console: {:#?}", browser.console().await);
        eprintln!("backend:\n{}", stack.backend.log());
        eprintln!("sandbox:\n{}", stack.sandbox.log());
    }
    let _ = browser.client.clone().close().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// A ChromeDriver and its port.
fn driver(time_zone: &str, folder: &Path) -> (Program, String) {
    let program = env::var_os("WEBKYC_TEST_CHROMEDRIVER").unwrap_or("chromedriver".into());
    loop {
        let mut command = Command::new(&program);
        command.arg("--port=0").env("TZ", time_zone);
        let ready = "ChromeDriver was started successfully on port ";
        match Program::try_start(command, ready, folder.join("driver.log")) {
            Ok(started) => return started,
            // It takes a free port of IPv4, and then the same of IPv6, which may be somebody's.
            Err(told) if told.contains("Address already in use") => {}
            Err(told) => panic!("{told}"),
        }
    }
}

impl Browser {
    async fn open(kind: Kind) -> Self {
        if firefox::is_meant() {
            return Self::open_firefox(kind).await;
        }
        let folder = tempfile::tempdir().unwrap();
        let (driver, port) = driver(kind.time_zone.unwrap_or("UTC"), folder.path());
        let url = format!("http://127.0.0.1:{}", port.trim().trim_end_matches('.'));

        let mut args = vec![
            "--headless=new",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,900",
            "--lang=en-US",
        ];
        // Containers give Chromium's own sandbox nothing to stand on; the pages are all ours.
        args.push("--no-sandbox");
        if kind.camera != Camera::None {
            args.push("--use-fake-device-for-media-stream");
        }
        let mut options = json!({
            "args": args,
            "prefs": {"intl.accept_languages": "en-US"},
        });
        if let Some(chrome) = env::var_os("WEBKYC_TEST_CHROME") {
            options["binary"] = json!(chrome.to_str().unwrap());
        }
        if let Some((width, height)) = kind.phone {
            let metrics = json!({"width": width, "height": height, "pixelRatio": 2, "touch": true});
            options["mobileEmulation"] = json!({"deviceMetrics": metrics});
        }
        match kind.camera {
            Camera::None => {}
            Camera::Invented => options["prefs"][CAMERA_SETTING] = json!(1),
            Camera::Denied => options["prefs"][CAMERA_SETTING] = json!(2),
        }
        if kind.blocks_storage {
            options["prefs"]["profile.default_content_setting_values.cookies"] = json!(2);
        }
        let capabilities = json!({
            "acceptInsecureCerts": kind.takes_any_certificate,
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        Self::connect(&url, &capabilities, driver, folder).await
    }

    async fn open_firefox(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let time_zone = kind.time_zone.unwrap_or("UTC");
        let (driver, url) = firefox::driver(time_zone, folder.path());
        Self::connect(&url, &firefox::capabilities(), driver, folder).await
    }

    async fn connect(url: &str, capabilities: &Value, driver: Program, folder: TempDir) -> Self {
        let client = ClientBuilder::rustls()
            .unwrap()
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(url)
            .await
            .unwrap();
        let session = client.session_id().await.unwrap().unwrap();
        Self {
            session: format!("{url}/session/{session}"),
            client,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            _driver: driver,
            _folder: folder,
        }
    }

    pub(crate) async fn open_page(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Waits until there is such an element.
    #[track_caller]
    pub(crate) fn find(&self, css: &str) -> impl Future<Output = Element> {
        let caller = std::panic::Location::caller();
        async move {
            loop {
                let waiting = self.client.wait().at_most(PATIENCE);
                match waiting.for_element(Locator::Css(css)).await {
                    Ok(element) => return element,
                    // ChromeDriver looked while one page made way for the next.
                    Err(e) if e.to_string().contains("aborted by navigation") => {}
                    Err(e) => panic!("{caller}: no {css} on {}: {e}", self.address().await),
                }
            }
        }
    }

    pub(crate) async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    pub(crate) async fn address(&self) -> String {
        self.client
            .current_url()
            .await
            .map(Into::into)
            .unwrap_or_default()
    }

    /// What the script `return`s.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Waits until the script returns something that is true, and answers that.
    #[track_caller]
    pub(crate) fn wait_for_script(&self, script: &str) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move {
            let began = Instant::now();
            loop {
                // A page that makes way for the next answers nothing.
                let answer = self.client.execute(script, Vec::new()).await;
                let answer = answer.unwrap_or_default();
                if !matches!(answer, Value::Null | Value::Bool(false)) {
                    return answer;
                }
                assert!(
                    began.elapsed() < PATIENCE,
                    "{caller}: never true on {}: {script}",
                    self.address().await
                );
                tokio::task::yield_now().await;
            }
        }
    }

    /// A command of ChromeDriver that WebDriver itself does not have.
    async fn command(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/{path}", self.session);
        let response = self.http.post(url).json(&body).send().await.unwrap();
        let mut answer: Value = response.json().await.unwrap();
        answer["value"].take()
    }

    /// The same for a script that awaits.
    pub(crate) async fn run_async(&self, script: &str) -> Value {
        let script = format!(
            "const done = arguments[0];
             (async () => {{ {script} }})().then(done, (error) => done({{ failed: `${{error}}` }}));"
        );
        self.client.execute_async(&script, vec![]).await.unwrap()
    }

    /// A command of the Chrome DevTools Protocol.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.command("goog/cdp/execute", body).await
    }

    /// Shows pages as somebody with a dark or a light screen sees them, without movement.
    pub(crate) async fn prefers(&self, scheme: &str) {
        let feature = |name, value| json!({"name": name, "value": value});
        let scheme = feature("prefers-color-scheme", scheme);
        let still = feature("prefers-reduced-motion", "reduce");
        let media = json!({"features": [scheme, still]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// What keeps people from using this page, as axe-core sees it: rule, element, what to do.
    pub(crate) async fn violations(&self) -> Vec<String> {
        let axe = env::var_os("WEBKYC_TEST_AXE").expect("run `cargo xtask test`");
        // A driver's script is not the page's: no policy of the page is in its way.
        let axe = std::fs::read_to_string(axe).unwrap();
        self.run(&axe).await;
        let found = self
            .run_async(
                "const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
                const found = await axe.run({ runOnly: tags, preload: false });
                if (found.passes.length === 0) throw 'no rule was looked at';
                return found.violations.flatMap(({ id, nodes }) => nodes.map(
                    ({ target, failureSummary }) =>
                        `${id}: ${target.join(' ')}: ${failureSummary.replace(/\\s+/g, ' ')}`));",
            )
            .await;
        serde_json::from_value(found.clone()).unwrap_or_else(|_| panic!("axe: {found}"))
    }

    /// What the console said since it was last asked. Firefox does not say.
    pub(crate) async fn console(&self) -> Vec<String> {
        if firefox::is_meant() {
            return Vec::new();
        }
        let entries = self.command("se/log", json!({"type": "browser"})).await;
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|e| format!("{}: {}", e["level"], e["message"]))
            .collect()
    }

    /// Keeps what a printer would print, on A4, as `target/screenshots/NAME.pdf`.
    pub(crate) async fn keep_paper(&self, name: &str) {
        let page = json!({"preferCSSPageSize": true});
        let paper = self.devtools("Page.printToPDF", page).await;
        Self::keep(&format!("{name}.pdf"), &decoded(&paper["data"]));
    }

    /// Keeps the whole page as `target/screenshots/NAME.png`.
    pub(crate) async fn screenshot(&self, name: &str) {
        if firefox::is_meant() {
            let shot = self.client.screenshot().await.unwrap();
            return Self::keep(&format!("{name}.png"), &shot);
        }
        let page = json!({"captureBeyondViewport": true});
        let shot = self.devtools("Page.captureScreenshot", page).await;
        Self::keep(&format!("{name}.png"), &decoded(&shot["data"]));
    }

    /// Keeps what is on the screen: DevTools cut a whole page at the wrong side when it is read from the
    /// right.
    pub(crate) async fn keep_view(&self, name: &str) {
        let shot = self.client.screenshot().await.unwrap();
        Self::keep(&format!("{name}.png"), &shot);
    }

    fn keep(name: &str, bytes: &[u8]) {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

fn decoded(base64: &Value) -> Vec<u8> {
    let base64 = base64.as_str().unwrap_or_default();
    base64::Engine::decode(&base64::prelude::BASE64_STANDARD, base64).unwrap()
}
