#![doc = include_str!("../README.md")]

pub mod authenteq;
pub mod clock;
pub mod config;
pub mod cookies;
mod ended;
pub mod error;
pub mod exchanges;
mod gate;
mod observe;
mod refusal;
mod routes;
mod security_headers;
pub mod server;
pub mod settings;

use std::sync::Arc;

pub use routes::router;

use crate::{
    clock::Clock,
    config::Config,
    cookies::{Cookies, SealedSession},
    ended::EndedSessions,
    error::ApiError,
    exchanges::Exchanges,
};

/// What every handler can reach. Cheap to clone; holds nothing of any person for longer than the
/// minute in [`Exchanges`].
#[derive(Clone)]
pub struct AppState {
    config: Arc<Config>,
    authenteq: authenteq::Client,
    exchanges: Exchanges,
    ended: EndedSessions,
    clock: Clock,
}

impl AppState {
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(config: Config, clock: Clock) -> anyhow::Result<Self> {
        Ok(Self {
            authenteq: authenteq::Client::new(&config)?,
            exchanges: Exchanges::default(),
            ended: EndedSessions::default(),
            config: Arc::new(config),
            clock,
        })
    }

    /// The session in these cookies, while it lives and unless it was ended here.
    fn session(&self, cookies: &Cookies) -> Result<SealedSession, ApiError> {
        let session = cookies.session(self.clock.now())?;
        if self.ended.contains(&session) {
            return Err(ApiError::SessionInvalid);
        }
        Ok(session)
    }
}
