//! A running sandbox, and the handles on it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app_state::AppState;
use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::request_log::{ReceivedRequest, RequestLog};
use crate::routes;
use crate::store::Store;
use crate::verification::{Finished, Verification};

/// How long answers under way may take once the sandbox is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// A sandbox that listens. It stops when it is dropped.
pub struct Sandbox {
    app: Arc<AppState>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

impl Sandbox {
    /// Binds the address and begins to answer. Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// When the configuration contradicts itself or the address cannot be bound.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        config.check()?;
        let not_bound = |source| StartError::Listen {
            address: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(not_bound)?;
        let address = listener.local_addr().map_err(not_bound)?;
        let app = Arc::new(AppState {
            url: match &config.public_url {
                Some(url) => url.origin().ascii_serialization(),
                None => format!("http://{address}"),
            },
            clients: config.clients.into_iter().map(Arc::new).collect(),
            clock: Clock::default(),
            store: Store::default(),
            requests: RequestLog::default(),
        });
        let (stop, mut stopped) = watch::channel(false);
        let router = routes::router(Arc::clone(&app));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async move {
                    // An error means that the sandbox was dropped, which is to stop as well.
                    let _ = stopped.wait_for(|stop| *stop).await;
                })
                .await
        });
        Ok(Self { app, stop, serving })
    }

    /// The origin of everything it serves, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.app.url
    }

    /// Moves the sandbox's clock forward and returns its new time.
    pub fn advance_clock(&self, by: Duration) -> Timestamp {
        self.app.clock.advance(by)
    }

    /// Every verification so far, newest last. The first call draws the pictures.
    #[must_use]
    pub fn verifications(&self) -> Vec<Verification> {
        let finished = self.app.store.verifications();
        finished.into_iter().map(Finished::complete).collect()
    }

    /// Every request to Authenteq's own paths so far, newest last.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.app.requests.all()
    }

    /// Takes no more connections, lets the answers under way end, and returns.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        // A connection that never ends must not keep the program from ending.
        let _ = tokio::time::timeout(LAST_ANSWERS, &mut self.serving).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
