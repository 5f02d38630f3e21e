//! A soak: mixed traffic with faults for a long time. Memory, descriptors and latency must be at the
//! end as they were at the beginning.

mod picture;
pub(crate) mod samples;
mod traffic;

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use tokio::time::sleep;

use self::{samples::Sample, traffic::Traffic};
use crate::{
    backend::{self, Backend},
    memory, upstream,
};

/// Of the samples that are compared, the part at each end.
const PART: usize = 5;
const PUBLIC_URL: &str = "http://localhost:8080";
/// As many samples for any time.
const SAMPLES: u32 = 240;
/// Time until caches, pools and the allocator have what they need.
const WARM_UP: Duration = Duration::from_secs(20);

/// Sends mixed traffic with faults to a backend for a long time. `cargo xtask bench --soak` runs it.
#[derive(Parser)]
pub(crate) struct Options {
    /// The program webkyc, built for release
    #[arg(long)]
    backend: PathBuf,
    /// A folder of pages for a backend that was built without them
    #[arg(long, hide = true)]
    pages: Option<PathBuf>,
    /// How long
    #[arg(long)]
    minutes: u32,
    /// Where the picture is written
    #[arg(long)]
    picture: PathBuf,
    /// Where the samples are written as JSON
    #[arg(long)]
    json: PathBuf,
}

/// Runs it, and draws what was seen.
///
/// # Errors
/// When an answer is wrong, or the end is worse than the beginning.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let upstream = upstream::start_faulty().await?;
    let (program, pages) = (&options.backend, options.pages.as_deref());
    let command = backend::command(program, pages, &upstream, PUBLIC_URL, &[]);
    let backend = Backend::start_command(command, PUBLIC_URL);
    let traffic = Traffic::new(&backend)?;
    println!("Mixed traffic with faults for {} minutes.", options.minutes);
    let samples = tokio::select! {
        samples = watch(&traffic, &backend, 60 * options.minutes) => samples?,
        () = traffic.flow() => bail!("the traffic has ended"),
    };
    let json = serde_json::to_string_pretty(&samples)?;
    fs::write(&options.json, json)
        .with_context(|| format!("cannot write {}", options.json.display()))?;
    picture::draw(&options.picture, &samples)?;
    println!("{}", traffic.summary());
    compare(&samples)
}

/// Looks at the backend again and again for so many seconds.
async fn watch(traffic: &Traffic<'_>, backend: &Backend, seconds: u32) -> Result<Vec<Sample>> {
    let all = Duration::from_secs(seconds.into());
    sleep(WARM_UP).await;
    traffic.take();
    let (began, mut samples) = (Instant::now(), Vec::new());
    while began.elapsed() < all {
        sleep(all / SAMPLES).await;
        samples.push(Sample {
            seconds: began.elapsed().as_secs_f64(),
            mebibytes: memory::resident(&backend.program)? / f64::from(1 << 20),
            descriptors: memory::descriptors(&backend.program)?,
            answers: traffic.take(),
        });
        traffic.ensure_right()?;
    }
    Ok(samples)
}

/// Compares the last fifth with the first.
fn compare(samples: &[Sample]) -> Result<()> {
    let part = samples.len() / PART;
    ensure!(part > 0, "too few samples");
    let ends = [&samples[..part], &samples[samples.len() - part..]];
    let mut worse = Vec::new();
    for (what, unit, value, room) in [
        (
            "memory",
            "MiB",
            (|sample| sample.mebibytes) as fn(&Sample) -> f64,
            8.0,
        ),
        ("descriptors", "", |sample| sample.descriptors, 16.0),
        (
            "p50 of small details",
            "ms",
            |sample| sample.answers.p50,
            2.0,
        ),
        (
            "p95 of small details",
            "ms",
            |sample| sample.answers.p95,
            10.0,
        ),
    ] {
        let [first, last] = ends.map(|part| samples::median(part.iter().map(value)));
        println!("{what}: {first:.1} {unit} at the beginning, {last:.1} {unit} at the end");
        if last > 1.25 * first + room {
            worse.push(what);
        }
    }
    ensure!(worse.is_empty(), "worse at the end: {}", worse.join(", "));
    Ok(())
}
