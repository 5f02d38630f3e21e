//! Checks the files of the secrets while the server runs.

use std::borrow::Cow;

use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task,
    time::Instant,
};

use super::{Error, Reread, SecretFile, file::OPEN_TIMEOUT};

/// Checks each file on a thread outside the server's threads, and never twice at the same time: a
/// hung mount blocks one thread per file on it, and no request.
pub struct Watch {
    files: Vec<Watched>,
    end: UnboundedSender<FinishedCheck>,
    ended: UnboundedReceiver<FinishedCheck>,
}

struct Watched {
    file: SecretFile,
    /// When the check under way began.
    began: Option<Instant>,
    /// The operator asked for another check meanwhile.
    is_requested: bool,
    /// The error already reported, so that it is reported once.
    reported: Option<Error>,
}

/// A finished check.
struct FinishedCheck {
    of: usize,
    outcome: Result<bool, Error>,
}

/// An event for the log.
#[derive(Debug, PartialEq, Eq)]
pub enum FileEvent {
    /// This setting's file had new content, which is now in use.
    Changed(Cow<'static, str>),
    /// A file cannot be used; its secret stays unchanged.
    Unusable(Error),
    /// This setting's file can be used again.
    Usable(Cow<'static, str>),
}

impl Watch {
    /// Watches these files.
    #[must_use]
    pub fn new(files: Vec<SecretFile>) -> Self {
        let (end, ended) = unbounded_channel();
        let files = files.into_iter().map(|file| Watched {
            file,
            began: None,
            is_requested: false,
            reported: None,
        });
        Self {
            files: files.collect(),
            end,
            ended,
        }
    }

    /// Starts a check of each file that has none under way. Returns the files whose check is
    /// overdue. Never waits.
    pub fn check(&mut self, when: Reread) -> Vec<FileEvent> {
        let mut events = Vec::new();
        for of in 0..self.files.len() {
            let watched = &mut self.files[of];
            if when == Reread::Now {
                watched.reported = None;
            }
            let Some(began) = watched.began else {
                self.begin(of, when);
                continue;
            };
            watched.is_requested |= when == Reread::Now;
            if began.elapsed() >= OPEN_TIMEOUT {
                events.extend(watched.report(watched.file.too_slow()));
            }
        }
        events
    }

    /// Waits for a check that ends with an event.
    pub async fn next(&mut self) -> FileEvent {
        loop {
            // The channel never closes, because `self` holds a sender.
            let Some(FinishedCheck { of, outcome }) = self.ended.recv().await else {
                std::future::pending().await
            };
            let watched = &mut self.files[of];
            watched.began = None;
            let setting = watched.file.setting.clone();
            let event = match outcome {
                Err(error) => watched.report(error),
                Ok(true) => {
                    watched.reported = None;
                    Some(FileEvent::Changed(setting))
                }
                Ok(false) => watched.reported.take().map(|_| FileEvent::Usable(setting)),
            };
            if std::mem::take(&mut watched.is_requested) {
                self.begin(of, Reread::Now);
            }
            if let Some(event) = event {
                return event;
            }
        }
    }

    fn begin(&mut self, of: usize, when: Reread) {
        let watched = &mut self.files[of];
        watched.began = Some(Instant::now());
        let (file, end) = (watched.file.clone(), self.end.clone());
        task::spawn_blocking(move || {
            let outcome = file.reread(when);
            // Fails only when the program ends.
            let _ = end.send(FinishedCheck { of, outcome });
        });
    }
}

impl Watched {
    fn report(&mut self, error: Error) -> Option<FileEvent> {
        if self.reported.as_ref() == Some(&error) {
            return None;
        }
        self.reported = Some(error.clone());
        Some(FileEvent::Unusable(error))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Read},
        sync::{
            Arc, Mutex,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use tokio::time;

    use super::{super::wrong, *};

    /// A file that blocks until a writer opens it, and the number of attempts to open it.
    fn hanging() -> (SecretFile, Arc<AtomicUsize>, io::PipeWriter) {
        let (nothing_comes, writer) = io::pipe().unwrap();
        let (nothing_comes, checks) = (Mutex::new(nothing_comes), Arc::<AtomicUsize>::default());
        let count = checks.clone();
        let file = SecretFile::of("HANGING", move |when| {
            count.fetch_add(1, Ordering::SeqCst);
            let read = nothing_comes.lock().unwrap().read(&mut [0]);
            Ok(when == Reread::Now && read.is_ok())
        });
        (file, checks, writer)
    }

    #[tokio::test]
    async fn ops_19_a_file_that_hangs_has_one_look_and_the_others_go_on() {
        let (hanging, checks, writer) = hanging();
        let other = SecretFile::of("OTHER", |_| Ok(true));
        let mut watch = Watch::new(vec![hanging, other]);
        for _ in 0..100 {
            assert_eq!(watch.check(Reread::WhenSettled), []);
            assert_eq!(watch.next().await, FileEvent::Changed("OTHER".into()));
        }
        // The first check may begin a moment later.
        while checks.load(Ordering::SeqCst) == 0 {
            task::yield_now().await;
        }
        assert_eq!(watch.check(Reread::Now), []);
        assert_eq!(watch.next().await, FileEvent::Changed("OTHER".into()));
        assert_eq!(checks.load(Ordering::SeqCst), 1);

        time::pause();
        time::advance(OPEN_TIMEOUT).await;
        let reported = watch.check(Reread::WhenSettled);
        let [FileEvent::Unusable(error)] = reported.as_slice() else {
            panic!("{reported:?}");
        };
        assert_eq!(
            error.to_string(),
            "HANGING names \"/run/secrets/x\": it did not open within 5 s"
        );
        assert_eq!(watch.next().await, FileEvent::Changed("OTHER".into()));
        time::advance(10 * OPEN_TIMEOUT).await;
        assert_eq!(watch.check(Reread::WhenSettled), [], "said once");
        time::resume();

        // The file opens at last, and the check requested meanwhile follows at once.
        io::Write::write_all(&mut &writer, b"..").unwrap();
        let mut reported = Vec::new();
        while !reported.contains(&FileEvent::Changed("HANGING".into())) {
            reported.push(watch.next().await);
        }
        assert!(
            reported.contains(&FileEvent::Usable("HANGING".into())),
            "{reported:?}"
        );
        assert_eq!(checks.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn ops_08_an_unusable_file_is_reported_once_and_again_on_request() {
        let file = SecretFile::of("SECRET", |_| Err(wrong("SECRET", "is half")));
        let mut watch = Watch::new(vec![file]);
        let unusable = || FileEvent::Unusable(wrong("SECRET", "is half"));
        watch.check(Reread::WhenSettled);
        assert_eq!(watch.next().await, unusable());
        watch.check(Reread::WhenSettled);
        let again = time::timeout(Duration::from_millis(50), watch.next()).await;
        assert!(again.is_err(), "{again:?}");
        watch.check(Reread::Now);
        assert_eq!(watch.next().await, unusable());
    }
}
