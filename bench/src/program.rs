//! A program under measurement, running until it is dropped.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// How long a program may take to be ready.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it may take to end.
const GRACE: Duration = Duration::from_secs(5);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);
/// So many in which nothing becomes less, and it is at rest.
const LOOKS: u32 = 50;

pub(crate) struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts it and waits for the line on standard output that holds `ready`; gives what comes after
    /// it.
    pub(crate) fn start(mut command: Command, ready: &str, log: &Path) -> Result<(Self, String)> {
        let mut program = Self::spawn(command.stdout(Stdio::piped()), log)?;
        let stdout = program.child.stdout.take().context("it has no output")?;
        let (found, line) = mpsc::channel();
        let ready = ready.to_owned();
        // To the end: whoever prints more must find a reader.
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once(&ready) {
                    let _ = found.send(rest.to_owned());
                }
            }
        });
        match line.recv_timeout(PATIENCE) {
            Ok(line) => Ok((program, line)),
            Err(_) => bail!("it did not become ready:\n{}", program.log()),
        }
    }

    /// Starts what says nothing, and waits until it takes connections at a port of this machine.
    pub(crate) fn start_at(mut command: Command, port: u16, log: &Path) -> Result<Self> {
        let mut program = Self::spawn(command.stdout(Stdio::null()), log)?;
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let ended = program.child.try_wait()?;
            if ended.is_some() || began.elapsed() > PATIENCE {
                bail!("it does not listen on port {port}:\n{}", program.log());
            }
            thread::sleep(PAUSE);
        }
        Ok(program)
    }

    fn spawn(command: &mut Command, log: &Path) -> Result<Self> {
        let stderr =
            File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let child = command.stdin(Stdio::null()).stderr(stderr).spawn();
        Ok(Self {
            child: child.with_context(|| format!("cannot start {command:?}"))?,
            log: log.to_owned(),
        })
    }

    /// All it wrote to standard error so far.
    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Memory it holds now, in bytes (`VmRSS` of Linux's `/proc`).
    pub(crate) fn resident(&self) -> Result<f64> {
        self.status("VmRSS")
    }

    /// What it holds once it gives nothing back any more.
    pub(crate) fn at_rest(&self) -> Result<f64> {
        let mut least = self.resident()?;
        let (began, mut looks) = (Instant::now(), 0);
        while looks < LOOKS && began.elapsed() < PATIENCE {
            thread::sleep(PAUSE);
            let now = self.resident()?;
            looks = if now < least { 0 } else { looks + 1 };
            least = least.min(now);
        }
        Ok(least)
    }

    /// The most it held since it started.
    pub(crate) fn peak(&self) -> Result<f64> {
        self.status("VmHWM")
    }

    fn status(&self, key: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .context("memory is measured through Linux's /proc")?;
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let kibibytes =
            line.and_then(|line| line.trim_start_matches(':').split_whitespace().next());
        let kibibytes: f64 = kibibytes.context("no such line")?.parse()?;
        Ok(kibibytes * 1024.0)
    }
}

impl Drop for Program {
    /// By a signal that can be heard, because nginx has to end its workers; and as one that waits at a
    /// terminal would, because webkyc goes on for some seconds when its orchestrator ends it.
    fn drop(&mut self) {
        if let Ok(id) = i32::try_from(self.child.id()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGINT);
        }
        let began = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && began.elapsed() < GRACE {
            thread::sleep(PAUSE);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago, for programs that cannot choose one themselves.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
