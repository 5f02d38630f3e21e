//! Sends events to the servers of sites (Standard Webhooks 1.0).

use std::{sync::Arc, time::Duration};

use jiff::fmt::rfc2822;
use reqwest::{Client, Response, StatusCode, header, redirect::Policy};
use serde::Serialize;
use tokio::{sync::Semaphore, task::JoinSet};
use tracing::{info, warn};

use super::SignUps;
use crate::{
    config::Webhook,
    store::{self, Delivery, NotDelivered},
};

/// Deliveries under way at the same time.
const PLACES: usize = 8;
/// How long an endpoint has for its answer.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How long a worker has for one delivery, in seconds; another one takes over after it.
const LEASE_SECONDS: i64 = 60;
/// How often due deliveries are looked for.
const TICK: Duration = Duration::from_secs(1);

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// The delays after each try that failed, in seconds; after the last one the delivery is given up.
const DELAYS: [i64; 9] = [
    5,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
];
/// The longest `Retry-After` that is honoured, in seconds.
const LONGEST_WAIT: i64 = 24 * HOUR;

/// Why an endpoint did not take an event.
struct NotTaken {
    reason: &'static str,
    /// Whether it would take no other event either: it is away, fails or is busy. A 4xx is about this
    /// event.
    is_failing: bool,
    /// Seconds, from `Retry-After`.
    retry_after: Option<i64>,
}

impl SignUps {
    /// Sends events until the process ends. The next process sends those again that are under way at
    /// that moment: a delivery is made at least once.
    pub async fn send_webhooks(self) {
        let sites = self.0.config.sites.iter();
        let sites = sites.filter(|(_, site)| site.webhook.is_some());
        let sites: Arc<[String]> = sites.map(|(key, _)| key.to_owned()).collect();
        if sites.is_empty() {
            return;
        }
        let client = match client() {
            Ok(client) => client,
            Err(error) => {
                warn!(%error, "webhooks cannot be sent");
                return;
            }
        };
        let places = Arc::new(Semaphore::new(PLACES));
        let mut sending = JoinSet::new();
        let mut changes = self.0.changes.subscribe();
        loop {
            changes.borrow_and_update();
            while let Ok(place) = places.clone().try_acquire_owned() {
                let now = self.now();
                let lease = self.0.store.lease_delivery(&sites, now, LEASE_SECONDS);
                match lease.await {
                    Ok(Some(delivery)) => {
                        let (sign_ups, client) = (self.clone(), client.clone());
                        sending.spawn(async move {
                            sign_ups.send(&client, delivery).await;
                            drop(place);
                        });
                    }
                    Ok(None) => break,
                    Err(error) => {
                        warn!(%error, "the store of sign-ups does not answer");
                        break;
                    }
                }
            }
            tokio::select! {
                _ = changes.changed() => {}
                Some(_) = sending.join_next() => {}
                () = tokio::time::sleep(TICK) => {}
            }
        }
    }

    async fn send(&self, client: &Client, delivery: Delivery) {
        let event = delivery.event.id.clone();
        if let Err(error) = self.try_send(client, delivery).await {
            // The lease ends, and the event is sent again.
            warn!(%error, event, "a delivery is not written down yet");
        }
    }

    async fn try_send(&self, client: &Client, delivery: Delivery) -> store::Result<()> {
        let event = &delivery.event;
        let site = self.0.config.sites.get(&event.sign_up.site);
        let Some(webhook) = site.and_then(|site| site.webhook.as_ref()) else {
            return Ok(());
        };
        let Ok(body) = self.event_body(event) else {
            // The lease ends, and a replica that has the key sends it.
            return Ok(());
        };
        let sent = self.post(client, webhook, &event.id, &body);
        let NotTaken {
            reason,
            is_failing,
            retry_after,
        } = match sent.await {
            Ok(()) => {
                self.0.metrics.webhook_sent("delivered");
                return self.0.store.delivered(&event.id, self.now()).await;
            }
            Err(not_taken) => not_taken,
        };
        self.0.metrics.webhook_sent(reason);
        let tries = usize::try_from(delivery.tries).unwrap_or(usize::MAX);
        let due_at = DELAYS.get(tries).map(|delay| {
            let delay = delay + jitter(*delay);
            self.now() + delay.max(retry_after.unwrap_or(0).min(LONGEST_WAIT))
        });
        let (id, site) = (&event.id, &event.sign_up.site);
        match due_at {
            Some(due_at) => info!(event = id, site, reason, due_at, "a webhook was not taken"),
            None => warn!(event = id, site, reason, "a webhook is given up"),
        }
        let not_delivered = NotDelivered {
            event: &event.id,
            due_at,
            is_failing,
            now: self.now(),
        };
        self.0.store.not_delivered(not_delivered).await
    }

    async fn post(
        &self,
        client: &Client,
        webhook: &Webhook,
        id: &str,
        body: &impl Serialize,
    ) -> Result<(), NotTaken> {
        let failed = |reason| NotTaken {
            reason,
            is_failing: true,
            retry_after: None,
        };
        let body = serde_json::to_string(body).map_err(|_| failed("unwritable"))?;
        let now = self.now();
        let request = client
            .post(webhook.url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", now)
            .header(
                "webhook-signature",
                webhook.secrets.get().sign(id, now, &body),
            )
            .body(body);
        let answer = request.send().await.map_err(|error| {
            failed(if error.is_timeout() {
                "timeout"
            } else if error.is_connect() {
                "unreachable"
            } else {
                "broken"
            })
        })?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status if status.is_redirection() => Err(failed("redirect")),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Err(NotTaken {
                reason: "busy",
                is_failing: true,
                retry_after: retry_after(&answer, now),
            }),
            status if status.is_client_error() => Err(NotTaken {
                reason: "refused",
                is_failing: false,
                retry_after: None,
            }),
            _ => Err(failed("failed")),
        }
    }
}

fn client() -> Result<Client, reqwest::Error> {
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(TIMEOUT)
        .user_agent(concat!("webkyc/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// The seconds until the time in `Retry-After` (RFC 9110, section 10.2.3).
fn retry_after(answer: &Response, now: i64) -> Option<i64> {
    let given = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = given.parse() {
        return Some(seconds);
    }
    let time = rfc2822::parse(given).ok()?;
    Some(time.timestamp().as_second() - now)
}

/// Up to a tenth more, so that deliveries that failed together do not come back together.
fn jitter(delay: i64) -> i64 {
    use aes_gcm::aead::{OsRng, rand_core::RngCore};
    i64::from(OsRng.next_u32()) * (delay / 10) / i64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_take_more_than_three_days_and_jitter_only_adds() {
        let total: i64 = DELAYS.iter().sum();
        assert!((72 * HOUR..80 * HOUR).contains(&total), "{total}");
        for delay in DELAYS {
            assert!((0..=delay / 10).contains(&jitter(delay)));
        }
    }
}
