//! Many visitors at once: each follows the prompts, shows a document and is compared with it, over HTTP. The verifier
//! is a program of its own on this machine, so its memory can be measured.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::visitor::{Head, Visitor};

/// The page sends no more than six frames a second.
const PAUSE: Duration = Duration::from_millis(167);
/// The sandbox waits no longer for a picture.
const LONGEST: Duration = Duration::from_secs(25);

/// What one kind of call met.
#[derive(Debug, Default)]
pub struct Served {
    times: Vec<Duration>,
    /// Those that were asked to come back later.
    pub busy: usize,
    /// Those with another answer or none.
    pub other: usize,
}

/// What all visitors met together.
#[derive(Debug, Default)]
pub struct Load {
    /// Frames of challenges.
    pub frames: Served,
    /// Pictures of documents.
    pub documents: Served,
    /// Comparisons.
    pub matches: Served,
    /// Challenges that passed.
    pub passed: usize,
    /// Documents of which everything was read.
    pub read: usize,
    /// Why challenges failed, and what was wrong with answers.
    pub reasons: BTreeMap<String, usize>,
    /// The most memory of the verifier, where the system says it.
    pub peak_memory_kib: Option<u64>,
}

impl Served {
    /// How many had an answer.
    #[must_use]
    pub fn number(&self) -> usize {
        self.times.len()
    }

    /// The time within which this part had an answer.
    #[must_use]
    pub fn within(&self, part: f32) -> Duration {
        let mut times = self.times.clone();
        times.sort();
        let last = times.len().saturating_sub(1) as f32;
        times
            .get((last * part).round() as usize)
            .copied()
            .unwrap_or_default()
    }

    fn join(&mut self, other: Self) {
        self.times.extend(other.times);
        self.busy += other.busy;
        self.other += other.other;
    }
}

/// Starts the verifier with this command and lets so many visitors come again and again for a time.
///
/// # Errors
/// When the verifier does not start, or ends.
///
/// # Panics
/// When a visitor's thread does.
pub fn put_under_load(
    mut verifier: Command,
    visitor: &Visitor,
    visitors: usize,
    time: Duration,
) -> Result<Load> {
    let mut running = Running::start(verifier.args(["--listen", "127.0.0.1:0"]))?;
    let (address, end) = (running.address, Instant::now() + time);
    let mut load = Load::default();
    thread::scope(|scope| {
        let come = || scope.spawn(move || Visit::new(address, end).come_again_and_again(visitor));
        let all: Vec<_> = (0..visitors).map(|_| come()).collect();
        for one in all {
            load.join(one.join().expect("visitors do not panic"));
        }
    });
    let has_ended = running.child.try_wait()?;
    ensure!(has_ended.is_none(), "the verifier ended");
    load.peak_memory_kib = peak_memory(running.child.id());
    Ok(load)
}

impl Load {
    fn join(&mut self, other: Self) {
        self.frames.join(other.frames);
        self.documents.join(other.documents);
        self.matches.join(other.matches);
        self.passed += other.passed;
        self.read += other.read;
        for (reason, number) in other.reasons {
            *self.reasons.entry(reason).or_default() += number;
        }
    }
}

/// The verifier, which ends with this.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    fn start(command: &mut Command) -> Result<Self> {
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.context("cannot start the verifier; build webkyc-verifier first")?;
        let stdout = child.stdout.take().context("it has an output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line
            .trim()
            .rsplit_once("http://")
            .map(|(_, address)| address);
        let Some(address) = address.and_then(|address| address.parse().ok()) else {
            let _ = child.kill();
            let _ = child.wait();
            anyhow::bail!("the verifier did not start");
        };
        Ok(Self { child, address })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Of Linux alone.
fn peak_memory(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// One visitor at a time.
struct Visit {
    address: SocketAddr,
    end: Instant,
    load: Load,
}

struct Answer {
    status: u16,
    asks_to_come_back: bool,
    body: Vec<u8>,
}

impl Visit {
    fn new(address: SocketAddr, end: Instant) -> Self {
        Self {
            address,
            end,
            load: Load::default(),
        }
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    fn come_again_and_again(mut self, visitor: &Visitor) -> Load {
        while !self.is_over() {
            if let Some(challenge) = self.follow_prompts(visitor) {
                self.load.passed += 1;
                self.show(&challenge, &visitor.page);
            }
            thread::sleep(PAUSE);
        }
        self.load
    }

    /// The challenge, if it passed.
    fn follow_prompts(&mut self, visitor: &Visitor) -> Option<String> {
        let begun = self.call(|_| None, "/challenges", &[])?;
        let id = begun["id"].as_str()?.to_owned();
        let mut prompt = begun["prompt"].clone();
        let mut head = Head::of(visitor);
        for number in 0.. {
            if self.is_over() {
                break;
            }
            let next = Instant::now() + PAUSE;
            let side = match prompt.as_str()? {
                "left" => 1,
                "right" => -1,
                _ => 0,
            };
            let path = format!("/challenges/{id}/frames?seq={number}");
            let answer = self.call(|load| Some(&mut load.frames), &path, head.follow(side))?;
            match answer["state"].as_str() {
                Some("go on") => {}
                Some("next") => {
                    prompt = answer["prompt"].clone();
                    head.hear();
                }
                Some("passed") => return Some(id),
                _ => {
                    self.note(format!("failed: {}", answer["reason"]));
                    break;
                }
            }
            thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        None
    }

    fn show(&mut self, challenge: &str, page: &[u8]) {
        let path = "/documents?zone=expected";
        let Some(side) = self.call(|load| Some(&mut load.documents), path, page) else {
            return;
        };
        self.load.read += usize::from(side["retake"].is_null());
        let portrait = side["portrait"].as_str();
        let Some(portrait) = portrait.and_then(|portrait| STANDARD.decode(portrait).ok()) else {
            return self.note("no portrait".to_owned());
        };
        let path = format!("/challenges/{challenge}/match");
        self.call(|load| Some(&mut load.matches), &path, &portrait);
    }

    fn note(&mut self, reason: String) {
        *self.load.reasons.entry(reason).or_default() += 1;
    }

    /// The answer to a call, if it is one of success; the others are counted.
    fn call(
        &mut self,
        of: impl Fn(&mut Load) -> Option<&mut Served>,
        path: &str,
        body: &[u8],
    ) -> Option<Value> {
        let began = Instant::now();
        let answer = post(self.address, path, body);
        let took = began.elapsed();
        let mut served = of(&mut self.load);
        match answer {
            Ok(answer) if matches!(answer.status, 200 | 201) => {
                if let Some(served) = served {
                    served.times.push(took);
                }
                serde_json::from_slice(&answer.body).ok()
            }
            Ok(answer) if answer.status == 503 && answer.asks_to_come_back => {
                if let Some(served) = served {
                    served.busy += 1;
                }
                let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                self.note(format!("503 {}", problem["code"]));
                None
            }
            other => {
                if let Some(served) = &mut served {
                    served.other += 1;
                }
                let why =
                    other.map_or_else(|error| format!("{error:#}"), |it| it.status.to_string());
                self.note(why);
                None
            }
        }
    }
}

/// A call on a connection of its own, as the sandbox's.
fn post(address: SocketAddr, path: &str, body: &[u8]) -> Result<Answer> {
    let mut stream = TcpStream::connect(address).context("no connection")?;
    stream.set_read_timeout(Some(LONGEST))?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    // Who is refused may be refused before all was sent, and reads the answer all the same.
    let sent = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(body));
    let mut answer = Vec::new();
    let received = stream.read_to_end(&mut answer);
    if answer.is_empty() {
        sent.context("not sent")?;
        received.context("no answer")?;
    }
    parse(&answer).context("the answer is not HTTP")
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    Some(Answer {
        status,
        asks_to_come_back: head.to_ascii_lowercase().contains("\r\nretry-after:"),
        body: answer[end + 4..].to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart() {
        let busy = parse(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n\r\n{}").unwrap();
        assert_eq!((busy.status, busy.asks_to_come_back), (503, true));
        assert_eq!(busy.body, b"{}");
        assert!(parse(b"HTTP/1.1 200 OK\r\n").is_none() && parse(b"SSH-2.0\r\n\r\n").is_none());
    }

    #[test]
    fn what_two_visitors_met_is_added_up() {
        let met = |seconds| Load {
            frames: Served {
                times: vec![Duration::from_secs(seconds)],
                busy: 1,
                other: 0,
            },
            reasons: BTreeMap::from([("503".to_owned(), 1)]),
            ..Load::default()
        };
        let mut load = met(1);
        load.join(met(3));
        assert_eq!((load.frames.number(), load.frames.busy), (2, 2));
        assert_eq!(load.frames.within(1.0), Duration::from_secs(3));
        assert_eq!(load.reasons["503"], 2);
    }
}
