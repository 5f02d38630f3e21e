#![doc = include_str!("../README.md")]

pub mod authenteq;
pub mod clock;
pub mod config;
pub mod cookies;
pub mod error;
pub mod exchanges;
mod gate;
mod observe;
mod routes;
mod security_headers;

use std::sync::Arc;

pub use routes::router;

use crate::{clock::Clock, config::Config, exchanges::Exchanges};

/// What every handler can reach. Cheap to clone; holds nothing of any person for longer than the
/// minute in [`Exchanges`].
#[derive(Clone)]
pub struct AppState {
    config: Arc<Config>,
    authenteq: authenteq::Client,
    exchanges: Exchanges,
    clock: Clock,
}

impl AppState {
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(config: Config, clock: Clock) -> anyhow::Result<Self> {
        Ok(Self {
            authenteq: authenteq::Client::new(&config)?,
            exchanges: Exchanges::default(),
            config: Arc::new(config),
            clock,
        })
    }
}
