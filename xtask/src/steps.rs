//! Long commands, each with one line on the terminal: its purpose, its usual time, its actual time.

use std::{
    fs::{self, File},
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    processes::{Process, pause},
    programs_folder, root,
};

/// How many lines of a failed command's log the terminal shows.
const TAIL_LINES: usize = 20;

/// A long command whose output goes into a log.
pub(crate) struct Step<'a> {
    /// For example `Building the pages`.
    pub(crate) doing: &'a str,
    /// The usual time on two cores.
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
            "{} failed; its log is {}",
            lower_first(self.doing),
            shown(&log).display()
        )
    }
}

/// The line of a step, with a running clock on a terminal.
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
            // Build on when the terminal is gone.
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

/// `target/xtask/NAME.log`, with its folder made.
pub(crate) fn log_file(name: &str) -> Result<PathBuf> {
    Ok(folder()?.join(format!("{name}.log")))
}

/// `target/xtask`, made when it is missing.
pub(crate) fn folder() -> Result<PathBuf> {
    let programs = programs_folder()?;
    let folder = programs.parent().unwrap_or(&programs).join("xtask");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Prints the last lines of a log.
pub(crate) fn show_tail(log: &Path) {
    let Ok(bytes) = fs::read(log) else { return };
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(TAIL_LINES)..] {
        eprintln!("    {line}");
    }
}

/// The path relative to the workspace, where possible.
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
