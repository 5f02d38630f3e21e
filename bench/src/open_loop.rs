//! Requests on schedule, as visitors come: none of them waits for the answer to another.

use std::{
    cell::RefCell,
    io,
    net::SocketAddr,
    rc::Rc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Builder,
    task::{LocalSet, spawn_local},
    time::{MissedTickBehavior, interval},
};

use crate::load::Load;

/// Requests under way at once, each on a connection of its own: twice as many as the backend takes.
const MOST: usize = 4096;
/// How often the schedule is looked at.
const TICK: Duration = Duration::from_millis(2);

/// The answers to an open loop.
pub(crate) struct Outcome {
    /// Good answers a second.
    pub(crate) good: f64,
    /// Of all answers, in percent.
    pub(crate) refused: f64,
}

/// Asks so often a second, for some seconds. A request for which there is no connection left, because all
/// before wait, is left out.
///
/// # Errors
/// When an answer is neither good nor a refusal.
pub(crate) fn run(load: &Load, per_second: f64, seconds: u32) -> Result<Outcome> {
    // Not on a thread of the upstream's.
    let asking = thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let visitors = Rc::new(Visitors::new(load)?);
            let asking = visitors.clone().ask(per_second, seconds);
            LocalSet::new().block_on(&runtime, asking);
            anyhow::Ok(visitors.seen.take())
        });
        thread.join().map_err(|_| anyhow!("the load stopped"))
    });
    let seen = asking??;
    if let Some(broken) = seen.broken {
        return Err(broken);
    }
    ensure!(seen.good > 0.0, "not one good answer");
    Ok(Outcome {
        good: seen.good / f64::from(seconds),
        refused: 100.0 * seen.refused / (seen.good + seen.refused),
    })
}

struct Visitors {
    address: SocketAddr,
    /// A request of each session.
    requests: Vec<Vec<u8>>,
    /// Connections that wait for a next request.
    kept: RefCell<Vec<TcpStream>>,
    seen: RefCell<Seen>,
}

#[derive(Default)]
struct Seen {
    under_way: usize,
    good: f64,
    refused: f64,
    broken: Option<anyhow::Error>,
}

impl Visitors {
    fn new(load: &Load) -> Result<Self> {
        let url: reqwest::Url = load.url.parse()?;
        let address = url.socket_addrs(|| None)?;
        let request = |cookie: &String| {
            let mut request = format!("GET {} HTTP/1.1\r\n", url.path());
            for (name, value) in &load.headers {
                let value = if name == "cookie" { cookie } else { value };
                request += &format!("{name}: {value}\r\n");
            }
            request
        };
        // Each from an address of its own, because the rate limits would stop a single one.
        let addresses = (0_u16..u16::MAX).map(u16::to_be_bytes);
        let requests = addresses.zip(load.cookies.iter().cycle());
        let requests = requests.map(|([high, low], cookie)| {
            let address = format!("X-Forwarded-For: 10.2.{high}.{low}\r\n\r\n");
            (request(cookie) + &address).into_bytes()
        });
        Ok(Self {
            address: *address.first().ok_or_else(|| anyhow!("no address"))?,
            requests: requests.collect(),
            kept: RefCell::default(),
            seen: RefCell::default(),
        })
    }

    async fn ask(self: Rc<Self>, per_second: f64, seconds: u32) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let began = Instant::now();
        let all = Duration::from_secs(seconds.into());
        let mut due = 0.0;
        let mut requests = 0..self.requests.len();
        while began.elapsed() < all {
            ticks.tick().await;
            let now = began.elapsed().as_secs_f64() * per_second;
            while due < now {
                due += 1.0;
                if self.seen.borrow().under_way == MOST {
                    continue;
                }
                self.seen.borrow_mut().under_way += 1;
                let place = requests.next().unwrap_or_else(|| {
                    requests = 1..self.requests.len();
                    0
                });
                let visitors = self.clone();
                spawn_local(async move { visitors.visit(place).await });
            }
        }
    }

    async fn visit(&self, place: usize) {
        let answered = self.answered(&self.requests[place]).await;
        let mut seen = self.seen.borrow_mut();
        seen.under_way -= 1;
        match answered {
            Ok(200) => seen.good += 1.0,
            // The share of a session is used up, or everything is.
            Ok(429 | 503) => seen.refused += 1.0,
            Ok(status) => seen.broken = Some(anyhow!("an answer has status {status}")),
            Err(error) => seen.broken = Some(error.into()),
        }
    }

    /// Asks over a kept connection, and again over a new one if that has ended, as browsers do.
    async fn answered(&self, request: &[u8]) -> io::Result<u16> {
        let kept = self.kept.borrow_mut().pop();
        if let Some(stream) = kept
            && let Ok(status) = self.exchange(stream, request).await
        {
            return Ok(status);
        }
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        self.exchange(stream, request).await
    }

    async fn exchange(&self, mut stream: TcpStream, request: &[u8]) -> io::Result<u16> {
        stream.write_all(request).await?;
        let (mut answer, mut buffer) = (Vec::with_capacity(4096), [0; 4096]);
        loop {
            if let Some(head) = Head::of(&answer)?
                && answer.len() >= head.length
            {
                if head.goes_on {
                    self.kept.borrow_mut().push(stream);
                }
                return Ok(head.status);
            }
            match stream.read(&mut buffer).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => answer.extend_from_slice(&buffer[..read]),
            }
        }
    }
}

/// The head of an answer.
#[derive(Debug, PartialEq)]
struct Head {
    status: u16,
    /// Of the whole answer.
    length: usize,
    goes_on: bool,
}

impl Head {
    /// `None` until all of it has come.
    fn of(answer: &[u8]) -> io::Result<Option<Self>> {
        let Some(end) = answer.windows(4).position(|it| it == b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        let value = |name: &str| {
            let mut lines = head.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        let status = head.get(9..12).and_then(|it| it.parse().ok());
        let length = value("content-length").and_then(|it| it.parse::<usize>().ok());
        let (Some(status), Some(length)) = (status, length) else {
            return Err(io::Error::other(format!("no such answer: {head}")));
        };
        Ok(Some(Self {
            status,
            length: end + 4 + length,
            goes_on: value("connection") != Some("close"),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_length_has_come() {
        let answer =
            b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        let head = Head {
            status: 503,
            length: answer.len(),
            goes_on: false,
        };
        assert_eq!(Head::of(answer).unwrap(), Some(head));
        assert_eq!(Head::of(&answer[..40]).unwrap(), None);
        assert!(Head::of(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn requests_come_on_schedule_over_kept_connections() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let router = axum::Router::new().fallback(async || "whole");
        tokio::spawn(axum::serve(listener, router).into_future());
        let load = Load {
            url,
            headers: vec![("Host".into(), "kyc".into())],
            cookies: vec!["a=b".into()],
            connections: 0,
            processes: Vec::new(),
        };
        let outcome = tokio::task::spawn_blocking(move || run(&load, 50.0, 1));
        let outcome = outcome.await.unwrap().unwrap();
        assert!((1.0..=51.0).contains(&outcome.good), "{}", outcome.good);
        assert_eq!(outcome.refused, 0.0);
    }
}
