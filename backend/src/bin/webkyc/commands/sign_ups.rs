//! `webkyc sign-ups`: lists, shows and redacts the stored sign-ups of the running server.

use std::{
    io::{Write, stdout},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use clap::{Args, Subcommand};
use reqwest::{Client, RequestBuilder, Url};
use secrecy::ExposeSecret;
use serde_json::Value;
use webkyc_backend::config::Config;
use webkyc_shared::problem::Problem;

use super::health::reachable;

/// Longer than any of these answers takes.
const TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Args)]
pub(crate) struct SignUpsArguments {
    #[command(subcommand)]
    command: SignUpsCommand,
}

#[derive(Subcommand)]
enum SignUpsCommand {
    /// Print sign-ups, newest first, one JSON object a line
    List(ListArguments),
    /// Print one sign-up
    Show {
        /// Its id: su_…
        id: String,
    },
    /// Delete all that is personal of a sign-up; its status and times stay
    Redact {
        /// Its id: su_…
        id: String,
    },
}

#[derive(Args)]
struct ListArguments {
    /// Only those of this site
    #[arg(long)]
    site: Option<String>,
    /// Only those with this reference; needs --site
    #[arg(long, requires = "site")]
    reference: Option<String>,
    /// Only those with this status: created, started, returned, verified, failed, expired, canceled
    #[arg(long)]
    status: Option<String>,
}

/// Asks the second listener of the server that runs with these settings, with the operator's key.
pub(crate) async fn run(config: &Config, arguments: SignUpsArguments) -> anyhow::Result<()> {
    let operator = config.listeners.operator.as_ref();
    let operator = operator.context("WEBKYC_OPERATOR_LISTEN is not set: there is nobody to ask")?;
    let address = reachable(operator.listen);
    ensure!(
        address.port() != 0,
        "WEBKYC_OPERATOR_LISTEN names port 0: give the port that the server listens on"
    );
    let server = Server {
        http: Client::builder().no_proxy().timeout(TIMEOUT).build()?,
        url: format!("http://{address}/sign-ups").parse()?,
        key: operator.key.get().expose_secret().to_owned(),
    };
    match arguments.command {
        SignUpsCommand::List(list) => server.list(&list).await,
        SignUpsCommand::Show { id } => {
            let url = server.sign_up(&id, None)?;
            print(&server.ask(server.http.get(url)).await?)
        }
        SignUpsCommand::Redact { id } => {
            let url = server.sign_up(&id, Some("redact"))?;
            print(&server.ask(server.http.post(url)).await?)
        }
    }
}

struct Server {
    http: Client,
    url: Url,
    key: String,
}

impl Server {
    async fn list(&self, list: &ListArguments) -> anyhow::Result<()> {
        let mut after = None;
        loop {
            let mut url = self.url.clone();
            let filters = [
                ("site", &list.site),
                ("reference", &list.reference),
                ("status", &list.status),
                ("after", &after),
            ];
            for (name, value) in filters {
                if let Some(value) = value {
                    url.query_pairs_mut().append_pair(name, value);
                }
            }
            let page = self.ask(self.http.get(url)).await?;
            for sign_up in page["signUps"].as_array().into_iter().flatten() {
                print(sign_up)?;
            }
            match page["next"].as_str() {
                Some(next) => after = Some(next.to_owned()),
                None => return Ok(()),
            }
        }
    }

    fn sign_up(&self, id: &str, call: Option<&str>) -> anyhow::Result<Url> {
        ensure!(id.starts_with("su_"), "{id:?} is no id of a sign-up: su_…");
        let mut url = self.url.clone();
        let segments = url.path_segments_mut();
        let mut segments = segments.map_err(|()| anyhow::anyhow!("the address has no path"))?;
        segments.push(id).extend(call);
        drop(segments);
        Ok(url)
    }

    async fn ask(&self, request: RequestBuilder) -> anyhow::Result<Value> {
        let request = request.bearer_auth(&self.key);
        let answer = request.send().await;
        let answer = answer.map_err(reqwest::Error::without_url);
        let answer = answer.with_context(|| format!("{} does not answer", self.url))?;
        let status = answer.status();
        let body = answer.bytes().await.context("the answer broke off")?;
        if !status.is_success() {
            match serde_json::from_slice::<Problem>(&body) {
                Ok(problem) => bail!("{}: {}", problem.code.name(), problem.title),
                Err(_) => bail!("{} answers {status}: is it a webkyc?", self.url),
            }
        }
        serde_json::from_slice(&body).context("the answer is no JSON: is it a webkyc?")
    }
}

fn print(sign_up: &Value) -> anyhow::Result<()> {
    writeln!(stdout(), "{sign_up}").context("cannot write to standard output")
}
