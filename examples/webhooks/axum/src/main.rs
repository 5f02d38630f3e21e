//! Takes the events of webkyc at `POST /hooks/webkyc`. However often an event comes, it has its effect once.

#![expect(clippy::print_stdout, reason = "it says where it listens")]

use std::{collections::HashSet, env, fs, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use reqwest::{Client, redirect::Policy};
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::{net::TcpListener, sync::Mutex};

struct Shop {
    /// More than one only while you replace the secret.
    webhooks: Vec<Webhook>,
    client: Client,
    webkyc: String,
    key: String,
    tables: Mutex<Tables>,
}

/// Stands for two tables of your database.
#[derive(Default)]
struct Tables {
    seen: HashSet<String>,
    effects: Vec<String>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let setting = |name: &'static str| env::var(name).context(name);
    let secrets = fs::read_to_string(setting("WEBHOOK_SECRET_FILE")?)?;
    // webkyc waits 15 seconds for us.
    let client = Client::builder().redirect(Policy::none());
    let shop = Shop {
        webhooks: secrets
            .split_whitespace()
            .map(Webhook::new)
            .collect::<Result<_, _>>()?,
        client: client.timeout(Duration::from_secs(10)).build()?,
        webkyc: setting("WEBKYC_URL")?,
        key: fs::read_to_string(setting("WEBKYC_KEY_FILE")?)?
            .trim()
            .to_owned(),
        tables: Mutex::default(),
    };
    let listener = TcpListener::bind(format!("127.0.0.1:{}", setting("PORT")?)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let router = Router::new()
        .route("/hooks/webkyc", post(take_event))
        .route("/", get(show))
        .with_state(Arc::new(shop));
    Ok(axum::serve(listener, router).await?)
}

/// `Bytes`, because the signature is over the body as it came.
async fn take_event(
    State(shop): State<Arc<Shop>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, StatusCode> {
    // It refuses timestamps that are more than five minutes away, too.
    let is_signed = |webhook: &Webhook| webhook.verify(&body, &headers).is_ok();
    if !shop.webhooks.iter().any(is_signed) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let id = headers["webhook-id"].to_str().unwrap_or_default();
    let event: Value = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    if shop.tables.lock().await.seen.contains(id) {
        return Ok(StatusCode::NO_CONTENT);
    }
    // After a 503, webkyc sends the event again.
    let effect = effect(&shop, &event).await;
    if let Some(effect) = effect.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)? {
        // In a database: one transaction, in which the primary key of `seen` lets only one INSERT through.
        let mut tables = shop.tables.lock().await;
        if tables.seen.insert(id.to_owned()) {
            tables.effects.push(effect);
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The effect of an event, or `None` for a type that this shop does not know.
async fn effect(shop: &Shop, event: &Value) -> Result<Option<String>> {
    let sign_up = event["data"]["id"].as_str().unwrap_or_default();
    let effect = match event["type"].as_str().unwrap_or_default() {
        "sign_up.verified" if is_over_18(shop, sign_up).await? => "released",
        "sign_up.verified" => "refused",
        "sign_up.failed" | "sign_up.expired" | "sign_up.canceled" => "not verified",
        "sign_up.redacted" => "forgotten",
        _ => return Ok(None),
    };
    Ok(Some(format!("{sign_up} {effect}")))
}

/// Asks webkyc, because an event holds no answer.
async fn is_over_18(shop: &Shop, sign_up: &str) -> Result<bool> {
    let call = shop
        .client
        .get(format!("{}/sign-ups/{sign_up}", shop.webkyc));
    let answer = call
        .bearer_auth(&shop.key)
        .send()
        .await?
        .error_for_status()?;
    let sign_up: Value = answer.json().await?;
    Ok(sign_up["status"] == "verified" && sign_up["claims"]["age_over_18"]["value"] == true)
}

async fn show(State(shop): State<Arc<Shop>>) -> String {
    shop.tables.lock().await.effects.join("\n")
}
