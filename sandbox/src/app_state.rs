//! What the sandbox holds while it runs.

use std::sync::Arc;

use crate::client::Client;
use crate::clock::Clock;
use crate::request_log::RequestLog;
use crate::store::Store;

/// What every request may look at.
pub(crate) struct AppState {
    pub(crate) url: String,
    pub(crate) clients: Vec<Arc<Client>>,
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) requests: RequestLog,
}

impl AppState {
    pub(crate) fn client(&self, id: &str) -> Option<&Arc<Client>> {
        self.clients.iter().find(|client| client.id == id)
    }
}
