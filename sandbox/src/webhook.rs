//! The webhook: a client's own server hears of every visitor who has passed.

mod courier;
mod deliveries;
mod failure;
mod orders;
mod parcel;
mod signature;

pub(crate) use courier::carry_out;
pub(crate) use deliveries::Deliveries;
pub use deliveries::{Delivery, DeliveryOutcome};
pub use orders::ResendError;
pub(crate) use orders::{Orders, orders, resend};
pub use signature::WebhookSignature;
