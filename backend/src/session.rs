//! From the exchange of a code to the end of the data.

pub mod cookies;
pub mod exchange;
pub(crate) mod expiring;
pub(crate) mod revoked;
