//! Webhook messages to a client's own server.

mod message;
mod outcomes;
mod receiver;
mod schedule;

use std::time::Duration;

pub(crate) use message::hmac_sha256;
pub(crate) use receiver::Receiver;
use receiver::{MAX_WAIT, Message};
use webkyc_sandbox::{Client, Delivery, DeliveryOutcome};

use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack, location};

/// The client of the harness, with a webhook.
pub(crate) fn notified(receiver: &Receiver) -> Client {
    Client::new(CLIENT_ID, SECRET, REDIRECT_URI)
        .unwrap()
        .notifying(&receiver.url)
        .unwrap()
}

impl Stack {
    /// Anna, at another client than the harness's.
    async fn approve_for(&self, client_id: &str) {
        let path = format!(
            "/authorize?response_type=code&client_id={client_id}&redirect_uri={REDIRECT_URI}&scope=kyc&sandbox_scenario=anna"
        );
        location(&self.get(&path).await);
    }

    /// The first tries, once their number is reached.
    pub(crate) async fn tries(&self, number: usize) -> Vec<Delivery> {
        let mut pace = tokio::time::interval(Duration::from_millis(2));
        let there = async {
            loop {
                let tries = self.sandbox.deliveries();
                if tries.len() >= number {
                    return tries;
                }
                pace.tick().await;
            }
        };
        tokio::time::timeout(MAX_WAIT, there).await.unwrap()
    }

    /// As much of the sandbox's time as lies between two tries.
    fn move_to_next_try(&self) {
        self.sandbox.advance_clock(Duration::from_secs(10));
    }
}

fn outcomes(tries: &[Delivery]) -> Vec<(u16, DeliveryOutcome)> {
    tries
        .iter()
        .map(|one| (one.number, one.outcome.clone()))
        .collect()
}

fn failure(reason: &str) -> DeliveryOutcome {
    DeliveryOutcome::Failure(reason.to_owned())
}
