//! The memory of a process, in bytes, its descriptors and its processor time, as Linux's `/proc` has them.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use webkyc_test_kit::program::Program;

/// The longest wait for memory to be given back.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Between two readings.
const PAUSE: Duration = Duration::from_millis(10);
/// A process is at rest after this many readings that become no smaller.
const READINGS: u32 = 50;

/// The memory that it holds now (`VmRSS`).
pub(crate) fn resident(program: &Program) -> Result<f64> {
    status(program, "VmRSS")
}

/// The memory that it holds once it gives nothing back any more.
pub(crate) fn at_rest(program: &Program) -> Result<f64> {
    let mut least = resident(program)?;
    let (began, mut readings) = (Instant::now(), 0);
    while readings < READINGS && began.elapsed() < TIMEOUT {
        thread::sleep(PAUSE);
        let now = resident(program)?;
        readings = if now < least { 0 } else { readings + 1 };
        least = least.min(now);
    }
    Ok(least)
}

/// The most that it held since it started (`VmHWM`).
pub(crate) fn peak(program: &Program) -> Result<f64> {
    status(program, "VmHWM")
}

/// How many files and sockets it has open.
pub(crate) fn descriptors(program: &Program) -> Result<f64> {
    let folder = format!("/proc/{}/fd", program.id());
    let open = fs::read_dir(folder).context("descriptors are counted through Linux's /proc")?;
    Ok(f64::from(u32::try_from(open.count())?))
}

/// The seconds that the threads of these processes, by id, have been on a processor.
pub(crate) fn processor_seconds(processes: &[u32]) -> Result<f64> {
    let mut nanoseconds = 0.0;
    for process in processes {
        for thread in fs::read_dir(format!("/proc/{process}/task"))? {
            let times = fs::read_to_string(thread?.path().join("schedstat"))?;
            let on_processor = times.split_whitespace().next().context("no time")?;
            nanoseconds += on_processor.parse::<f64>()?;
        }
    }
    Ok(nanoseconds / 1e9)
}

fn status(program: &Program, key: &str) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", program.id()))
        .context("memory is measured through Linux's /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix(key));
    let kibibytes = line.and_then(|line| line.trim_start_matches(':').split_whitespace().next());
    let kibibytes: f64 = kibibytes.context("no such line")?.parse()?;
    Ok(kibibytes * 1024.0)
}
