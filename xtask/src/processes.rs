//! Programs that xtask starts. Each leads a process group, so that stopping it also stops the compilers
//! or browsers that it started, and signals reach them only through xtask.

use std::{
    env,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The interval in which xtask looks at programs and signals.
const TICK: Duration = Duration::from_millis(50);

/// How long a program may take to end after SIGINT.
const END_TIMEOUT: Duration = Duration::from_secs(3);

/// Ctrl-C, SIGTERM or SIGHUP.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Makes Ctrl-C, SIGTERM and SIGHUP end waits with [`Interrupted`].
pub(crate) fn watch_signals() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst))
        .context("cannot listen for Ctrl-C")
}

/// Sleeps for a tick, and fails after a signal.
pub(crate) fn pause() -> Result<(), Interrupted> {
    sleep(TICK);
    if INTERRUPTED.load(Ordering::SeqCst) {
        return Err(Interrupted);
    }
    Ok(())
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The standard output of a short program.
pub(crate) fn answer(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {name}"))?;
    ensure!(
        output.status.success(),
        "{name} failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// Keeps the terminal's Ctrl-C from a program, which xtask stops itself.
pub(crate) fn in_own_group(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command
}

/// A running program, stopped when dropped.
pub(crate) struct Process {
    child: Child,
    ended: Option<ExitStatus>,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let child = in_own_group(command)
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", name(command)))?;
        Ok(Self { child, ended: None })
    }

    /// The standard output, if the command pipes it.
    pub(crate) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// The exit status, once the program has ended.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().context("cannot wait for a program")?;
            // End its descendants too. On Windows the id may belong to another process by now.
            if cfg!(unix) && self.ended.is_some() {
                self.kill_group();
            }
        }
        Ok(self.ended)
    }

    /// Waits for the end, and calls `tick` meanwhile.
    pub(crate) fn wait(&mut self, mut tick: impl FnMut()) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            pause()?;
            tick();
        }
    }

    fn stop(&mut self) -> Result<()> {
        if self.ended()?.is_some() {
            return Ok(());
        }
        self.ask_to_end();
        let asked = Instant::now();
        while self.ended()?.is_none() && asked.elapsed() < END_TIMEOUT {
            sleep(TICK);
        }
        if self.ended()?.is_none() {
            self.kill_group();
            self.child.wait().context("cannot wait for a program")?;
        }
        Ok(())
    }

    #[cfg(unix)]
    fn signal_group(&self, signal: nix::sys::signal::Signal) {
        if let Ok(id) = i32::try_from(self.child.id()) {
            // The only possible error is that the group has ended.
            let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(id), signal);
        }
    }

    /// Like Ctrl-C. After SIGTERM the backend would wait for load balancers first.
    #[cfg(unix)]
    fn ask_to_end(&self) {
        self.signal_group(nix::sys::signal::Signal::SIGINT);
    }

    #[cfg(unix)]
    fn kill_group(&self) {
        self.signal_group(nix::sys::signal::Signal::SIGKILL);
    }

    /// Windows has no such signal; the console sends Ctrl-C to the whole group.
    #[cfg(not(unix))]
    fn ask_to_end(&self) {}

    #[cfg(not(unix))]
    fn kill_group(&self) {
        let _ = Command::new("taskkill")
            .args(["/T", "/F", "/PID", &self.child.id().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            eprintln!("error: {error:#}");
        }
    }
}

/// `folders`, then those of PATH.
pub(crate) fn path_behind(folders: &[PathBuf]) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&path));
    env::join_paths(all).context("the name of a folder cannot stand in PATH")
}

/// The first program of that name on PATH.
pub(crate) fn find_on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| executable(&folder, program))
        .find(|file| file.is_file())
}

/// The path of a program in a folder, with `.exe` on Windows.
pub(crate) fn executable(folder: &Path, program: &str) -> PathBuf {
    folder.join(format!("{program}{}", env::consts::EXE_SUFFIX))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};

    use nix::{sys::signal::kill, unistd::Pid};

    use super::*;

    /// A shell that starts another program and prints its id.
    fn start_two(first: &str, then: &str) -> (Process, Pid) {
        let script = format!("{first}; sleep 600 & echo $!; {then}");
        let mut command = Command::new("sh");
        let mut process =
            Process::start(command.args(["-c", &script]).stdout(Stdio::piped())).unwrap();
        let mut line = String::new();
        BufReader::new(process.take_stdout().unwrap())
            .read_line(&mut line)
            .unwrap();
        (process, Pid::from_raw(line.trim().parse().unwrap()))
    }

    #[track_caller]
    fn assert_ends(program: Pid) {
        let started = Instant::now();
        while kill(program, None).is_ok() {
            assert!(started.elapsed() < END_TIMEOUT, "{program} still runs");
            sleep(TICK);
        }
    }

    #[test]
    fn a_dropped_program_takes_along_what_it_started() {
        let (process, started_by_it) = start_two(":", "wait");
        drop(process);
        assert_ends(started_by_it);
    }

    #[test]
    fn a_program_that_refuses_to_end_is_ended() {
        let (process, started_by_it) = start_two("trap '' TERM", "wait");
        drop(process);
        assert_ends(started_by_it);
    }

    #[test]
    fn a_program_that_ended_leaves_nothing_behind() {
        let (mut process, started_by_it) = start_two(":", "exit 3");
        assert_eq!(process.wait(|| ()).unwrap().code(), Some(3));
        assert_ends(started_by_it);
    }
}
