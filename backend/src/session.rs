//! From the exchange of a code to the end of the data.

pub mod cookies;
pub mod exchange;
mod expiring;
pub mod refusal;
pub mod revoked;
