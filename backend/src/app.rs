//! The state of one running backend, for its handlers.

use std::{ops::Deref, sync::Arc, time::Duration};

use axum::extract::FromRef;

use crate::{
    authenteq,
    clock::Clock,
    config::{Config, Secret},
    error::ApiError,
    listener::Draining,
    metrics::Metrics,
    middleware::{client_ip::ClientIp, rate_limit::RateLimits},
    per_holder::PerHolder,
    sealing::SealingKeys,
    session::{
        cookies::{Cookies, Names, SealedSession},
        exchange::Exchanges,
        revoked::RevokedSessions,
    },
    sign_ups::SignUps,
    store::Store,
};

/// Shared by all handlers. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<App>);

/// The parts. None of them holds personal data for longer than the minute in [`Exchanges`]; the
/// store of [`SignUps`] does, sealed.
pub struct App {
    pub(crate) config: Arc<Config>,
    pub(crate) cookie_names: Names,
    pub(crate) authenteq: authenteq::Client,
    pub(crate) exchanges: Exchanges,
    pub(crate) revoked: RevokedSessions,
    pub(crate) rate_limits: RateLimits,
    pub(crate) per_holder: HolderLimits,
    pub(crate) operators: authenteq::Client,
    pub(crate) metrics: Metrics,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) draining: Draining,
    sign_ups: Option<SignUps>,
}

/// The limits on what one session or one address holds at a time.
pub(crate) struct HolderLimits {
    /// Details calls per session, until the last byte has been sent.
    pub(crate) details: PerHolder<String>,
    /// Memory for details per address, in KiB.
    pub(crate) memory: PerHolder<ClientIp>,
    /// Exports per session, until the last byte has been sent.
    pub(crate) exports: PerHolder<String>,
}

impl HolderLimits {
    fn new(limits: &Limits) -> Self {
        Self {
            details: PerHolder::new(2),
            memory: PerHolder::new(limits.authenteq.buffered_for_one() >> 10),
            exports: PerHolder::new(3),
        }
    }
}

/// The limits of requests. Those of connections: [`crate::listener::ConnectionLimits`].
#[derive(Clone, Debug)]
pub struct Limits {
    /// Time from the headers of a request to the end of its body.
    pub body_timeout: Duration,
    /// Limits of the calls to Authenteq.
    pub authenteq: authenteq::CallLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_timeout: Duration::from_secs(10),
            authenteq: authenteq::CallLimits::default(),
        }
    }
}

impl App {
    fn new(
        config: Config,
        clock: Clock,
        limits: Limits,
        draining: Draining,
    ) -> anyhow::Result<Self> {
        let metrics = Metrics::new()?;
        let upstream = limits.authenteq.clone();
        let authenteq = authenteq::Client::new(&config, upstream, metrics.clone())?;
        Ok(Self {
            operators: authenteq.for_operators(),
            authenteq,
            exchanges: Exchanges::default(),
            revoked: RevokedSessions::default(),
            rate_limits: RateLimits::default(),
            per_holder: HolderLimits::new(&limits),
            cookie_names: Names::of(&config.public_url),
            config: Arc::new(config),
            metrics,
            clock,
            limits,
            draining,
            sign_ups: None,
        })
    }
}

impl Deref for AppState {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}

impl AppState {
    /// Only tests use limits other than the default.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(
        config: Config,
        clock: Clock,
        limits: Limits,
        draining: Draining,
    ) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(App::new(config, clock, limits, draining)?)))
    }

    /// The same, with the sign-ups in this store. Their worker is for the caller to run.
    ///
    /// # Errors
    /// When the HTTP client cannot be made, the store does not answer, or a key is missing.
    pub async fn with_store(
        config: Config,
        clock: Clock,
        limits: Limits,
        draining: Draining,
        (store, keys): (Arc<dyn Store>, Secret<SealingKeys>),
    ) -> anyhow::Result<Self> {
        let mut app = App::new(config, clock.clone(), limits, draining.clone())?;
        let (config, authenteq) = (app.config.clone(), app.authenteq.clone());
        let sign_ups = SignUps::new(
            store,
            keys,
            config,
            clock,
            draining,
            authenteq,
            app.metrics.clone(),
        );
        app.sign_ups = Some(sign_ups.await?);
        Ok(Self(Arc::new(app)))
    }

    /// The sign-ups that sites' servers create.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] without `[store]`.
    pub fn sign_ups(&self) -> Result<&SignUps, ApiError> {
        self.sign_ups.as_ref().ok_or(ApiError::NotFound)
    }

    /// Waits until the exchanges under way have ended and are written down.
    pub async fn finish(&self) {
        self.exchanges.finish().await;
        if let Some(sign_ups) = &self.sign_ups {
            sign_ups.finish().await;
        }
    }

    /// The counters of this process.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The session in these cookies, unless it has ended or this process revoked it.
    pub(crate) fn session(&self, cookies: &Cookies) -> Result<SealedSession, ApiError> {
        let session = cookies.session(self.clock.now())?;
        if self.revoked.contains(&session) {
            return Err(ApiError::SessionInvalid);
        }
        Ok(session)
    }
}

impl FromRef<AppState> for Arc<Config> {
    fn from_ref(app: &AppState) -> Self {
        app.config.clone()
    }
}

impl FromRef<AppState> for Names {
    fn from_ref(app: &AppState) -> Self {
        app.cookie_names.clone()
    }
}
