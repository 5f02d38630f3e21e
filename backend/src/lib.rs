#![doc = include_str!("../README.md")]

// From the bottom up: a room uses those above it in this list, never one below.
pub mod app;
pub mod assets;
pub mod authenteq;
pub mod clock;
pub mod config;
pub mod error;
mod json_object;
pub mod listener;
pub mod metrics;
mod middleware;
mod pages;
mod per_holder;
mod routes;
pub mod session;

pub use app::{AppState, Limits};
pub use routes::{operator_router, router};
