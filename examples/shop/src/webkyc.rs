//! The five calls to `webkyc`'s second listener.

use std::{collections::HashMap, time::Duration};

use reqwest::{
    Client, RequestBuilder, Result,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
    redirect::Policy,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

/// Longer than the longest poll.
const TIMEOUT: Duration = Duration::from_secs(40);

pub(crate) struct Webkyc {
    client: Client,
    url: String,
}

#[derive(Deserialize)]
pub(crate) struct Created {
    pub(crate) id: String,
    pub(crate) url: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct SignUp {
    pub(crate) id: String,
    pub(crate) status: String,
    /// Why the last try went wrong; `NO_CODE`: canceled, or not verified.
    #[serde(rename = "lastReason", skip_serializing_if = "Option::is_none")]
    pub(crate) last_reason: Option<String>,
    /// Once it is `verified`, until they are deleted.
    #[serde(default)]
    pub(crate) claims: HashMap<String, Answer>,
    /// The members that the shop shows and does not decide by.
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Answer {
    /// `true`, `false` or `"unknown"` for a yes-no claim.
    pub(crate) value: Value,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Deserialize)]
pub(crate) struct FeedPage {
    pub(crate) events: Vec<Event>,
    pub(crate) cursor: String,
}

#[derive(Deserialize)]
pub(crate) struct Event {
    pub(crate) data: EventData,
}

#[derive(Deserialize)]
pub(crate) struct EventData {
    pub(crate) id: String,
}

impl Webkyc {
    pub(crate) fn new(url: &str, key: &str) -> anyhow::Result<Self> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {key}"))?;
        bearer.set_sensitive(true);
        let client = Client::builder()
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
            .redirect(Policy::none())
            .timeout(TIMEOUT);
        Ok(Self {
            client: client.build()?,
            url: url.trim_end_matches('/').to_owned(),
        })
    }

    /// The order's id is the reference, and makes the call safe to repeat.
    pub(crate) async fn create_sign_up(&self, order: &str) -> Result<Created> {
        let request = json!({"reference": order, "return": "done", "claims": ["age_over_18"]});
        let call = self.client.post(format!("{}/sign-ups", self.url));
        send(call.header("Idempotency-Key", order).json(&request)).await
    }

    /// Waits up to so many seconds for the result.
    pub(crate) async fn sign_up(&self, id: &str, wait: u8) -> Result<SignUp> {
        send(
            self.client
                .get(format!("{}/sign-ups/{id}?wait={wait}", self.url)),
        )
        .await
    }

    /// With `release = "on-return"`: takes the code that came with the visitor.
    pub(crate) async fn claim(&self, id: &str, code: &str) -> Result<SignUp> {
        let call = self
            .client
            .post(format!("{}/sign-ups/{id}/claim", self.url));
        send(call.json(&json!({"code": code}))).await
    }

    /// Waits up to half a minute for the next events.
    pub(crate) async fn events(&self, after: Option<&str>) -> Result<FeedPage> {
        // A cursor is base64url, which needs no escapes.
        let after = after
            .map(|cursor| format!("&after={cursor}"))
            .unwrap_or_default();
        send(
            self.client
                .get(format!("{}/events?wait=30{after}", self.url)),
        )
        .await
    }
}

async fn send<T: DeserializeOwned>(call: RequestBuilder) -> Result<T> {
    call.send().await?.error_for_status()?.json().await
}
