//! A running `webkyc`, and visitors with a session there.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicU16, Ordering},
};

use anyhow::{Context, Result, bail};
use reqwest::{
    RequestBuilder, Response,
    header::{COOKIE, ORIGIN, SET_COOKIE},
};
use serde_json::json;
use webkyc_test_kit::{
    http,
    program::Program,
    stack::{self, Credentials, start_backend},
};

use crate::{setup::Setup, upstream::Size};

const STATE: &str = "c3RhdGVzdGF0ZXN0YXRlc3RhdGVzdGF0ZXN0YXRlMDA";
/// The same at every replica.
const COOKIE_KEY: &str = "bm8gc2VjcmV0LCBpdCBpcyBmb3IgbWVhc3VyaW5nISE=";

const CLIENT: Credentials<'_> = Credentials {
    id: "bench",
    secret: "bench",
};

pub(crate) struct Backend {
    pub(crate) program: Program,
    /// `HOST:PORT` on which it listens.
    pub(crate) address: String,
    /// The host of its public URL.
    host: String,
    /// How many visitors have signed up, each from an address of its own.
    visitors: AtomicU16,
}

impl Backend {
    /// Starts it as in production, with a log line for each request.
    pub(crate) fn start(setup: &Setup, upstream: &str) -> Self {
        Self::start_at(setup, upstream, "http://localhost:8080", &[])
    }

    /// Starts it with this public URL.
    pub(crate) fn start_at(
        setup: &Setup,
        upstream: &str,
        public_url: &str,
        settings: &[(&str, &str)],
    ) -> Self {
        let command = Self::command(setup, upstream, public_url, settings);
        Self::start_command(command, public_url)
    }

    /// Starts what [`command`] made.
    pub(crate) fn start_command(command: Command, public_url: &str) -> Self {
        let (program, address) = start_backend(command);
        let host = public_url.trim_start_matches("http://");
        Self::at(program, address, host.split('/').next().unwrap_or(host))
    }

    /// The command that starts it.
    pub(crate) fn command(
        setup: &Setup,
        upstream: &str,
        public_url: &str,
        settings: &[(&str, &str)],
    ) -> Command {
        let pages = setup.pages.as_deref();
        command(&setup.backend, pages, upstream, public_url, settings)
    }

    /// One that runs.
    pub(crate) fn at(program: Program, address: String, host: &str) -> Self {
        Self {
            program,
            address,
            host: host.to_owned(),
            visitors: AtomicU16::default(),
        }
    }

    /// A visitor without cookies, with an address of its own.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor {
            host: self.host.clone(),
            cookies: Vec::new(),
            number: self.visitors.fetch_add(1, Ordering::Relaxed),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Signs up through the API, as the page does.
    pub(crate) async fn sign_up(&self, size: Size) -> Result<Visitor> {
        let mut visitor = self.exchange(size.word()).await?;
        let request = visitor.request(http::client().get(self.url("/api/details")));
        visitor.keep_cookies(&succeeded(request.send().await?).await?)?;
        Ok(visitor)
    }

    /// Signs up several visitors, because one session gets only a share of the server.
    pub(crate) async fn sign_ups(&self, size: Size, count: usize) -> Result<Vec<Visitor>> {
        let mut visitors = Vec::with_capacity(count);
        for _ in 0..count {
            visitors.push(self.sign_up(size).await?);
        }
        Ok(visitors)
    }

    /// Begins a sign-up and exchanges this code.
    pub(crate) async fn exchange(&self, code: &str) -> Result<Visitor> {
        let mut visitor = self.visitor();
        let http = http::client();
        for (path, body) in [
            ("/api/begin", json!({"state": STATE})),
            ("/api/exchange", json!({"state": STATE, "code": code})),
        ] {
            let request = visitor.request(http.post(self.url(path)));
            let answer = succeeded(request.json(&body).send().await?).await?;
            visitor.keep_cookies(&answer)?;
        }
        Ok(visitor)
    }
}

/// The command that starts this program, with a folder of pages if it has none inside.
pub(crate) fn command(
    program: &Path,
    pages: Option<&Path>,
    upstream: &str,
    public_url: &str,
    settings: &[(&str, &str)],
) -> Command {
    let mut command = stack::backend(program, CLIENT, public_url, upstream);
    command
        .env("WEBKYC_COOKIE_KEYS", COOKIE_KEY)
        // Each request names another client, because the rate limits would stop a single one.
        .env("WEBKYC_TRUSTED_PROXIES", "127.0.0.1")
        .env("WEBKYC_LOG", "info")
        .envs(settings.iter().copied());
    if let Some(pages) = pages {
        command.env("WEBKYC_ASSETS", pages);
    }
    command
}

async fn succeeded(answer: Response) -> Result<Response> {
    let (status, url) = (answer.status(), answer.url().clone());
    if !status.is_success() {
        bail!("{}: {status}: {}", url.path(), answer.text().await?);
    }
    Ok(answer)
}

/// The cookies of a browser.
#[derive(Clone)]
pub(crate) struct Visitor {
    host: String,
    cookies: Vec<(String, String)>,
    /// Its place among the visitors, which gives its address.
    number: u16,
}

impl Visitor {
    pub(crate) fn keep_cookies(&mut self, answer: &Response) -> Result<()> {
        for line in answer.headers().get_all(SET_COOKIE) {
            let line = line.to_str()?;
            let pair = line.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').context("a cookie without a value")?;
            self.cookies.retain(|(known, _)| known != name);
            if !line.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        Ok(())
    }

    /// The value of the `Cookie` header.
    pub(crate) fn cookie(&self) -> String {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// The headers of each of its requests.
    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let cookie = self.cookie();
        let origin = format!("http://{}", self.host);
        [
            // In the spelling of wrk, which would add its own otherwise.
            ("Host", self.host.clone()),
            (ORIGIN.as_str(), origin),
            ("x-webkyc", "1".to_owned()),
            (COOKIE.as_str(), cookie),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    /// Adds this visitor's headers and address.
    pub(crate) fn request(&self, request: RequestBuilder) -> RequestBuilder {
        self.request_from(request, self.number)
    }

    /// Adds this visitor's headers, and the address with this number.
    pub(crate) fn request_from(&self, mut request: RequestBuilder, address: u16) -> RequestBuilder {
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let [high, low] = address.to_be_bytes();
        request.header("X-Forwarded-For", format!("10.1.{high}.{low}"))
    }
}

/// In bytes.
pub(crate) fn file_size(program: &Path) -> Result<f64> {
    let file = std::fs::metadata(program);
    let bytes = file
        .with_context(|| format!("cannot read {}", program.display()))?
        .len();
    Ok(f64::from(
        u32::try_from(bytes).context("over four gigabytes")?,
    ))
}
