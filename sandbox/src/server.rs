//! A running sandbox, and the handles on it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::{
    app_state::AppState,
    client::{Client, ClientError},
    clients::Clients,
    clock::Clock,
    config::{Config, ConfigError},
    controls::Controls,
    greeting,
    journal::{Journal, ReceivedRequest},
    listener::{self, Arrival, Doorway},
    pictures::{Handling, KEPT_ON_PAGES},
    routes,
    script::Scripts,
    store::Store,
    tls::{self, TlsError},
    verification::{Finished, Verification},
    verifier::Verifier,
    webhook::{self, Deliveries, Delivery},
    webhook_worker::{self, ResendError},
};

/// How long answers under way may take once the sandbox stops.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// A sandbox that listens. It stops when it is dropped.
pub struct Sandbox {
    app: Arc<AppState>,
    address: SocketAddr,
    authority: Option<PathBuf>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<std::io::Result<()>>,
    /// Aborts its task when it is dropped.
    _working: JoinSet<()>,
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// TLS was asked for and cannot be offered.
    #[error("{0}; --tls takes another folder")]
    Tls(#[from] TlsError),
    /// The client for the verifier cannot be made.
    #[error("cannot prepare calls to the verifier")]
    Verifier(#[from] reqwest::Error),
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address} (--listen takes another address or port)")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

impl Sandbox {
    /// A sandbox for tests: on a free port of this machine, with the demo client. Must be called
    /// within a Tokio runtime.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start() -> Result<Self, StartError> {
        Self::start_with(Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            ..Config::default()
        })
        .await
    }

    /// Binds the address and begins to answer. Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// When the configuration contradicts itself or the address cannot be bound.
    pub async fn start_with(config: Config) -> Result<Self, StartError> {
        config.check()?;
        let not_bound = |source| StartError::Listen {
            address: config.listen,
            source,
        };
        let acceptor = config.tls.as_deref().map(tls::acceptor).transpose()?;
        let listener = TcpListener::bind(config.listen).await.map_err(not_bound)?;
        let address = listener.local_addr().map_err(not_bound)?;
        let (doorway, tunnels) = Doorway::new(listener, acceptor);
        let (stop, stopping) = watch::channel(false);
        let (delivery_queue, queued) = webhook::queue();
        let verifier = config.verifier.as_ref().map(Verifier::at).transpose()?;
        let exposed = config.exposed_at().is_some();
        let clients = Clients::new(config.clients);
        let scripts = Arc::<Scripts>::default();
        let app = Arc::new(AppState {
            url: match &config.public_url {
                Some(url) => url.origin().ascii_serialization(),
                None => listener::url_of(address),
            },
            has_public_url: config.public_url.is_some(),
            local_url: listener::url_of(address),
            everywhere: config.public_url.is_none() && address.ip().is_unspecified(),
            exposed,
            first_clients: clients.all(),
            clients,
            clock: config.now.map_or_else(Clock::default, Clock::standing_at),
            store: Store::new(
                Arc::clone(&scripts),
                delivery_queue.clone(),
                config.seed.or(config.verifier.is_none().then_some(0)),
                config.dialect.code_lifetime(),
                match verifier {
                    Some(_) => Handling::Read,
                    None => Handling::AsTheyAre,
                },
            ),
            verifier,
            scripts,
            dialect: config.dialect,
            journal: Arc::new(Journal::default()),
            tunnels,
            delivery_queue,
            deliveries: Deliveries::default(),
            stopping: stopping.clone(),
        });
        let router = routes::router(Arc::clone(&app));
        let mut stopped = stopping;
        let serving = tokio::spawn(async move {
            axum::serve(
                doorway,
                router.into_make_service_with_connect_info::<Arrival>(),
            )
            .with_graceful_shutdown(async move {
                // An error means that the sandbox was dropped, which is to stop as well.
                let _ = stopped.wait_for(|stop| *stop).await;
            })
            .await
        });
        let mut working = JoinSet::new();
        working.spawn(webhook_worker::run(Arc::clone(&app), queued));
        working.spawn(erase_what_is_due(Arc::clone(&app)));
        Ok(Self {
            app,
            address,
            authority: config.tls,
            stop,
            serving,
            _working: working,
        })
    }

    /// The origin of everything it serves, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.app.url
    }

    /// The address it listens on, which is another than [`Self::url`] behind a public URL.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// For people, once it listens: the dashboard's address, its clients, and how to lead
    /// others here; a line each. The secret in it, if any, is the documented one of the demo client.
    #[must_use]
    pub fn greeting(&self) -> String {
        greeting::of(&self.app, self.authority.as_deref())
    }

    /// Adds a client, and returns its controls.
    ///
    /// # Errors
    /// When there is one of this id.
    pub fn add_client(&self, client: Client) -> Result<Controls, ClientError> {
        let id = client.id.clone();
        if self.app.clients.add(client) {
            Ok(Controls::new(Arc::clone(&self.app), &id))
        } else {
            Err(ClientError::Taken(id))
        }
    }

    /// The controls of a client.
    #[must_use]
    pub fn client(&self, id: &str) -> Option<Controls> {
        self.app.client(id)?;
        Some(Controls::new(Arc::clone(&self.app), id))
    }

    /// Moves the time of every client forward and returns it.
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
        self.app.journal.requests_of(None)
    }

    /// Erases at once what visitors have shown of themselves, as happens when its time is over.
    pub fn erase_own(&self) {
        self.app.store.erase_due(Instant::now() + KEPT_ON_PAGES);
    }

    /// As if it had just been started.
    pub fn reset(&self) {
        self.app.reset();
    }

    /// Every try to tell a client's webhook of a verification, newest last.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.app.deliveries.all()
    }

    /// Tells a client's webhook of a verification once more, from the start of the schedule.
    ///
    /// # Errors
    /// When the verification is unknown or its client has no webhook.
    pub fn resend_webhook(&self, verification_id: &str) -> Result<(), ResendError> {
        webhook_worker::resend(&self.app, verification_id)
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
/// Erases visitors' own pictures, by the machine's time and whether or not anybody asks for them.
async fn erase_what_is_due(app: Arc<AppState>) {
    let mut looks = tokio::time::interval(Duration::from_secs(5));
    loop {
        looks.tick().await;
        app.store.erase_due(Instant::now());
    }
}
