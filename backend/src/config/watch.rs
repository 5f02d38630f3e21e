//! Checks the files of the secrets while the server runs.

use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task,
    time::Instant,
};

use super::{Error, Reread, SecretFile, file::PATIENCE};

/// Checks each file on a thread outside the server's threads, and never twice at the same time: a
/// hung mount blocks one thread per file on it, and no request.
pub struct Watch {
    files: Vec<Watched>,
    end: UnboundedSender<Look>,
    ended: UnboundedReceiver<Look>,
}

struct Watched {
    file: SecretFile,
    /// When the check under way began.
    began: Option<Instant>,
    /// The operator asked for another check meanwhile.
    is_asked: bool,
    /// The error already reported, so that it is reported once.
    told: Option<Error>,
}

/// A finished check.
struct Look {
    of: usize,
    outcome: Result<bool, Error>,
}

/// An event for the log.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// This setting's file had new content, which is now in use.
    Changed(&'static str),
    /// A file cannot be used; its secret stays unchanged.
    Unusable(Error),
    /// This setting's file can be used again.
    Usable(&'static str),
}

impl Watch {
    /// Watches these files.
    #[must_use]
    pub fn new(files: Vec<SecretFile>) -> Self {
        let (end, ended) = unbounded_channel();
        let files = files.into_iter().map(|file| Watched {
            file,
            began: None,
            is_asked: false,
            told: None,
        });
        Self {
            files: files.collect(),
            end,
            ended,
        }
    }

    /// Starts a check of each file that has none under way. Returns the files whose check is
    /// overdue. Never waits.
    pub fn look(&mut self, when: Reread) -> Vec<News> {
        let mut news = Vec::new();
        for of in 0..self.files.len() {
            let watched = &mut self.files[of];
            if when == Reread::Now {
                watched.told = None;
            }
            let Some(began) = watched.began else {
                self.begin(of, when);
                continue;
            };
            watched.is_asked |= when == Reread::Now;
            if began.elapsed() >= PATIENCE {
                news.extend(watched.tell(watched.file.too_slow()));
            }
        }
        news
    }

    /// Waits for a check that ends with an event.
    pub async fn next(&mut self) -> News {
        loop {
            // The channel never closes, because `self` holds a sender.
            let Some(Look { of, outcome }) = self.ended.recv().await else {
                std::future::pending().await
            };
            let watched = &mut self.files[of];
            watched.began = None;
            let setting = watched.file.setting;
            let news = match outcome {
                Err(error) => watched.tell(error),
                Ok(true) => {
                    watched.told = None;
                    Some(News::Changed(setting))
                }
                Ok(false) => watched.told.take().map(|_| News::Usable(setting)),
            };
            if std::mem::take(&mut watched.is_asked) {
                self.begin(of, Reread::Now);
            }
            if let Some(news) = news {
                return news;
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
            let _ = end.send(Look { of, outcome });
        });
    }
}

impl Watched {
    fn tell(&mut self, error: Error) -> Option<News> {
        if self.told.as_ref() == Some(&error) {
            return None;
        }
        self.told = Some(error.clone());
        Some(News::Unusable(error))
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
        let (nothing_comes, looks) = (Mutex::new(nothing_comes), Arc::<AtomicUsize>::default());
        let count = looks.clone();
        let file = SecretFile::of("HANGING", move |when| {
            count.fetch_add(1, Ordering::SeqCst);
            let read = nothing_comes.lock().unwrap().read(&mut [0]);
            Ok(when == Reread::Now && read.is_ok())
        });
        (file, looks, writer)
    }

    #[tokio::test]
    async fn ops_19_a_file_that_hangs_has_one_look_and_the_others_go_on() {
        let (hanging, looks, writer) = hanging();
        let other = SecretFile::of("OTHER", |_| Ok(true));
        let mut watch = Watch::new(vec![hanging, other]);
        for _ in 0..100 {
            assert_eq!(watch.look(Reread::WhenSettled), []);
            assert_eq!(watch.next().await, News::Changed("OTHER"));
        }
        // The first check may begin a moment later.
        while looks.load(Ordering::SeqCst) == 0 {
            task::yield_now().await;
        }
        assert_eq!(watch.look(Reread::Now), []);
        assert_eq!(watch.next().await, News::Changed("OTHER"));
        assert_eq!(looks.load(Ordering::SeqCst), 1);

        time::pause();
        time::advance(PATIENCE).await;
        let told = watch.look(Reread::WhenSettled);
        let [News::Unusable(error)] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!(
            error.to_string(),
            "HANGING names \"/run/secrets/x\": it did not open within 5 s"
        );
        assert_eq!(watch.next().await, News::Changed("OTHER"));
        time::advance(10 * PATIENCE).await;
        assert_eq!(watch.look(Reread::WhenSettled), [], "said once");
        time::resume();

        // The file opens at last, and the check requested meanwhile follows at once.
        io::Write::write_all(&mut &writer, b"..").unwrap();
        let mut told = Vec::new();
        while !told.contains(&News::Changed("HANGING")) {
            told.push(watch.next().await);
        }
        assert!(told.contains(&News::Usable("HANGING")), "{told:?}");
        assert_eq!(looks.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn ops_08_what_cannot_be_used_is_said_once_and_again_to_whoever_asks() {
        let file = SecretFile::of("SECRET", |_| Err(wrong("SECRET", "is half")));
        let mut watch = Watch::new(vec![file]);
        let unusable = || News::Unusable(wrong("SECRET", "is half"));
        watch.look(Reread::WhenSettled);
        assert_eq!(watch.next().await, unusable());
        watch.look(Reread::WhenSettled);
        let again = time::timeout(Duration::from_millis(50), watch.next()).await;
        assert!(again.is_err(), "{again:?}");
        watch.look(Reread::Now);
        assert_eq!(watch.next().await, unusable());
    }
}
