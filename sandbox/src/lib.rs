#![doc = include_str!("../README.md")]

mod aging;
mod app_state;
mod attempt;
mod bill;
mod client;
mod clock;
mod config;
mod export;
mod fault;
mod flow;
mod mrz;
mod persona;
mod query;
mod redirect;
mod request_log;
mod routes;
mod scenario;
mod server;
mod sheet;
mod specimen;
mod store;
mod verification;

pub use client::{Client, ClientFlaw};
pub use config::{Config, ConfigError};
pub use request_log::ReceivedRequest;
pub use server::{Sandbox, StartError};
pub use verification::Verification;
