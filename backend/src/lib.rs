#![doc = include_str!("../README.md")]
#![cfg_attr(
    feature = "store",
    expect(
        clippy::duplicate_mod,
        reason = "the queries of the store are compiled for each database, with its types"
    )
)]

// From the bottom up; each module uses only modules before it: json_object, clock, per_holder;
// sealing, claims, store; assets, config; metrics; authenteq; error; session; middleware; listener;
// sign_ups; app; pages; routes.

pub mod app;
pub mod assets;
pub mod authenteq;
pub mod claims;
pub mod clock;
pub mod config;
pub mod error;
mod json_object;
pub mod listener;
pub mod metrics;
mod middleware;
mod negotiation;
mod pages;
mod per_holder;
mod routes;
pub mod sealing;
pub mod session;
pub mod sign_ups;
pub mod store;

pub use app::{AppState, Limits};
pub use routes::{operator_router, router};
