//! The backend over real HTTP, against the sandbox; against a scripted server where Authenteq
//! must misbehave in ways the sandbox does not.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected should end there"
)]

mod blocking_files;
mod changed_flow;
mod commands;
mod cookies;
mod cross_origin;
mod details;
mod exchange;
mod export_access;
mod exports;
mod fault_matrix;
mod gate;
mod harness;
mod health;
mod host_header;
mod hostile_input;
mod insecure_settings;
mod key_rotation;
mod malformed_settings;
mod memory;
mod no_leaks;
mod openapi;
mod operators;
mod pages;
#[cfg(feature = "pages")]
mod pages_inside;
mod per_holder_limits;
mod process;
mod program;
mod redirect_targets;
mod response_headers;
mod saturation;
mod scenarios;
mod server;
mod session;
mod session_lifetime;
mod sign_up;
mod sign_ups;
mod single_use_code;
#[cfg(all(unix, feature = "store"))]
mod site_keys;
mod stub;
mod tampered_cookies;
mod upstream;
mod web_idv;
