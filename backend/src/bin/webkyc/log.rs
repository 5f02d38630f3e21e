//! The log: text on a terminal, JSON lines elsewhere; always on standard error.

use std::{
    io::{self, IsTerminal, Write},
    mem,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
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
    /// Lines that found no room in the buffer.
    dropped: ErrorCounter,
    /// Lines that could not be written.
    unwritten: Arc<AtomicUsize>,
    worker: Option<WorkerGuard>,
}

impl Log {
    /// Starts to log the events that pass `filter`.
    ///
    /// A separate thread writes the lines, so that a pipe without a reader blocks no request: lines
    /// that do not fit the buffer, or that a full disk does not take, are dropped and counted.
    pub(crate) fn start(filter: &str) -> anyhow::Result<Self> {
        let filter = EnvFilter::try_new(filter).context("WEBKYC_LOG is no log filter")?;
        let batches = Batches::new(io::stderr(), GATHERING);
        let unwritten = batches.unwritten.clone();
        let (lines, worker) = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(WAITING_LINES)
            .thread_name("log")
            .finish(batches);
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
            unwritten,
            worker: Some(worker),
        })
    }

    /// The number of dropped lines.
    pub(crate) fn lines_lost(&self) -> usize {
        let unwritten = self.unwritten.load(Ordering::Relaxed);
        self.dropped.dropped_lines().saturating_add(unwritten)
    }
}

/// Writes many lines at once. Waking a thread for each line, and a call to the system, cost a busy
/// server more than a third of its processor time.
struct Batches<W> {
    to: W,
    lines: Vec<u8>,
    gathering: Duration,
    /// All lines that could not be written.
    unwritten: Arc<AtomicUsize>,
    /// Those since the last good write.
    unsaid: usize,
    /// The last write left a part of a line.
    is_torn: bool,
}

impl<W: Write> Batches<W> {
    fn new(to: W, gathering: Duration) -> Self {
        Self {
            to,
            lines: Vec::new(),
            gathering,
            unwritten: Arc::default(),
            unsaid: 0,
            is_torn: false,
        }
    }

    /// A failed write is not repeated. Its lines are counted, and the next good write says how many.
    fn write_lines(&mut self) {
        let lines = mem::take(&mut self.lines);
        let is_written = self.write_from(&lines);
        self.lines = lines;
        self.lines.clear();
        if is_written && self.unsaid > 0 {
            // It comes back as a line of one of the next batches.
            warn!(
                lines = mem::take(&mut self.unsaid),
                "log lines could not be written"
            );
        }
    }

    fn write_from(&mut self, lines: &[u8]) -> bool {
        if self.is_torn && self.to.write_all(b"\n").is_ok() {
            self.is_torn = false;
        }
        let mut rest = lines;
        while !rest.is_empty() && !self.is_torn {
            match self.to.write(rest) {
                Ok(written) if written > 0 => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                _ => break,
            }
        }
        let is_written = rest.is_empty();
        if !is_written {
            let begun = lines.len() - rest.len();
            self.is_torn |= begun > 0 && lines[begun - 1] != b'\n';
            let lost = rest.iter().filter(|byte| **byte == b'\n').count();
            self.unwritten.fetch_add(lost, Ordering::Relaxed);
            self.unsaid += lost;
        }
        is_written && self.to.flush().is_ok()
    }
}

impl<W: Write> Write for Batches<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.lines.len() + line.len() > BATCH {
            self.write_lines();
        }
        self.lines.extend_from_slice(line);
        Ok(line.len())
    }

    /// The log's thread calls it when no line waits, and takes the next lines only afterwards.
    fn flush(&mut self) -> io::Result<()> {
        self.write_lines();
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

    /// A disk with room for some bytes.
    #[derive(Clone)]
    struct Disk {
        room: Arc<AtomicUsize>,
        written: Lines,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let room = self.room.load(Ordering::Relaxed).min(bytes.len());
            if room == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.room.fetch_sub(room, Ordering::Relaxed);
            self.written.write(&bytes[..room])
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn ops_15_lines_that_a_full_disk_does_not_take_are_counted_and_the_next_good_write_says_so() {
        let room = Arc::new(AtomicUsize::new(4));
        let written = Lines::default();
        let disk = Disk {
            room: room.clone(),
            written: written.clone(),
        };
        let mut batches = Batches::new(disk, Duration::ZERO);
        let said = Lines::default();
        let writer = said.clone();
        let log = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || writer.clone());
        tracing::subscriber::with_default(log.finish(), || {
            batches.write_all(b"one\ntwo\n").unwrap();
            batches.write_all(b"three\n").unwrap();
            batches.flush().unwrap();
            batches.write_all(b"four\n").unwrap();
            batches.flush().unwrap();
            assert_eq!(batches.unwritten.load(Ordering::Relaxed), 3);
            assert!(said.0.lock().unwrap().is_empty());
            for line in ["five\n", "six\n"] {
                room.store(BATCH, Ordering::Relaxed);
                batches.write_all(line.as_bytes()).unwrap();
                batches.flush().unwrap();
            }
        });
        let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert_eq!(written, "one\nfive\nsix\n");
        let said = String::from_utf8(said.0.lock().unwrap().clone()).unwrap();
        assert!(said.contains("lines=3"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }

    #[test]
    fn a_line_that_was_written_in_part_ends_before_the_next() {
        let disk = Disk {
            room: Arc::new(AtomicUsize::new(6)),
            written: Lines::default(),
        };
        let (room, written) = (disk.room.clone(), disk.written.clone());
        let mut batches = Batches::new(disk, Duration::ZERO);
        for line in ["one\ntwo\n", "three\n", "four\n"] {
            batches.write_all(line.as_bytes()).unwrap();
            batches.flush().unwrap();
            if line.starts_with("three") {
                room.store(BATCH, Ordering::Relaxed);
            }
        }
        let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert_eq!(written, "one\ntw\nfour\n");
        assert_eq!(batches.unwritten.load(Ordering::Relaxed), 2);
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
