//! Asks the second listener of the server that runs with the same settings.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use reqwest::{Client, RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use webkyc_backend::config::Config;
use webkyc_shared::problem::{ErrorCode, Problem};

use super::health::reachable;

/// Longer than the longest long poll.
const TIMEOUT: Duration = Duration::from_secs(45);

/// The server, and the operator's key.
pub(super) struct Server {
    http: Client,
    url: Url,
    key: SecretString,
}

/// The server's problem.
#[derive(Debug, thiserror::Error)]
#[error("{}: {title}", code.name())]
pub(super) struct Refused {
    pub(super) code: ErrorCode,
    title: String,
}

impl Server {
    /// Fails when these settings have no second listener.
    pub(super) fn new(config: &Config) -> anyhow::Result<Self> {
        let operator = config.listeners.operator.as_ref();
        let operator =
            operator.context("WEBKYC_OPERATOR_LISTEN is not set: there is no server to ask")?;
        let address = reachable(operator.listen);
        ensure!(
            address.port() != 0,
            "WEBKYC_OPERATOR_LISTEN names port 0: give the port that the server listens on"
        );
        Ok(Self {
            http: Client::builder().no_proxy().timeout(TIMEOUT).build()?,
            url: format!("http://{address}/").parse()?,
            key: operator.key.get().expose_secret().into(),
        })
    }

    pub(super) async fn get(
        &self,
        path: &[&str],
        query: &[(&str, Option<&str>)],
    ) -> anyhow::Result<Value> {
        let mut url = self.address(path)?;
        for (name, value) in query {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        self.ask(self.http.get(url)).await
    }

    pub(super) async fn post(&self, path: &[&str], body: &Value) -> anyhow::Result<Value> {
        let request = self.http.post(self.address(path)?);
        let request = request.header("content-type", "application/json");
        self.ask(request.body(body.to_string())).await
    }

    /// A POST without content.
    pub(super) async fn post_empty(&self, path: &[&str]) -> anyhow::Result<Value> {
        self.post(path, &json!({})).await
    }

    fn address(&self, path: &[&str]) -> anyhow::Result<Url> {
        let mut url = self.url.clone();
        let segments = url.path_segments_mut();
        let mut segments = segments.map_err(|()| anyhow::anyhow!("the address has no path"))?;
        segments.pop_if_empty().extend(path);
        drop(segments);
        Ok(url)
    }

    async fn ask(&self, request: RequestBuilder) -> anyhow::Result<Value> {
        let request = request.bearer_auth(self.key.expose_secret());
        let answer = request.send().await;
        let answer = answer.map_err(reqwest::Error::without_url);
        let answer = answer.with_context(|| format!("{} does not answer", self.url))?;
        let status = answer.status();
        let body = answer.bytes().await.context("the answer broke off")?;
        if !status.is_success() {
            match serde_json::from_slice::<Problem>(&body) {
                Ok(Problem { code, title, .. }) => return Err(Refused { code, title }.into()),
                Err(_) => bail!("{} answers {status}: is it a webkyc?", self.url),
            }
        }
        serde_json::from_slice(&body).context("the answer is no JSON: is it a webkyc?")
    }
}
