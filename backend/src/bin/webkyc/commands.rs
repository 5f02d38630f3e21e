//! The commands of the program.

pub(crate) mod check;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod listen;
pub(crate) mod serve;
mod server;
pub(crate) mod sign_ups;

/// The error when the HTTP client cannot be made.
const NO_CLIENT: &str = "cannot make the HTTP client: are CA certificates on this system (ca-certificates, or SSL_CERT_FILE)?";
