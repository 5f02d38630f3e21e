//! The visitor's session, from the exchange of a code to the expiry of the data.

pub mod cookies;
pub mod exchange;
mod expiring;
pub mod refusal;
pub mod revoked;
