#![doc = include_str!("../README.md")]

pub mod authenteq;
pub mod clock;
pub mod config;
pub mod error;
mod json_object;
pub mod listener;
pub mod metrics;
mod middleware;
pub mod pages;
mod refusal;
mod routes;
pub mod session;
mod shares;

use std::{ops::Deref, sync::Arc, time::Duration};

pub use routes::{operator_router, router};

use crate::{
    clock::Clock,
    config::Config,
    error::ApiError,
    listener::Draining,
    metrics::Metrics,
    middleware::{client_ip::ClientAddress, rate_limit::RateLimits},
    session::{
        cookies::{Cookies, Names, SealedSession},
        exchange::Exchanges,
        revoked::EndedSessions,
    },
    shares::Shares,
};

/// What every handler can reach. Cheap to clone, which every layer does with every request.
#[derive(Clone)]
pub struct AppState(Arc<App>);

/// Holds nothing of any person for longer than the minute in [`Exchanges`].
pub struct App {
    config: Arc<Config>,
    cookie_names: Names,
    authenteq: authenteq::Client,
    exchanges: Exchanges,
    ended: EndedSessions,
    rate_limits: RateLimits,
    shares: HolderShares,
    operators: authenteq::Client,
    metrics: Metrics,
    clock: Clock,
    limits: Limits,
    draining: Draining,
}

/// What one session and one address may have of what all of them use, at a time.
struct HolderShares {
    /// Requests without an answer, of an address.
    requests: Shares<ClientAddress>,
    /// Token calls, of an address.
    tokens: Shares<ClientAddress>,
    /// Details, of a session, until the last of them has been sent.
    details: Shares<String>,
    /// Memory for details, of an address, in KiB.
    memory: Shares<ClientAddress>,
    /// Exports, of a session and of an address, until the last of them has been sent.
    exports: Shares<String>,
    exports_of_address: Shares<ClientAddress>,
}

impl HolderShares {
    fn new(limits: &Limits) -> Self {
        let upstream = &limits.authenteq;
        let calls = upstream.calls.div_ceil(8);
        Self {
            requests: Shares::new(limits.requests.div_ceil(8)),
            tokens: Shares::new(calls),
            details: Shares::new(2),
            memory: Shares::new(upstream.buffered_for_one() >> 10),
            exports: Shares::new(3),
            exports_of_address: Shares::new(calls),
        }
    }
}

/// Limits of what a request may bring and how long it may take. See also [`server::Limits`].
#[derive(Clone, Debug)]
pub struct Limits {
    /// Requests without an answer on one listener, all connections together; more are turned away.
    pub requests: usize,
    /// Until the body of a request is there.
    pub request_body: Duration,
    /// Of the calls to Authenteq.
    pub authenteq: authenteq::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests: 512,
            request_body: Duration::from_secs(10),
            authenteq: authenteq::Limits::default(),
        }
    }
}

impl Deref for AppState {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}

impl AppState {
    /// With limits other than the default in tests only.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(
        config: Config,
        clock: Clock,
        limits: Limits,
        draining: Draining,
    ) -> anyhow::Result<Self> {
        let metrics = Metrics::new()?;
        let upstream = limits.authenteq.clone();
        let authenteq = authenteq::Client::new(&config, upstream, metrics.clone())?;
        Ok(Self(Arc::new(App {
            operators: authenteq.for_operators(),
            authenteq,
            exchanges: Exchanges::default(),
            ended: EndedSessions::default(),
            rate_limits: RateLimits::default(),
            shares: HolderShares::new(&limits),
            cookie_names: Names::of(&config.public_url),
            config: Arc::new(config),
            metrics,
            clock,
            limits,
            draining,
        })))
    }

    /// The counters of this process.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
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
