//! The way out, in steps, for all listeners of the process.

use std::{future::pending, time::Duration};

use tokio::{sync::watch, time::sleep};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    Announced,
    Closing,
    AtOnce,
}

/// Tells listeners to stop. Each step can only be followed by a later one.
#[derive(Debug)]
pub struct Stop(watch::Sender<Phase>);

/// Whether this process is on its way out. Cheap to clone and to ask.
#[derive(Clone, Debug)]
pub struct Draining(watch::Receiver<Phase>);

impl Stop {
    /// Nothing has been said yet.
    #[expect(
        clippy::new_without_default,
        reason = "whoever makes one means to use it"
    )]
    #[must_use]
    pub fn new() -> Self {
        Self(watch::Sender::new(Phase::Serving))
    }

    /// The end that listeners and `/readyz` hold.
    #[must_use]
    pub fn draining(&self) -> Draining {
        Draining(self.0.subscribe())
    }

    /// Listeners go on for their lame-duck time, until load balancers have noticed, and close
    /// each connection after its answer. Then as with [`Stop::close`].
    pub fn announce(&self) {
        self.advance(Phase::Announced);
    }

    /// Listeners close, idle connections end, requests under way have a while.
    pub fn close(&self) {
        self.advance(Phase::Closing);
    }

    /// Nothing is waited for any longer.
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
    /// Whether to stop has been said, in any way.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        *self.0.borrow() > Phase::Serving
    }

    /// Completes when a listener with this lame-duck time is to close.
    pub(super) async fn closing(&self, shutdown_delay: Duration) {
        self.reached(Phase::Announced).await;
        tokio::select! {
            () = self.reached(Phase::Closing) => {}
            () = sleep(shutdown_delay) => {}
        }
    }

    /// Completes when nothing is to be waited for.
    pub(super) async fn at_once(&self) {
        self.reached(Phase::AtOnce).await;
    }

    async fn reached(&self, phase: Phase) {
        let mut phases = self.0.clone();
        if phases.wait_for(|current| *current >= phase).await.is_err() {
            // Nobody is left who could say so.
            pending().await
        }
    }
}
