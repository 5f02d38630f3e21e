//! The webhook: the sandbox sends each finished verification to the client's own server.

mod deliveries;
pub(crate) mod failure;
mod message;
mod queue;

pub(crate) use deliveries::Deliveries;
pub use deliveries::{Delivery, DeliveryOutcome};
pub(crate) use message::{Message, http_client};
pub(crate) use queue::{DeliveryQueue, QueuedDelivery, queue};
