//! The backend over real HTTP, against the sandbox; against a scripted server where Authenteq
//! must misbehave in ways the sandbox does not.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected should end there"
)]

mod afterwards;
mod blocking_files;
mod commands;
mod cookies;
mod cross_origin;
mod details;
mod discretion;
mod every_answer;
mod exchange;
mod export_access;
mod exports;
mod fault_matrix;
mod gate;
mod harness;
mod health;
mod hostile_input;
mod hosts;
mod leads;
mod memory;
mod odd_values;
mod one_time;
mod openapi;
mod operators;
mod pages;
#[cfg(feature = "pages")]
mod pages_inside;
mod process;
mod program;
mod rotation;
mod saturation;
mod scenarios;
mod server;
mod session;
mod shares;
mod sign_up;
mod stand_in;
mod switches;
mod tampering;
mod upstream;
