//! Long steps: one line each, that says what is being done, how long it takes, how long it took.

use std::{
    fs::{self, File},
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{processes::{Process, pause}, programs_folder, root};

/// How much of a failed program's output a person gets to see at once.
const TAIL_LINES: usize = 20;

/// A long command whose output nobody reads unless it fails.
pub(crate) struct Step<'a> {
    /// What it does: `Building the pages`.
    pub(crate) doing: &'a str,
    /// How long it takes on a machine like the one it was measured on.
    pub(crate) takes: &'a str,
    /// Name of the log file.
    pub(crate) log: &'a str,
}

impl Step<'_> {
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
        let log = log_file(self.log)?;
        let output =
            File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let errors = output.try_clone().context("cannot open the log twice")?;
        let mut clock = Clock::start(format!("{} ({})", self.doing, self.takes))?;
        let mut process = Process::start(command.stdout(output).stderr(errors))?;
        let status = match process.wait(|| clock.tick()) {
            Ok(status) => status,
            Err(error) => {
                println!();
                return Err(error);
            }
        };
        if status.success() {
            clock.done();
            return Ok(());
        }
        println!("failed");
        pause()?;
        show_tail(&log);
        bail!(
            "{} failed; everything it said is in {}",
            lower_first(self.doing),
            shown(&log).display()
        )
    }
}

/// The line of a step, with a running clock when a person is looking.
struct Clock {
    line: String,
    started: Instant,
    shown: u64,
    live: bool,
}

impl Clock {
    fn start(line: String) -> Result<Self> {
        print!("{line} … ");
        io::stdout()
            .flush()
            .context("cannot write to the terminal")?;
        Ok(Self {
            line,
            started: Instant::now(),
            shown: 0,
            live: io::stdout().is_terminal(),
        })
    }

    fn tick(&mut self) {
        let elapsed = self.started.elapsed();
        if self.live && elapsed.as_secs() > self.shown {
            self.shown = elapsed.as_secs();
            print!("\r{} … {} ", self.line, spoken(elapsed));
            // A terminal that is gone is no reason to stop a build.
            let _ = io::stdout().flush();
        }
    }

    fn done(&self) {
        let took = spoken(self.started.elapsed());
        if self.live {
            println!("\r{} … done in {took}", self.line);
        } else {
            println!("done in {took}");
        }
    }
}

fn spoken(time: Duration) -> String {
    match (time.as_secs() / 60, time.as_secs() % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// `target/xtask/NAME.log`, its folder made.
pub(crate) fn log_file(name: &str) -> Result<PathBuf> {
    Ok(folder()?.join(format!("{name}.log")))
}

/// `target/xtask`, made if need be.
pub(crate) fn folder() -> Result<PathBuf> {
    let programs = programs_folder()?;
    let folder = programs.parent().unwrap_or(&programs).join("xtask");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// The last lines of a log, for a person to read.
pub(crate) fn show_tail(log: &Path) {
    let Ok(bytes) = fs::read(log) else { return };
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(TAIL_LINES)..] {
        eprintln!("    {line}");
    }
}

/// A path as short as it can be said.
pub(crate) fn shown(path: &Path) -> PathBuf {
    let root = root().canonicalize().unwrap_or_else(|_| root().to_owned());
    path.strip_prefix(root).unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_minutes_and_seconds() {
        assert_eq!(spoken(Duration::from_millis(900)), "0 s");
        assert_eq!(spoken(Duration::from_secs(59)), "59 s");
        assert_eq!(spoken(Duration::from_secs(404)), "6 min 44 s");
    }
}
