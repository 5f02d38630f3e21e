//! Visitors of every kind, at once and again and again: honest, slow, impatient and hostile.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    mem,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

use super::samples::{Answers, at};
use crate::{
    backend::{Backend, Visitor},
    upstream::{PDF, Size},
};

/// Sessions in use; each sign-up replaces the oldest, long before it expires.
const SESSIONS: usize = 64;

/// The statuses that faults of the upstream and limits may lead to.
const EXPECTED: [u16; 4] = [429, 502, 503, 504];

/// Traffic to one backend.
pub(crate) struct Traffic<'a> {
    backend: &'a Backend,
    http: Client,
    /// Of small details, and of large ones.
    sessions: [RefCell<VecDeque<Visitor>>; 2],
    addresses: Cell<u16>,
    seen: RefCell<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Milliseconds.
    small: Vec<f64>,
    health: Vec<f64>,
    good: usize,
    failed: usize,
    statuses: BTreeMap<(&'static str, u16), usize>,
    wrong: Option<String>,
}

impl<'a> Traffic<'a> {
    pub(crate) fn new(backend: &'a Backend) -> Result<Self> {
        let http = Client::builder().no_proxy().timeout(Duration::from_mins(2));
        Ok(Self {
            backend,
            http: http.build()?,
            sessions: Default::default(),
            addresses: Cell::default(),
            seen: RefCell::default(),
        })
    }

    /// Signs up some visitors, and goes on until it is dropped.
    pub(crate) async fn flow(&self) {
        while self.sessions[1].borrow().len() < SESSIONS / 4 {
            for size in [Size::Small, Size::Large] {
                self.sign_up(size).await;
            }
        }
        let second = Duration::from_secs(1);
        let acts = [
            (8, second / 50, Act::Small),
            (2, second / 4, Act::SignUp),
            (2, second / 4, Act::Large),
            (2, second, Act::Export),
            (2, second, Act::HangUp),
            (2, second / 4, Act::ReadSlowly),
            (2, second / 10, Act::Nonsense),
            (1, second / 10, Act::Probe),
        ];
        let visitors = acts.into_iter().flat_map(|(times, pause, act)| {
            std::iter::repeat_with(move || self.repeat(act, pause)).take(times)
        });
        join_all(visitors).await;
    }

    async fn repeat(&self, act: Act, pause: Duration) {
        loop {
            self.act(act).await;
            sleep(pause).await;
        }
    }

    /// The answers since the last time.
    pub(crate) fn take(&self) -> Answers {
        let mut seen = self.seen.borrow_mut();
        let mut small = mem::take(&mut seen.small);
        let mut health = mem::take(&mut seen.health);
        Answers {
            good: mem::take(&mut seen.good),
            failed: mem::take(&mut seen.failed),
            p50: at(&mut small, 50),
            p95: at(&mut small, 95),
            health: at(&mut health, 100),
        }
    }

    /// # Errors
    /// When an answer was none of those that faults explain.
    pub(crate) fn ensure_right(&self) -> Result<()> {
        let wrong = self.seen.borrow_mut().wrong.take();
        wrong.map_or(Ok(()), |wrong| bail!("{wrong}"))
    }

    /// How many answers of each kind and status there were.
    pub(crate) fn summary(&self) -> String {
        let seen = self.seen.borrow();
        let lines = seen
            .statuses
            .iter()
            .map(|((what, status), count)| match status {
                0 => format!("{what}: {count} broken off"),
                status => format!("{what}: {count} times {status}"),
            });
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[derive(Clone, Copy)]
enum Act {
    Small,
    SignUp,
    Large,
    Export,
    /// In the middle of an export.
    HangUp,
    ReadSlowly,
    /// Half a request, or one that is refused.
    Nonsense,
    Probe,
}

impl Traffic<'_> {
    async fn act(&self, act: Act) {
        match act {
            Act::Small => {
                let began = Instant::now();
                let answer = self.ask("small details", Size::Small, "/api/details").await;
                if answer == Some(StatusCode::OK) {
                    self.seen.borrow_mut().small.push(milliseconds(began));
                }
            }
            Act::SignUp => self.sign_up(Size::Small).await,
            Act::Large => {
                self.sign_up(Size::Large).await;
                self.ask("large details", Size::Large, "/api/details").await;
            }
            Act::Export => {
                self.ask("exports", Size::Small, "/api/export/pdf").await;
            }
            Act::HangUp => self.hang_up().await,
            Act::ReadSlowly => self.read_slowly().await,
            Act::Nonsense => self.talk_nonsense().await,
            Act::Probe => {
                let began = Instant::now();
                let probe = self.http.get(self.backend.url("/healthz"));
                let status = probe.send().await.map(|answer| answer.status().as_u16());
                let status = status.unwrap_or_default();
                self.count("probes", status, status == 200);
                self.seen.borrow_mut().health.push(milliseconds(began));
            }
        }
    }

    async fn sign_up(&self, size: Size) {
        // Faults of the upstream break some of them.
        if let Ok(visitor) = self.backend.sign_up(size).await {
            let mut sessions = self.sessions[usize::from(size == Size::Large)].borrow_mut();
            sessions.push_back(visitor);
            if sessions.len() > SESSIONS {
                sessions.pop_front();
            }
            self.count("sign-ups", 200, true);
        } else {
            self.count("sign-ups", 0, true);
        }
    }

    fn request(&self, size: Size, path: &str) -> Option<reqwest::RequestBuilder> {
        let visitor = {
            let mut sessions = self.sessions[usize::from(size == Size::Large)].borrow_mut();
            let next = sessions.pop_front()?;
            sessions.push_back(next.clone());
            next
        };
        let address = self.addresses.get();
        self.addresses.set(address.wrapping_add(1));
        let request = self.http.get(self.backend.url(path));
        Some(visitor.request_from(request, address))
    }

    /// Asks, and reads all of the answer.
    async fn ask(&self, what: &'static str, size: Size, path: &str) -> Option<StatusCode> {
        let least = match what {
            "exports" => PDF,
            _ => size.least(),
        };
        let asked = async {
            let answer = self.request(size, path)?.send().await.ok()?;
            let status = answer.status();
            let body = answer.bytes().await.ok()?;
            Some((status, body.len()))
        };
        let Some((status, length)) = asked.await else {
            self.count(what, 0, true);
            return None;
        };
        let is_right = match status.as_u16() {
            200 => length >= least,
            status => EXPECTED.contains(&status),
        };
        self.count(what, status.as_u16(), is_right);
        Some(status)
    }

    async fn hang_up(&self) {
        if let Some(request) = self.request(Size::Small, "/api/export/pdf")
            && let Ok(mut answer) = request.send().await
        {
            let _: Result<_, _> = answer.chunk().await;
            let status = answer.status().as_u16();
            let is_right = status == 200 || EXPECTED.contains(&status);
            self.count("exports that are not read on", status, is_right);
        }
    }

    async fn read_slowly(&self) {
        if let Some(request) = self.request(Size::Large, "/api/details")
            && let Ok(mut answer) = request.send().await
        {
            while let Ok(Some(_)) = answer.chunk().await {
                sleep(Duration::from_millis(20)).await;
            }
            let status = answer.status().as_u16();
            let is_right = status == 200 || EXPECTED.contains(&status);
            self.count("slow readers", status, is_right);
        }
    }

    async fn talk_nonsense(&self) {
        for nonsense in [
            "GET /api/details HTTP/1.1\r\nHost: localh",
            "GET / HTTP/1.1\r\nHost: elsewhere\r\nConnection: close\r\n\r\n",
            "POST /api/exchange HTTP/1.1\r\nContent-Length: 9\r\n\r\n{",
            "\0\0\0",
        ] {
            if let Ok(mut stream) = TcpStream::connect(&self.backend.address).await {
                // An end or a reset is what a client like this gets.
                let _ = stream.write_all(nonsense.as_bytes()).await;
                let _ = stream.read(&mut [0; 64]).await;
            }
        }
        let stranger = self.http.get(self.backend.url("/api/details")).send();
        if let Ok(answer) = stranger.await {
            let status = answer.status().as_u16();
            self.count("strangers", status, (400..500).contains(&status));
        }
    }

    fn count(&self, what: &'static str, status: u16, is_right: bool) {
        let mut seen = self.seen.borrow_mut();
        *seen.statuses.entry((what, status)).or_default() += 1;
        match status {
            200 => seen.good += 1,
            _ => seen.failed += 1,
        }
        if !is_right {
            seen.wrong = Some(format!("{what}: a wrong answer with status {status}"));
        }
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
