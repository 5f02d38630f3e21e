//! The shop's "database": in memory, until the program ends.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::webkyc::SignUp;

#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) id: String,
    /// The sign-up that was created for it.
    pub(crate) sign_up: String,
    /// Where this customer begins it, or goes on with it.
    pub(crate) url: String,
    pub(crate) state: OrderState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderState {
    /// The customer has not finished the sign-up.
    Open,
    /// The customer canceled, or the identification failed, and may begin again.
    Retry,
    /// The customer came back, and the answer is on its way.
    Checking,
    /// The customer is over 18: the bottle can be sent.
    Released,
    TooYoung,
    /// The documents do not say how old the customer is.
    Unclear,
    /// The sign-up ended without an answer.
    Failed,
    /// The customer did not finish in time.
    Expired,
}

impl Order {
    pub(crate) fn new(id: String, sign_up: String, url: String) -> Self {
        Self {
            id,
            sign_up,
            url,
            state: OrderState::Open,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        use OrderState::{Checking, Open, Retry};
        matches!(self.state, Open | Retry | Checking)
    }
}

/// The orders, each with its customer's session.
#[derive(Default)]
pub(crate) struct Orders(Mutex<Vec<(String, Order)>>);

impl Orders {
    fn all(&self) -> MutexGuard<'_, Vec<(String, Order)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, session: &str, order: Order) {
        self.all().push((session.to_owned(), order));
    }

    /// A session's orders, newest first.
    pub(crate) fn of(&self, session: &str) -> Vec<Order> {
        let all = self.all();
        let own = all.iter().rev().filter(|(owner, _)| owner == session);
        own.map(|(_, order)| order.clone()).collect()
    }

    /// The order of this session that the sign-up was created for.
    pub(crate) fn find(&self, session: &str, sign_up: &str) -> Option<Order> {
        let mut own = self.of(session).into_iter();
        own.find(|order| order.sign_up == sign_up)
    }

    pub(crate) fn by_sign_up(&self, sign_up: &str) -> Option<Order> {
        let all = self.all();
        let found = all.iter().find(|(_, order)| order.sign_up == sign_up);
        found.map(|(_, order)| order.clone())
    }

    /// Decides by what `webkyc` says. A shop that sends real bottles looks at `livemode` too.
    pub(crate) fn settle(&self, sign_up: &SignUp) {
        let age = sign_up
            .claims
            .get("age_over_18")
            .map(|answer| &answer.value);
        let state = match (sign_up.status.as_str(), age) {
            ("verified", Some(Value::Bool(true))) => OrderState::Released,
            ("verified", Some(Value::Bool(false))) => OrderState::TooYoung,
            ("verified", _) => OrderState::Unclear,
            ("failed" | "canceled", _) => OrderState::Failed,
            ("expired", _) => OrderState::Expired,
            ("returned", _) => OrderState::Checking,
            _ if sign_up.last_reason.is_some() => OrderState::Retry,
            _ => OrderState::Open,
        };
        let mut all = self.all();
        let order = all
            .iter_mut()
            .find(|(_, order)| order.sign_up == sign_up.id);
        // A decided order stays as it is: the answers are deleted one day.
        if let Some((_, order)) = order.filter(|(_, order)| order.is_open()) {
            order.state = state;
        }
    }
}
