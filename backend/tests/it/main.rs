//! The backend over real HTTP, against the sandbox; against a scripted server where Authenteq
//! must misbehave in ways the sandbox does not.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected should end there"
)]

mod commands;
mod details;
mod exchange;
mod exports;
mod gate;
mod harness;
mod health;
mod pages;
mod process;
mod program;
mod rotation;
mod server;
mod session;
mod sign_up;
mod upstream;
