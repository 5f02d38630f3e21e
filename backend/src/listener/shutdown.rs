//! The shutdown, in steps, for all listeners of the process.

use std::{future::pending, time::Duration};

use tokio::{sync::watch, time::sleep};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    Announced,
    Closing,
    AtOnce,
}

/// Tells listeners to stop. A step can only be followed by a later one.
#[derive(Debug)]
pub struct Stop(watch::Sender<Phase>);

/// Whether this process is shutting down. Cheap to clone and to check.
#[derive(Clone, Debug)]
pub struct Draining(watch::Receiver<Phase>);

impl Stop {
    /// A shutdown that has not begun.
    #[expect(
        clippy::new_without_default,
        reason = "it is made on purpose, never by default"
    )]
    #[must_use]
    pub fn new() -> Self {
        Self(watch::Sender::new(Phase::Serving))
    }

    /// The receiver for listeners and `/readyz`.
    #[must_use]
    pub fn draining(&self) -> Draining {
        Draining(self.0.subscribe())
    }

    /// Listeners continue for their lame-duck time, until load balancers have noticed, and close
    /// each connection after its answer. Then they proceed as with [`Stop::close`].
    pub fn announce(&self) {
        self.advance(Phase::Announced);
    }

    /// Listeners close, idle connections end, requests under way get the drain timeout to finish.
    pub fn close(&self) {
        self.advance(Phase::Closing);
    }

    /// Listeners stop waiting.
    pub fn at_once(&self) {
        self.advance(Phase::AtOnce);
    }

    fn advance(&self, to: Phase) {
        self.0.send_if_modified(|phase| {
            let is_later = to > *phase;
            *phase = to.max(*phase);
            is_later
        });
    }
}

impl Draining {
    /// Whether any step of the shutdown has begun.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        *self.0.borrow() > Phase::Serving
    }

    /// Completes when the shutdown begins.
    pub async fn began(&self) {
        self.reached(Phase::Announced).await;
    }

    /// Completes when a listener with this lame-duck time must close.
    pub(super) async fn closing(&self, shutdown_delay: Duration) {
        self.reached(Phase::Announced).await;
        tokio::select! {
            () = self.reached(Phase::Closing) => {}
            () = sleep(shutdown_delay) => {}
        }
    }

    /// Completes when the listener must stop waiting.
    pub(super) async fn at_once(&self) {
        self.reached(Phase::AtOnce).await;
    }

    async fn reached(&self, phase: Phase) {
        let mut phases = self.0.clone();
        if phases.wait_for(|current| *current >= phase).await.is_err() {
            // The sender is gone, so no step can follow.
            pending().await
        }
    }
}
