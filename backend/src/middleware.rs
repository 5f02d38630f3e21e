//! What every request passes before a handler.

pub(crate) mod client_ip;
pub(crate) mod cors;
pub(crate) mod gate;
pub(crate) mod rate_limit;
pub(crate) mod request_body;
pub(crate) mod request_log;
pub(crate) mod security_headers;
