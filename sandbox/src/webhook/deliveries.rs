//! The tries to deliver webhook messages, for developers of receivers.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::eviction::KEPT;

/// One try to tell a client of a verification. Neither body nor signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// The verification in the message.
    pub verification_id: String,
    /// The client that it was made for.
    pub client_id: String,
    /// The webhook URL at the time, without its query, in which a receiver may keep a secret.
    pub url: String,
    /// Counts from 1, and again from 1 after a resend.
    pub number: u16,
    /// When the try began, by the client's clock.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// How it ended.
    pub outcome: DeliveryOutcome,
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum DeliveryOutcome {
    /// The receiver answered. 200 is success, and nothing else is.
    Status(u16),
    /// There was no answer, or one that leads elsewhere: why, in a few words.
    Failure(String),
}

impl DeliveryOutcome {
    /// In a sentence.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Status(200) => "It answered 200, which ends the schedule.".to_owned(),
            Self::Status(status) => format!("It answered {status}; only 200 ends the schedule."),
            Self::Failure(why) => format!("It was not reached: {why}."),
        }
    }

    /// Whether it ends the schedule.
    #[must_use]
    pub fn is_success(&self) -> bool {
        *self == Self::Status(200)
    }
}

/// The tries in the order in which they ended.
#[derive(Default)]
pub(crate) struct Deliveries(Mutex<VecDeque<Delivery>>);

impl Deliveries {
    pub(crate) fn keep(&self, delivery: Delivery) {
        let mut kept = self.kept();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(delivery);
    }

    pub(crate) fn forget(&self, client_id: &str) {
        self.kept()
            .retain(|delivery| delivery.client_id != client_id);
    }

    pub(crate) fn forget_all(&self) {
        self.kept().clear();
    }

    /// Those of one verification.
    pub(crate) fn of(&self, verification_id: &str) -> Vec<Delivery> {
        let mut deliveries = self.all();
        deliveries.retain(|one| one.verification_id == verification_id);
        deliveries
    }

    pub(crate) fn all(&self) -> Vec<Delivery> {
        self.kept().iter().cloned().collect()
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Delivery>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(number: u16, outcome: DeliveryOutcome) -> Delivery {
        Delivery {
            verification_id: "3631324b-5bcc-48b0-b717-4f12f45e0a1d".to_owned(),
            client_id: "client!+ID".to_owned(),
            url: "http://localhost:1/hook".to_owned(),
            number,
            at: Timestamp::UNIX_EPOCH,
            outcome,
        }
    }

    #[test]
    fn the_oldest_try_is_forgotten() {
        let deliveries = Deliveries::default();
        for number in 0..=KEPT {
            let number = u16::try_from(number).unwrap();
            deliveries.keep(delivery(number, DeliveryOutcome::Status(500)));
        }
        let all = deliveries.all();
        assert_eq!((all.len(), all[0].number), (KEPT, 1));
    }

    #[test]
    fn only_200_is_success() {
        for status in [199, 201, 202, 204, 302, 404, 500] {
            assert!(!DeliveryOutcome::Status(status).is_success(), "{status}");
        }
        assert!(DeliveryOutcome::Status(200).is_success());
        assert!(!DeliveryOutcome::Failure("200".to_owned()).is_success());
    }

    #[test]
    fn a_delivery_is_written_in_camel_case() {
        let written = serde_json::to_value(delivery(2, DeliveryOutcome::Status(500))).unwrap();
        assert_eq!(
            written,
            serde_json::json!({
                "verificationId": "3631324b-5bcc-48b0-b717-4f12f45e0a1d",
                "clientId": "client!+ID",
                "url": "http://localhost:1/hook",
                "number": 2,
                "at": "1970-01-01T00:00:00Z",
                "outcome": { "status": 500 },
            })
        );
        let failure = DeliveryOutcome::Failure("connection refused".to_owned());
        assert_eq!(
            serde_json::to_value(failure).unwrap(),
            serde_json::json!({ "failure": "connection refused" })
        );
    }
}
