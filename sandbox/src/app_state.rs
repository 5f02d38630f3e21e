//! The state that all requests share.

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
    verifier::Verifier,
    webhook::{Deliveries, DeliveryQueue},
};

pub(crate) struct AppState {
    pub(crate) url: String,
    /// Whether `url` was configured; otherwise it is the address to listen on.
    pub(crate) has_public_url: bool,
    /// The address for programs on this machine.
    pub(crate) local_url: String,
    /// Whether it listens on every address without a public URL. Then only the `Host` of a request
    /// says how it is reached.
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
    /// Reads visitors' own documents.
    pub(crate) verifier: Option<Verifier>,
    pub(crate) journal: Arc<Journal>,
    /// Without TLS there are none.
    pub(crate) tunnels: Option<Tunnels>,
    pub(crate) delivery_queue: DeliveryQueue,
    pub(crate) deliveries: Deliveries,
    /// True once the sandbox has to stop.
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

    /// A sign-up's request and progress, unless it is unknown or too old.
    pub(crate) fn sign_up(&self, id: &str) -> Option<(Arc<AuthorizationRequest>, Progress)> {
        self.store.sign_up(id, self.now_of_sign_up(id))
    }

    /// The fault to play at an endpoint: first the client's script, then the scenario. None touches what was
    /// read of a visitor's own document.
    pub(crate) fn effect_at(
        &self,
        endpoint: Endpoint,
        client_id: &str,
        verification: Option<&Finished>,
    ) -> Option<Effect> {
        if verification.is_some_and(|one| one.played.is_none()) {
            return None;
        }
        let scripted = self.scripts.take_effect(client_id, endpoint);
        scripted.or_else(|| verification?.played?.effect_at(endpoint))
    }

    /// Forgets the client's sign-ups, records and script, and moves its clock back.
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
