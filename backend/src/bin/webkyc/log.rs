//! The log: text on a terminal, JSON lines elsewhere; always on standard error.

use std::{
    io::{self, IsTerminal, Write},
    mem,
    panic::{self, AssertUnwindSafe},
    thread,
    time::Duration,
};

use anyhow::Context;
use tracing::warn;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

/// Maximum number of buffered lines: some megabytes, or some seconds under load.
const WAITING_LINES: usize = 16_384;

/// How long lines gather before they are written. A person who reads along does not notice.
const GATHERING: Duration = Duration::from_millis(5);

/// Bytes that are written at once.
const BATCH: usize = 16 << 10;

/// How often the last line is tried while there is no room for it.
const LAST_TRIES: usize = 100;

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
            .finish(Batches::new(io::stderr(), GATHERING));
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

/// Writes many lines at once. Waking a thread for each line, and a call to the system, cost a busy
/// server more than a third of its processor time.
struct Batches<W> {
    to: W,
    lines: Vec<u8>,
    gathering: Duration,
}

impl<W: Write> Batches<W> {
    fn new(to: W, gathering: Duration) -> Self {
        Self {
            to,
            lines: Vec::new(),
            gathering,
        }
    }

    fn write_lines(&mut self) -> io::Result<()> {
        // A failed write is not repeated: a part of the lines may be out.
        let lines = mem::take(&mut self.lines);
        self.to.write_all(&lines)?;
        self.lines = lines;
        self.lines.clear();
        self.to.flush()
    }
}

impl<W: Write> Write for Batches<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.lines.len() + line.len() > BATCH {
            self.write_lines()?;
        }
        self.lines.extend_from_slice(line);
        Ok(line.len())
    }

    /// The log's thread calls it when no line waits, and takes the next lines only afterwards.
    fn flush(&mut self) -> io::Result<()> {
        self.write_lines()?;
        thread::sleep(self.gathering);
        Ok(())
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
    /// Logs the number of dropped lines and writes the buffered lines, for two seconds at most.
    fn drop(&mut self) {
        let mut lines = self.lines_lost();
        for _ in 0..LAST_TRIES {
            if lines == 0 {
                break;
            }
            warn!(lines, "log lines were dropped");
            // This line may be one of them.
            let lost = self.lines_lost();
            if lost == lines {
                break;
            }
            lines = lost;
            thread::sleep(GATHERING);
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

    /// A terminal or a file, with each write by itself.
    #[derive(Clone, Default)]
    struct Writes(Arc<Mutex<Vec<String>>>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            self.0.lock().unwrap().push(text);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_come_together_are_written_at_once() {
        let writes = Writes::default();
        let mut batches = Batches::new(writes.clone(), Duration::ZERO);
        for line in ["a\n", "b\n"] {
            batches.write_all(line.as_bytes()).unwrap();
        }
        batches.flush().unwrap();
        batches.write_all(b"c\n").unwrap();
        batches.flush().unwrap();
        assert_eq!(mem::take(&mut *writes.0.lock().unwrap()), ["a\nb\n", "c\n"]);

        let long = "x".repeat(BATCH - 1);
        for line in [&long, "d\n"] {
            batches.write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(*writes.0.lock().unwrap(), [long], "memory is bounded");
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
