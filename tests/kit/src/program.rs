//! A program as a child process, which ends when it is dropped.

use std::{
    fmt::Display,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

#[cfg(unix)]
pub use nix::sys::signal::Signal;
use tempfile::NamedTempFile;

use crate::TIMEOUT;

const PAUSE: Duration = Duration::from_millis(5);

/// A child process. Its standard error is its log, which goes to a temporary file.
pub struct Program {
    child: Child,
    log: NamedTempFile,
    /// How many lines of the log have been read.
    lines_read: usize,
    /// The lines of standard output.
    stdout: Receiver<String>,
}

impl Program {
    /// Starts it and waits for lines on standard output that hold these words, in this order; returns the
    /// rest of each line.
    #[track_caller]
    pub fn start<const N: usize>(command: Command, ready: [&str; N]) -> (Self, [String; N]) {
        let program = Self::spawn(command);
        match program.wait_for_output(ready) {
            Some(lines) => (program, lines),
            None => program.fail("it did not become ready"),
        }
    }

    /// The same, or its log when it ended before.
    #[track_caller]
    pub fn try_start<const N: usize>(
        command: Command,
        ready: [&str; N],
    ) -> Result<(Self, [String; N]), String> {
        let program = Self::spawn(command);
        match program.wait_for_output(ready) {
            Some(lines) => Ok((program, lines)),
            None => Err(program.log()),
        }
    }

    /// Starts it with its log in a pipe that only the caller reads.
    #[track_caller]
    pub fn start_with_pipe<const N: usize>(
        command: Command,
        ready: [&str; N],
    ) -> (Self, [String; N], ChildStderr) {
        let mut program = Self::spawn_with(command, |_| Stdio::piped());
        let stderr = program.child.stderr.take().unwrap();
        match program.wait_for_output(ready) {
            Some(lines) => (program, lines, stderr),
            None => program.fail("it did not become ready"),
        }
    }

    /// Starts it and waits for nothing.
    #[track_caller]
    pub fn spawn(command: Command) -> Self {
        Self::spawn_with(command, |log| log.reopen().unwrap().into())
    }

    #[track_caller]
    fn spawn_with(mut command: Command, stderr: impl FnOnce(&NamedTempFile) -> Stdio) -> Self {
        let log = NamedTempFile::new().unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let child = command.stderr(stderr(&log)).spawn();
        let mut child = child
            .unwrap_or_else(|e| panic!("cannot start {command:?}: {e}; run `cargo xtask test`"));
        let (sender, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        // It reads to the end, because a program that prints more waits for a reader.
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self {
            child,
            log,
            lines_read: 0,
            stdout: lines,
        }
    }

    fn wait_for_output<const N: usize>(&self, ready: [&str; N]) -> Option<[String; N]> {
        let mut found = [const { String::new() }; N];
        for (words, found) in ready.iter().zip(&mut found) {
            *found = loop {
                let line = self.stdout.recv_timeout(TIMEOUT).ok()?;
                if let Some((_, rest)) = line.split_once(words) {
                    break rest.trim().to_owned();
                }
            };
        }
        Some(found)
    }

    /// Waits until this is so.
    #[track_caller]
    pub fn wait_until(&mut self, is_so: impl Fn() -> bool) {
        let deadline = Instant::now() + TIMEOUT;
        while !is_so() {
            let has_ended = self.child.try_wait().unwrap().is_some();
            if has_ended || Instant::now() > deadline {
                self.fail("it did not become ready");
            }
            thread::sleep(PAUSE);
        }
    }

    /// The lines that it wrote to standard output since it was ready. Waits for its end.
    pub fn stdout(&self) -> String {
        let lines = std::iter::from_fn(|| self.stdout.recv_timeout(TIMEOUT).ok());
        lines.map(|line| line + "\n").collect()
    }

    /// All that it wrote to standard error so far.
    pub fn log(&self) -> String {
        let log = std::fs::read(self.log.path()).unwrap();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// Waits for the next line of the log that holds these words.
    #[track_caller]
    pub fn next_log_line(&mut self, words: &str) -> String {
        let line = self.try_next_log_line(words);
        line.unwrap_or_else(|| self.fail(format_args!("it did not say {words:?}")))
    }

    /// The same, or nothing when the program ended before.
    pub fn try_next_log_line(&mut self, words: &str) -> Option<String> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let has_ended = self.child.try_wait().unwrap().is_some();
            let log = self.log();
            let whole = log.rfind('\n').map_or("", |end| &log[..end]);
            for line in whole.lines().skip(self.lines_read) {
                self.lines_read += 1;
                if line.contains(words) {
                    return Some(line.to_owned());
                }
            }
            if has_ended || Instant::now() > deadline {
                return None;
            }
            thread::sleep(PAUSE);
        }
    }

    #[track_caller]
    fn fail(&self, what: impl Display) -> ! {
        panic!("{what}:\n{}", self.log())
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    #[cfg(unix)]
    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        let id = nix::unistd::Pid::from_raw(self.id().try_into().unwrap());
        nix::sys::signal::kill(id, signal).unwrap();
    }

    /// Kills it (SIGKILL) when called, from any thread.
    #[cfg(unix)]
    pub fn killer(&self) -> impl FnOnce() + Send + 'static {
        let id = nix::unistd::Pid::from_raw(self.id().try_into().unwrap());
        move || nix::sys::signal::kill(id, Signal::SIGKILL).unwrap()
    }

    /// Waits for lines on standard output that hold these words, as [`Self::start`] does.
    #[track_caller]
    pub fn ready<const N: usize>(&self, ready: [&str; N]) -> [String; N] {
        match self.wait_for_output(ready) {
            Some(lines) => lines,
            None => self.fail("it did not become ready"),
        }
    }

    /// Waits for its end.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        match self.ended_within(TIMEOUT) {
            Some(status) => status,
            None => self.fail("it did not end"),
        }
    }

    /// How it ended, if it has by then.
    pub fn ended_within(&mut self, time: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + time;
        loop {
            let status = self.child.try_wait().unwrap();
            if status.is_some() || Instant::now() > deadline {
                return status;
            }
            thread::sleep(PAUSE);
        }
    }

    /// Interrupts it and waits for a successful end; returns all that it wrote since it was ready.
    #[cfg(unix)]
    #[track_caller]
    pub fn stop(mut self) -> String {
        self.signal(Signal::SIGINT);
        let status = self.wait();
        if !status.success() {
            self.fail(format_args!("it ended with {status}"));
        }
        self.stdout() + &self.log()
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that was free a moment ago, for programs that cannot choose one themselves.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_start_returns_the_rest_of_each_ready_line_and_keeps_later_output() {
        let script = "echo early; echo ready at 1; echo and at 2; echo late";
        let (mut program, found) = Program::start(shell(script), ["ready at ", "and at "]);
        assert_eq!(found, ["1", "2"]);
        assert!(program.wait().success());
        assert_eq!(program.stdout(), "late\n");
    }

    #[test]
    fn a_program_that_ends_too_early_is_reported_with_its_log() {
        let started = Program::try_start(shell("echo no port left >&2"), ["ready"]);
        assert_eq!(started.err().unwrap(), "no port left\n");
    }

    #[test]
    fn log_lines_are_found_in_their_order() {
        let mut program =
            Program::spawn(shell("for n in 1 2; do echo line $n >&2; done; sleep 60"));
        assert_eq!(program.next_log_line("line"), "line 1");
        assert_eq!(program.next_log_line("line"), "line 2");
    }

    #[test]
    fn a_dropped_program_is_ended() {
        let program = Program::spawn(shell("exec sleep 60"));
        let id = nix::unistd::Pid::from_raw(program.id().try_into().unwrap());
        drop(program);
        assert!(nix::sys::signal::kill(id, None).is_err());
    }

    #[test]
    #[should_panic(expected = "exit status: 3:\nthe log")]
    fn a_stop_that_fails_panics_with_the_log() {
        let script =
            "trap 'echo the log >&2; exit 3' INT; echo ready; while :; do sleep 0.01; done";
        let (program, _) = Program::start(shell(script), ["ready"]);
        program.stop();
    }
}
