//! A program of ours or a driver, running until it is dropped.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// A child process whose standard error is kept in a file.
pub(crate) struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts it and waits for the line on standard output that holds `ready`; gives what
    /// comes after it.
    #[track_caller]
    pub(crate) fn start(command: Command, ready: &str, log: PathBuf) -> (Self, String) {
        Self::try_start(command, ready, log).unwrap_or_else(|told| panic!("{told}"))
    }

    /// The same, or what it said when it ended.
    #[track_caller]
    pub(crate) fn try_start(
        mut command: Command,
        ready: &str,
        log: PathBuf,
    ) -> Result<(Self, String), String> {
        command.stdout(Stdio::piped());
        let mut program = Self::spawn(command, log);
        let mut lines = BufReader::new(program.child.stdout.take().unwrap()).lines();
        let line = lines.find_map(|line| Some(line.ok()?.split_once(ready)?.1.to_owned()));
        let Some(line) = line else {
            return Err(format!("ended before it was ready:\n{}", program.log()));
        };
        // Whoever prints more must find a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Ok((program, line))
    }

    /// Starts it; how to see that it is ready is the caller's to know.
    #[track_caller]
    pub(crate) fn spawn(mut command: Command, log: PathBuf) -> Self {
        let stderr = File::create(&log).unwrap();
        let child = command.stdin(Stdio::null()).stderr(stderr).spawn();
        let child = child
            .unwrap_or_else(|e| panic!("cannot start {command:?}: {e}; run `cargo xtask test`"));
        Self { child, log }
    }

    /// All it wrote to standard error so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Ends it at once.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
