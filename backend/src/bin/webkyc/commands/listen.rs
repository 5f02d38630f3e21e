//! `webkyc listen`: sends the events of a running server to a program on this machine, signed as
//! webhooks are. `webkyc trigger`: plays one.

use std::{
    io::{Write, stdout},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use base64::{Engine, prelude::BASE64_STANDARD};
use clap::Args;
use reqwest::{Client, Url, redirect::Policy};
use serde_json::{Value, json};
use webkyc_backend::{
    config::{Config, WebhookSecrets},
    sign_ups::EventKind,
};
use webkyc_shared::problem::ErrorCode;

use super::server::{Refused, Server};

/// As of a webhook's endpoint.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How long the server waits for the next event, in seconds.
const WAIT: &str = "30";
/// How long to wait for a server that does not answer.
const RETRY: Duration = Duration::from_secs(2);

#[derive(Args)]
pub(crate) struct ListenArguments {
    /// Where to send events, such as http://localhost:3000/hooks/webkyc. An event that nothing receives is not sent again
    #[arg(long, value_name = "URL", value_parser = receiver)]
    forward: Url,
}

fn receiver(text: &str) -> Result<Url, String> {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return Err("it must begin with http:// or https://".to_owned());
    }
    Url::parse(text).map_err(|error| error.to_string())
}

#[derive(Args)]
pub(crate) struct TriggerArguments {
    /// The event that the sign-up ends with
    event: EventKind,
    /// The site's own name for its user
    #[arg(long)]
    reference: String,
    /// The key of the site, unless there is only one
    #[arg(long)]
    site: Option<String>,
}

/// Forwards every event from now on, of all sites, until it is interrupted.
pub(crate) async fn listen(config: &Config, arguments: ListenArguments) -> anyhow::Result<()> {
    let server = Server::new(config)?;
    let http = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(TIMEOUT)
        .build()?;
    let secret = format!("whsec_{}", BASE64_STANDARD.encode(random()));
    let secrets = WebhookSecrets::parse(&secret).map_err(anyhow::Error::msg)?;
    let mut cursor = newest(&server).await?;
    say(&format!("signing with {secret}"))?;
    say(&format!("forwarding to {}", arguments.forward))?;
    loop {
        let page = match page(&server, cursor.as_deref(), WAIT).await {
            Ok(page) => page,
            Err(error) => {
                say(&format!("{error:#}"))?;
                if is_cursor_expired(&error)
                    && let Ok(cursor_now) = newest(&server).await
                {
                    cursor = cursor_now;
                    say("going on with the next event")?;
                } else {
                    tokio::time::sleep(RETRY).await;
                }
                continue;
            }
        };
        for event in page["events"].as_array().into_iter().flatten() {
            let (id, kind) = (&event["id"], &event["type"]);
            let outcome = forward(&http, &arguments.forward, &secrets, event).await;
            say(&format!("{kind} {id}: {outcome}"))?;
        }
        cursor = page["cursor"].as_str().map(str::to_owned);
    }
}

fn is_cursor_expired(error: &anyhow::Error) -> bool {
    let refused = error.downcast_ref::<Refused>();
    refused.is_some_and(|refused| refused.code == ErrorCode::CursorExpired)
}

/// The cursor behind the last event there is.
async fn newest(server: &Server) -> anyhow::Result<Option<String>> {
    let mut cursor = None;
    loop {
        let page = page(server, cursor.as_deref(), "0").await?;
        cursor = page["cursor"].as_str().map(str::to_owned);
        if page["events"].as_array().is_none_or(Vec::is_empty) {
            return Ok(cursor);
        }
    }
}

async fn page(server: &Server, cursor: Option<&str>, wait: &str) -> anyhow::Result<Value> {
    let query = [("after", cursor), ("wait", Some(wait))];
    server.get(&["events"], &query).await
}

async fn forward(http: &Client, to: &Url, secrets: &WebhookSecrets, event: &Value) -> String {
    let id = event["id"].as_str().unwrap_or_default();
    let mut body = event.clone();
    if let Some(members) = body.as_object_mut() {
        members.remove("id");
    }
    let body = body.to_string();
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.map_or(0, |since| since.as_secs());
    let signature = secrets.sign(id, i64::try_from(now).unwrap_or_default(), &body);
    let request = http
        .post(to.clone())
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", now)
        .header("webhook-signature", signature)
        .body(body);
    match request.send().await {
        Ok(answer) => answer.status().to_string(),
        Err(error) if error.is_connect() => "nothing listens there".to_owned(),
        Err(error) => error.without_url().to_string(),
    }
}

/// Plays a sign-up that ends with this event, and prints it.
pub(crate) async fn trigger(config: &Config, arguments: TriggerArguments) -> anyhow::Result<()> {
    let server = Server::new(config)?;
    let request = json!({
        "type": arguments.event, "reference": arguments.reference, "site": arguments.site,
    });
    let played = server.post(&["events", "trigger"], &request).await?;
    say(&played.to_string())
}

fn random() -> [u8; 32] {
    let halves = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
    let mut bytes = [0; 32];
    for (half, bytes) in halves.iter().zip(bytes.chunks_exact_mut(16)) {
        bytes.copy_from_slice(half.as_bytes());
    }
    bytes
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(stdout(), "{line}").context("cannot write to standard output")
}
