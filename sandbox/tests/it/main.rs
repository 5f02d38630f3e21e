//! The sandbox over real HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod authorize;
mod compression;
mod conformance;
mod control;
mod dashboard;
mod details;
mod dialect;
mod drop_in;
mod export;
mod failing;
mod failures;
mod harness;
mod language;
mod pages;
mod pictures;
mod program;
mod scenarios;
mod sign_up;
mod strangers;
mod tls;
mod token;
mod unplayed;
mod verifier;
mod verify;
mod web_idv;
mod webhook;
