//! What the sandbox holds while it runs.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::{
    client::Client,
    clients::Clients,
    clock::Clock,
    dialect::Dialect,
    fault::{Effect, Endpoint},
    journal::Journal,
    listener::Tunnels,
    script::Scripts,
    sign_up::{AuthorizationRequest, Progress},
    store::Store,
    verification::Finished,
    webhook::{Deliveries, DeliveryQueue},
};

/// What every request may look at.
pub(crate) struct AppState {
    pub(crate) url: String,
    /// Whether that is what it was told, and not the address it listens on.
    pub(crate) is_told_its_url: bool,
    /// Where other programs of this machine reach it, whatever it was told.
    pub(crate) local_url: String,
    /// Whether it listens on every address and was told no name, so that only who asks knows how
    /// to reach it.
    pub(crate) everywhere: bool,
    /// Whether it can be reached from other machines.
    pub(crate) exposed: bool,
    pub(crate) dialect: Dialect,
    pub(crate) clients: Clients,
    /// Those it started with, which a reset brings back.
    pub(crate) first_clients: Vec<Arc<Client>>,
    pub(crate) clock: Clock,
    pub(crate) scripts: Arc<Scripts>,
    pub(crate) store: Store,
    pub(crate) journal: Arc<Journal>,
    /// Without TLS there are none.
    pub(crate) tunnels: Option<Tunnels>,
    pub(crate) delivery_queue: DeliveryQueue,
    pub(crate) deliveries: Deliveries,
    /// True once the sandbox is told to stop.
    pub(crate) stopping: watch::Receiver<bool>,
}

impl AppState {
    pub(crate) fn client(&self, id: &str) -> Option<Arc<Client>> {
        self.clients.get(id)
    }

    /// The present of the client whose sign-up this is.
    pub(crate) fn now_of_sign_up(&self, id: &str) -> Timestamp {
        match self.store.client_of_sign_up(id) {
            Some(client_id) => self.clock.now_of(&client_id),
            None => self.clock.now(),
        }
    }

    /// What a sign-up is about, and how far it has come, unless it is unknown or too old.
    pub(crate) fn sign_up(&self, id: &str) -> Option<(Arc<AuthorizationRequest>, Progress)> {
        self.store.sign_up(id, self.now_of_sign_up(id))
    }

    /// What the answer of an endpoint is to suffer: what the client was told first, then what the
    /// scenario brings with it.
    pub(crate) fn effect_at(
        &self,
        endpoint: Endpoint,
        client_id: &str,
        verification: Option<&Finished>,
    ) -> Option<Effect> {
        let told = self.scripts.take_effect(client_id, endpoint);
        told.or_else(|| verification?.scenario.effect_at(endpoint))
    }

    /// As if the client had just been added: nothing begun, issued, told or moved.
    pub(crate) fn reset_client(&self, id: &str) {
        self.store.forget(id);
        self.scripts.forget(id);
        self.clock.forget(id);
        self.deliveries.forget(id);
        self.journal.forget(id);
    }

    /// As if the sandbox had just been started.
    pub(crate) fn reset(&self) {
        self.clients.replace_all(self.first_clients.clone());
        self.store.forget_all();
        self.scripts.forget_all();
        self.clock.reset();
        self.deliveries.forget_all();
        self.journal.forget_all();
    }
}
