//! A browser, driven through WebDriver and the DevTools protocol.

use std::time::{Duration, Instant};

use base64::{Engine, prelude::BASE64_STANDARD};
use fantoccini::{Client, Locator, elements::Element, error::CmdError};
use serde_json::{Value, json};

use crate::{TIMEOUT, built, http};

/// The longest pause between two looks at a page.
const PAUSE: Duration = Duration::from_millis(100);

/// Which browser this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Chromium,
    Firefox,
    WebKit,
}

/// One browser, opened by [`Driver::with_browser`](crate::driver::Driver::with_browser).
pub struct Browser {
    /// For the commands of WebDriver itself.
    pub client: Client,
    session: String,
    http: reqwest::Client,
    kind: Kind,
}

impl Browser {
    pub(crate) async fn new(client: Client, driver: &str, kind: Kind) -> Self {
        let session = client.session_id().await.unwrap().unwrap();
        Self {
            session: format!("{driver}/session/{session}"),
            client,
            http: http::client(),
            kind,
        }
    }

    /// Goes to this address.
    pub async fn open_page(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Waits until there is such an element.
    #[track_caller]
    pub fn find(&self, css: &str) -> impl Future<Output = Element> {
        let caller = std::panic::Location::caller();
        async move {
            loop {
                let waiting = self.client.wait().at_most(TIMEOUT);
                match waiting.for_element(Locator::Css(css)).await {
                    Ok(element) => return element,
                    // ChromeDriver looked while one page made way for the next.
                    Err(e) if e.to_string().contains("aborted by navigation") => {}
                    Err(e) => panic!("{caller}: no {css} on {}: {e}", self.address().await),
                }
            }
        }
    }

    /// Waits until there is such an element that takes a click, and clicks it.
    pub async fn click(&self, css: &str) {
        let began = Instant::now();
        loop {
            match self.find(css).await.click().await {
                Ok(()) => return,
                // Firefox finds elements before the style sheets have come.
                Err(e) if is_not_interactable(&e) && began.elapsed() < TIMEOUT => {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(e) => panic!("{css} on {}: {e}", self.address().await),
            }
        }
    }

    /// The address of the page.
    pub async fn address(&self) -> String {
        self.client
            .current_url()
            .await
            .map(Into::into)
            .unwrap_or_default()
    }

    /// Runs a script; returns the value that it `return`s.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Runs a script until it returns anything but `null` and `false`; returns that.
    #[track_caller]
    pub fn wait_for_script(&self, script: &str) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move {
            let (began, mut pause) = (Instant::now(), Duration::from_millis(5));
            loop {
                // A page that makes way for the next answers nothing.
                let answer = self.client.execute(script, Vec::new()).await;
                let answer = answer.unwrap_or_default();
                if !matches!(answer, Value::Null | Value::Bool(false)) {
                    return answer;
                }
                assert!(
                    began.elapsed() < TIMEOUT,
                    "{caller}: never true on {}: {script}",
                    self.address().await
                );
                tokio::time::sleep(pause).await;
                pause = PAUSE.min(pause * 2);
            }
        }
    }

    /// A command of ChromeDriver that WebDriver itself does not have.
    async fn command(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/{path}", self.session);
        let response = self.http.post(url).json(&body).send().await.unwrap();
        let status = response.status();
        let mut answer: Value = response.json().await.unwrap();
        assert!(status.is_success(), "{path} {body}: {answer}");
        answer["value"].take()
    }

    /// Runs a script that awaits; returns the value that it `return`s, or `{ failed }`.
    pub async fn run_async(&self, script: &str) -> Value {
        let script = format!(
            "const done = arguments[0];
             (async () => {{ {script} }})().then(done, (error) => done({{ failed: `${{error}}` }}));"
        );
        self.client.execute_async(&script, vec![]).await.unwrap()
    }

    /// A command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.command("goog/cdp/execute", body).await
    }

    /// Runs a script first in every document from now on.
    pub async fn run_first(&self, script: &str) {
        let source = json!({"source": script});
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await;
    }

    /// Shows pages in a `light` or `dark` scheme, and without movement.
    pub async fn prefers(&self, scheme: &str) {
        let feature = |name, value| json!({"name": name, "value": value});
        let scheme = feature("prefers-color-scheme", scheme);
        let still = feature("prefers-reduced-motion", "reduce");
        let media = json!({"features": [scheme, still]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Gives pages this size, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    /// The messages on the console since the last call. Only Chromium gives them.
    pub async fn console(&self) -> Vec<String> {
        if self.kind != Kind::Chromium {
            return Vec::new();
        }
        let entries = self.command("se/log", json!({"type": "browser"})).await;
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|e| format!("{}: {}", e["level"], e["message"]))
            .collect()
    }

    /// Keeps the printed page, on A4, as `target/screenshots/NAME.pdf`.
    pub async fn keep_paper(&self, name: &str) {
        let page = json!({"preferCSSPageSize": true});
        let paper = self.devtools("Page.printToPDF", page).await;
        Self::keep(&format!("{name}.pdf"), &decoded(&paper["data"]));
    }

    /// Keeps the whole page as `target/screenshots/NAME.png`.
    pub async fn screenshot(&self, name: &str) {
        if self.kind != Kind::Chromium {
            let shot = self.client.screenshot().await.unwrap();
            return Self::keep(&format!("{name}.png"), &shot);
        }
        let page = json!({"captureBeyondViewport": true});
        let shot = self.devtools("Page.captureScreenshot", page).await;
        Self::keep(&format!("{name}.png"), &decoded(&shot["data"]));
    }

    /// Keeps only the visible part: DevTools cut a whole page at the wrong side when it runs from right to
    /// left.
    pub async fn keep_view(&self, name: &str) {
        let shot = self.client.screenshot().await.unwrap();
        Self::keep(&format!("{name}.png"), &shot);
    }

    fn keep(name: &str, bytes: &[u8]) {
        let folder = built::root().join("target/screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

fn decoded(base64: &Value) -> Vec<u8> {
    let base64 = base64.as_str().unwrap_or_default();
    BASE64_STANDARD.decode(base64).unwrap()
}

fn is_not_interactable(error: &CmdError) -> bool {
    error
        .to_string()
        .contains("could not be scrolled into view")
}
