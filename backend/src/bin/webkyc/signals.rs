//! The operating system's signals to this process.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{self, SignalKind};

/// A signal that this process handles.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signal {
    /// Ctrl-C: a person waits for the end.
    Interrupt,
    /// SIGTERM: from an orchestrator whose load balancers may not have noticed yet.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there is only Ctrl-C"))]
    Terminate,
    /// SIGHUP: closing a terminal does not end the service.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there is only Ctrl-C"))]
    HangUp,
}

/// The stream of signals.
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: unix::Signal,
    #[cfg(unix)]
    terminate: unix::Signal,
    #[cfg(unix)]
    hang_up: unix::Signal,
}

impl Signals {
    /// From here on only our own code ends the process on a signal.
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
