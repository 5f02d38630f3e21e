#![doc = include_str!("../README.md")]

mod api;
mod app_state;
mod client;
mod clients;
mod clock;
mod comparison;
mod config;
mod controls;
mod diagnosis;
mod dialect;
mod eviction;
mod expiry;
mod fault;
mod greeting;
mod ids;
mod journal;
mod language;
mod listener;
mod multipart;
mod outcome;
mod pictures;
mod query;
mod redirect;
mod routes;
mod scenario;
mod script;
mod server;
mod sign_up;
mod store;
mod subject;
mod texts;
mod tls;
mod tries;
mod vendor;
mod verification;
mod verifier;
mod webhook;
mod webhook_worker;
mod wire;

pub use api::Api;
pub use client::{Client, ClientError, ClientFlaw, WebhookSignature};
pub use comparison::Comparison;
pub use config::{Config, ConfigError};
pub use controls::Controls;
pub use dialect::Dialect;
pub use fault::{Effect, Endpoint, Fault, Times, Unplayable};
pub use journal::{
    CallRecord, Event, Field, ReceivedRequest, SignUpRecord, SignUpSummary, Stage, Standing,
};
pub use scenario::UnknownScenario;
pub use server::{Sandbox, StartError};
pub use tls::TlsError;
pub use verification::Verification;
pub use webhook::{Delivery, DeliveryOutcome};
pub use webhook_worker::ResendError;
