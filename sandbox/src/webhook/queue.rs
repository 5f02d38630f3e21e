//! The verifications that wait for their delivery: each new one, and those to be sent again.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::verification::Finished;

/// A verification whose client gets a message. Looked up at each try, so that a change of the client
/// counts and no pictures are held.
pub(crate) struct QueuedDelivery {
    pub(crate) verification_id: String,
    pub(crate) client_id: String,
}

/// The sending end. The default drops everything.
#[derive(Clone, Default)]
pub(crate) struct DeliveryQueue(Option<UnboundedSender<QueuedDelivery>>);

/// Both ends of the queue, whose receiving end the worker takes.
pub(crate) fn queue() -> (DeliveryQueue, UnboundedReceiver<QueuedDelivery>) {
    let (sender, receiver) = unbounded_channel();
    (DeliveryQueue(Some(sender)), receiver)
}

impl DeliveryQueue {
    /// Queues a delivery. Does not wait, so a caller may hold locks.
    pub(crate) fn push(&self, verification: &Finished) {
        if let Some(sender) = &self.0 {
            // An error means that the sandbox stops.
            let _ = sender.send(QueuedDelivery {
                verification_id: verification.id.clone(),
                client_id: verification.client_id.clone(),
            });
        }
    }
}
