//! Chromium, driven by ChromeDriver and its DevTools.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{program::Program, setup::Setup};

/// How long a page may take to be what is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// For which a page is left alone.
const ALONE: Duration = Duration::from_millis(1500);
/// For which a browser that was just started is busy with itself.
const SETTLING: Duration = Duration::from_millis(500);
/// How often a port may be somebody else's.
const TRIES: usize = 5;

/// What starts browsers.
pub(crate) struct Driver {
    _program: Program,
    url: String,
    chrome: String,
}

/// A browser that has seen nothing yet.
pub(crate) struct Chromium {
    client: Client,
    session: String,
    http: reqwest::Client,
}

impl Driver {
    pub(crate) fn start(setup: &Setup) -> Result<Self> {
        let ready = "ChromeDriver was started successfully on port ";
        let mut tries = 0;
        let (program, port) = loop {
            let mut command = Command::new(&setup.chromedriver);
            command.arg("--port=0");
            match Program::start(command, ready, &setup.log("chromedriver")) {
                Ok(started) => break started,
                // It takes a free port of IPv4, and then the same of IPv6, which may be somebody's.
                Err(_) if tries < TRIES => tries += 1,
                Err(error) => return Err(error),
            }
        };
        let chrome = setup.chrome.to_str();
        Ok(Self {
            _program: program,
            url: format!("http://127.0.0.1:{}", port.trim().trim_end_matches('.')),
            chrome: chrome.context("a path that is no text")?.to_owned(),
        })
    }

    /// Opens a browser for this alone, and closes it also after a failure.
    pub(crate) async fn fresh<T>(
        &self,
        body: impl AsyncFnOnce(&Chromium) -> Result<T>,
    ) -> Result<T> {
        let browser = self.open().await?;
        sleep(SETTLING).await;
        let outcome = body(&browser).await;
        browser.client.close().await?;
        outcome
    }

    async fn open(&self) -> Result<Chromium> {
        let capabilities = json!({"goog:chromeOptions": {
            "binary": self.chrome,
            "args": [
                "--headless=new",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1280,900",
                "--lang=en-US",
                // Containers give Chromium's own sandbox nothing to stand on.
                "--no-sandbox",
                // What a package would load from its vendor is not there.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
            ],
        }});
        let client = ClientBuilder::rustls()?
            .capabilities(capabilities.as_object().cloned().unwrap_or_default())
            .connect(&self.url)
            .await?;
        let session = client.session_id().await?.context("it has no session")?;
        Ok(Chromium {
            session: format!("{}/session/{session}", self.url),
            client,
            http: reqwest::Client::builder().no_proxy().build()?,
        })
    }
}

impl Chromium {
    pub(crate) async fn goto(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// Goes there as if by a click, without looking on.
    pub(crate) async fn leave_for(&self, url: &str) -> Result<()> {
        let script = "const [url] = arguments; setTimeout(() => location.assign(url), 100)";
        self.client.execute(script, vec![json!(url)]).await?;
        Ok(())
    }

    /// A command of the Chrome DevTools Protocol.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Result<()> {
        let url = format!("{}/goog/cdp/execute", self.session);
        let body = json!({"cmd": command, "params": parameters});
        let answer = self.http.post(url).json(&body).send().await?;
        let status = answer.status();
        ensure!(status.is_success(), "{command}: {}", answer.text().await?);
        Ok(())
    }

    /// Lets this run first in every document.
    pub(crate) async fn run_first(&self, script: &str) -> Result<()> {
        let source = json!({"source": script});
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await
    }

    /// What the promise comes to.
    pub(crate) async fn wait(&self, promise: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[0];
            ({promise}).then(done, (error) => done({{ failed: `${{error}}` }}));"
        );
        let answer = self.client.execute_async(&script, vec![]).await?;
        if let Some(failed) = answer["failed"].as_str() {
            bail!("{failed}");
        }
        Ok(answer)
    }

    /// The same, without a look while it may be measured: each takes some of the page's time.
    pub(crate) async fn poll_later(&self, expression: &str) -> Result<Value> {
        sleep(ALONE).await;
        self.poll(expression).await
    }

    /// What the expression is as soon as it is something, on whatever page.
    pub(crate) async fn poll(&self, expression: &str) -> Result<Value> {
        let script = format!("return {expression}");
        let began = Instant::now();
        loop {
            // A page that makes way for the next answers nothing.
            let answer = self.client.execute(&script, vec![]).await;
            let answer = answer.unwrap_or_default();
            if !matches!(answer, Value::Null | Value::Bool(false)) {
                return Ok(answer);
            }
            if began.elapsed() > PATIENCE {
                let shown = self
                    .client
                    .execute("return document.body.innerText", vec![]);
                bail!("never: {expression}, on {}", shown.await?);
            }
            sleep(PAUSE).await;
        }
    }
}
