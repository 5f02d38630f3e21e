//! What the program can be told to do.

pub(crate) mod check;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod serve;

/// What it comes from when no HTTP client can be made.
const NO_CLIENT: &str = "cannot make the HTTP client: are CA certificates on this system (ca-certificates, or SSL_CERT_FILE)?";
