//! The resources of the backend: memory under load and at rest, time to start, size on disk.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::{
    backend::{self, Backend, Visitor},
    figures::{Figure, Goal, Rounds, Unit},
    memory,
    setup::{Group, ROUNDS, Setup},
    upstream::{NESTED, PDF, Size},
};

const MIB: f64 = 1024.0 * 1024.0;

pub(crate) async fn measure(setup: &Setup, upstream: &str) -> Result<Vec<Figure>> {
    let mut figures = memory(setup, upstream).await?;
    figures.extend(start(setup, upstream)?);
    let bytes = backend::file_size(&setup.backend)?;
    figures.push(figure(
        "the program on disk, with the pages inside",
        Unit::Mebibytes,
        bytes / MIB,
        Some(15.0),
    ));
    Ok(figures)
}

fn figure(what: &str, unit: Unit, ours: f64, at_most: Option<f64>) -> Figure {
    Figure {
        group: Group::Resources,
        what: what.to_owned(),
        unit,
        ours: Rounds::once(ours),
        peer: None,
        goal: at_most.map(Goal::AtMost),
    }
}

/// The figures that need no clock, and differ little between machines.
pub(crate) async fn memory(setup: &Setup, upstream: &str) -> Result<Vec<Figure>> {
    let backend = Backend::start(setup, upstream);
    let mut visitors = vec![backend.sign_up(Size::Huge).await?];
    let idle = memory::at_rest(&backend.program)?;
    let mut figures = vec![figure(
        "memory at rest, after one sign-up with 8 MiB of details",
        Unit::Mebibytes,
        idle / MIB,
        Some(20.0),
    )];

    // One session gets two answers at a time.
    visitors.extend(backend.sign_ups(Size::Huge, 199).await?);
    let details = backend.url("/api/details");
    let burst = burst(&details, &visitors, Size::Huge.least()).await?;
    ensure!(burst.whole > 0, "not one of 200 got its details");
    let peak = memory::peak(&backend.program)?;
    let what = format!(
        "memory at its peak, 200 times 8 MiB of details at once ({} whole, {} refused)",
        burst.whole, burst.refused
    );
    figures.push(figure(&what, Unit::Mebibytes, peak / MIB, Some(384.0)));
    let idle = memory::at_rest(&backend.program)?;
    figures.push(figure(
        "memory at rest, after those 200",
        Unit::Mebibytes,
        idle / MIB,
        None,
    ));
    drop(backend);

    let backend = Backend::start(setup, upstream);
    let mut visitors = Vec::new();
    for _ in 0..40 {
        visitors.push(backend.exchange(NESTED).await?);
    }
    let hostile = self::burst(&backend.url("/api/details"), &visitors, 0).await?;
    ensure!(hostile.whole == 0, "brackets are no details");
    let what = "memory at its peak, 40 times 16 MiB of brackets within brackets at once";
    let peak = memory::peak(&backend.program)? / MIB;
    figures.push(figure(what, Unit::Mebibytes, peak, Some(384.0)));
    drop(backend);

    let backend = Backend::start(setup, upstream);
    // One session gets three exports at a time.
    let mut visitors = vec![backend.sign_up(Size::Small).await?];
    let idle = memory::at_rest(&backend.program)?;
    figures.push(figure(
        "memory at rest, after one sign-up",
        Unit::Mebibytes,
        idle / MIB,
        Some(20.0),
    ));
    while visitors.len() < 50 {
        visitors.push(backend.sign_up(Size::Small).await?);
    }
    let exports = self::burst(&backend.url("/api/export/pdf"), &visitors, PDF).await?;
    ensure!(exports.whole > 0, "not one of 50 got its export");
    let what = format!(
        "memory at its peak less at rest, 50 times 30 MiB of PDF at once ({} whole, {} refused)",
        exports.whole, exports.refused
    );
    let above = (memory::peak(&backend.program)? - idle) / MIB;
    figures.push(figure(&what, Unit::Mebibytes, above, Some(64.0)));
    Ok(figures)
}

/// The outcomes of requests at the same time.
struct Burst {
    whole: usize,
    refused: usize,
}

/// Sends a request for each visitor at once, each from another address, for at least `least` bytes.
///
/// # Errors
/// When an answer is cut short, or is neither whole nor an expected refusal.
async fn burst(url: &str, visitors: &[Visitor], least: usize) -> Result<Burst> {
    let http = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_mins(2))
        .build()?;
    let mut asked = JoinSet::new();
    for (address, visitor) in (1..).zip(visitors) {
        let request = visitor.request_from(http.get(url), address);
        asked.spawn(async move {
            let mut answer = request.send().await?;
            let (status, announced) = (answer.status(), answer.content_length());
            let mut length = 0;
            while let Some(piece) = answer.chunk().await? {
                length += piece.len();
            }
            if announced.is_some_and(|it| usize::try_from(it) != Ok(length)) {
                bail!("cut short after {length} bytes");
            }
            anyhow::Ok((status, length))
        });
    }
    let mut burst = Burst {
        whole: 0,
        refused: 0,
    };
    while let Some(answer) = asked.join_next().await {
        let (status, length) = answer??;
        match status {
            StatusCode::OK => {
                ensure!(length >= least, "{length} bytes are not all of it");
                burst.whole += 1;
            }
            StatusCode::SERVICE_UNAVAILABLE => burst.refused += 1,
            StatusCode::BAD_GATEWAY if least == 0 => burst.refused += 1,
            other => bail!("{url}: {other}"),
        }
    }
    Ok(burst)
}

fn start(setup: &Setup, upstream: &str) -> Result<Vec<Figure>> {
    let (mut times, mut memory) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let backend = Backend::start(setup, upstream);
        times.0.push(began.elapsed().as_secs_f64() * 1000.0);
        memory.0.push(memory::resident(&backend.program)? / MIB);
    }
    let rows = [
        ("start until it listens", Unit::Milliseconds, times, 100.0),
        ("memory as it listens", Unit::Mebibytes, memory, 20.0),
    ];
    Ok(rows
        .map(|(what, unit, rounds, most)| Figure {
            ours: rounds,
            ..figure(what, unit, 0.0, Some(most))
        })
        .into())
}
