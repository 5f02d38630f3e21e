//! What the operating system tells this process.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{self, SignalKind};

/// A signal that this process understands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signal {
    /// Ctrl-C: somebody waits for the end.
    Interrupt,
    /// SIGTERM: an orchestrator, whose load balancers do not know it yet.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there is only Ctrl-C"))]
    Terminate,
    /// SIGHUP: a terminal that closes ends no service.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there is only Ctrl-C"))]
    HangUp,
}

/// The signals, as they come.
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: unix::Signal,
    #[cfg(unix)]
    terminate: unix::Signal,
    #[cfg(unix)]
    hang_up: unix::Signal,
}

impl Signals {
    /// From here on a signal ends the process only if we do.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            interrupt: unix::signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: unix::signal(SignalKind::terminate())?,
            #[cfg(unix)]
            hang_up: unix::signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.hang_up.recv() => Signal::HangUp,
        }
    }

    /// Waits for the next one.
    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) -> Signal {
        let _ = tokio::signal::ctrl_c().await;
        Signal::Interrupt
    }
}
