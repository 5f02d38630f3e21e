//! Long commands: their purpose, their usual time, how far they are, and the time they took.

use std::{
    fs::{self, File},
    io::{self, IsTerminal, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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
        // Into the log, where the bar finds it.
        command
            .env("CARGO_TERM_PROGRESS_WHEN", "always")
            .env("CARGO_TERM_PROGRESS_WIDTH", "80");
        let mut bar = Bar::start(format!("{} ({})", self.doing, self.takes), &log);
        let mut process = Process::start(command.stdout(output).stderr(errors))?;
        let status = process.wait(|| bar.tick());
        bar.end();
        if status?.success() {
            println!("{} … done in {}", self.doing, spoken(bar.started.elapsed()));
            return Ok(());
        }
        println!("{} … failed", self.doing);
        pause()?;
        show_tail(&log);
        bail!(
            "{} failed; its log is {}",
            lower_first(self.doing),
            shown(&log).display()
        )
    }
}

/// How often the log is looked at for cargo's progress.
const LOOK: Duration = Duration::from_millis(500);

/// How often a step says how far it is where no terminal is.
const SAY: Duration = Duration::from_secs(60);

/// The bar of a step on a terminal; elsewhere a line at the start and one each minute.
struct Bar {
    started: Instant,
    log: PathBuf,
    looked: Instant,
    said: Duration,
    /// When progress was first seen, and how many crates were compiled then.
    began: Option<(Instant, u64)>,
    /// None without a terminal.
    bar: Option<ProgressBar>,
}

impl Bar {
    fn start(line: String, log: &Path) -> Self {
        let bar = io::stdout().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout());
            bar.set_style(style("{msg} … {elapsed}"));
            bar.set_message(line.clone());
            bar
        });
        if bar.is_none() {
            println!("{line} …");
        }
        Self {
            started: Instant::now(),
            log: log.to_owned(),
            looked: Instant::now(),
            said: Duration::ZERO,
            began: None,
            bar,
        }
    }

    fn tick(&mut self) {
        if self.looked.elapsed() < LOOK {
            return;
        }
        self.looked = Instant::now();
        let elapsed = self.started.elapsed();
        let is_due = self.bar.is_none() && elapsed >= self.said + SAY;
        if self.bar.is_none() && !is_due {
            return;
        }
        // A log that cannot be read has no progress to show.
        let progress = end_of(&self.log).ok().and_then(|end| cargo_progress(&end));
        match (&self.bar, progress) {
            (Some(bar), Some((done, all))) => {
                if bar.length().is_none() {
                    bar.set_style(style("{msg} {bar:20} {pos} of {len}{prefix}"));
                }
                let (since, before) = *self.began.get_or_insert((self.looked, done));
                let left = left(
                    since.elapsed(),
                    done.saturating_sub(before),
                    all - done.min(all),
                );
                bar.set_prefix(left.map_or_else(String::new, |it| format!(", about {it} left")));
                bar.set_length(all);
                bar.set_position(done);
            }
            (Some(bar), None) => bar.tick(),
            (None, progress) => {
                self.said = elapsed;
                let so_far = progress.map_or_else(String::new, |(done, all)| {
                    format!(": {done} of {all} compiled")
                });
                println!("    after {}{so_far}", spoken(elapsed));
            }
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates are constants")
}

/// The time for the crates that are left, in whole minutes: none at first, when a few crates say little, and none
/// at the end, where the largest crates are.
fn left(elapsed: Duration, done: u64, left: u64) -> Option<String> {
    if done == 0 || elapsed < Duration::from_secs(20) || left <= (done + left) / 10 {
        return None;
    }
    let seconds = elapsed.as_secs() * left / done;
    Some(format!("{} min", seconds.div_ceil(60)))
}

/// The last bytes of a log.
fn end_of(log: &Path) -> io::Result<String> {
    let mut file = File::open(log)?;
    let start = file.metadata()?.len().saturating_sub(2000);
    file.seek(SeekFrom::Start(start))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    Ok(String::from_utf8_lossy(&end).into_owned())
}

/// How many crates of how many are compiled, from the last progress that cargo wrote:
/// `Building [===>   ] 12/345: syn, serde`.
fn cargo_progress(log: &str) -> Option<(u64, u64)> {
    let (_, counts) = log.rsplit_once("] ")?;
    let (done, rest) = counts.split_once('/')?;
    let all = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((done.parse().ok()?, all.parse().ok()?))
}

/// Such as `3 min 12 s`.
pub(crate) fn spoken(time: Duration) -> String {
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
    // Cargo writes its progress over itself.
    let is_progress = |line: &&str| line.trim_start().starts_with("Building [");
    let lines = text.split(['\n', '\r']);
    let lines: Vec<&str> = lines
        .filter(|line| !line.trim().is_empty() && !is_progress(line))
        .collect();
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

    #[test]
    fn the_time_left_is_said_once_it_is_known() {
        let seconds = Duration::from_secs;
        assert_eq!(left(seconds(19), 10, 90), None);
        assert_eq!(left(seconds(30), 50, 100).as_deref(), Some("1 min"));
        assert_eq!(left(seconds(60), 50, 300).as_deref(), Some("6 min"));
        assert_eq!(left(seconds(300), 470, 10), None);
        assert_eq!(left(seconds(240), 0, 5), None);
    }

    #[test]
    fn the_progress_is_the_last_that_cargo_wrote() {
        let log = "   Compiling syn v2.0.119\n\
            \r    Building [==>        ] 12/345: syn, serde\r    Building [====>      ] 130/345: tokio(build)";
        assert_eq!(cargo_progress(log), Some((130, 345)));
        for log in [
            "",
            "   Compiling syn v2",
            "INFO [trunk] building",
            "[a] b/c",
        ] {
            assert_eq!(cargo_progress(log), None, "{log}");
        }
    }
}
