//! The log: text on a terminal, JSON lines elsewhere; always on standard error.

use std::{
    io::{self, IsTerminal},
    panic::{self, AssertUnwindSafe},
};

use anyhow::Context;
use tracing::warn;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

/// Maximum number of buffered lines: some megabytes, or some seconds under load.
const WAITING_LINES: usize = 16_384;

/// Writes log lines until it is closed.
pub(crate) struct Log {
    dropped: ErrorCounter,
    worker: Option<WorkerGuard>,
}

impl Log {
    /// Starts to log the events that pass `filter`.
    ///
    /// A separate thread writes the lines, so that a pipe without a reader blocks no request: lines
    /// that do not fit the buffer are dropped and counted.
    pub(crate) fn start(filter: &str) -> anyhow::Result<Self> {
        let filter = EnvFilter::try_new(filter).context("WEBKYC_LOG is no log filter")?;
        let (lines, worker) = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(WAITING_LINES)
            .thread_name("log")
            .finish(io::stderr());
        let dropped = lines.error_counter();
        let log = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(lines);
        if io::stderr().is_terminal() {
            log.init();
        } else {
            log.json().flatten_event(true).init();
        }
        report_panics();
        Ok(Self {
            dropped,
            worker: Some(worker),
        })
    }

    /// The number of dropped lines.
    pub(crate) fn lines_lost(&self) -> usize {
        self.dropped.dropped_lines()
    }
}

/// Logs the location of a panic, never its message, which may quote request data.
fn report_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

impl Drop for Log {
    /// Logs the number of dropped lines and writes the buffered lines, for a second at most.
    fn drop(&mut self) {
        let lines = self.lines_lost();
        if lines > 0 {
            warn!(lines, "log lines were dropped");
        }
        let worker = self.worker.take();
        // The guard prints to standard output when it cannot finish in time, and that panics if
        // standard output has no reader. Neither is a reason to fail.
        let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(worker)));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// The captured log.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn ops_13_a_panic_is_logged_by_its_place_and_never_its_words() {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt()
            .json()
            .with_writer(move || writer.clone())
            .finish();
        let before = panic::take_hook();
        report_panics();
        let caught = tracing::subscriber::with_default(log, || {
            panic::catch_unwind(|| panic!("canary {}", "of a person"))
        });
        panic::set_hook(before);
        assert!(caught.is_err());
        let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(
            logged.contains("ERROR") && logged.contains("panicked"),
            "{logged}"
        );
        assert!(logged.contains(file!()), "{logged}");
        assert!(
            !logged.contains("canary") && !logged.contains("person"),
            "{logged}"
        );
    }
}
