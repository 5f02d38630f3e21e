//! What a browser without a cache has to load: ours, and the packages of others beside the button.

use std::{fs, path::Path, thread};

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;

use crate::{codings::{brotli, gzip}, figures::{self, Figure, Goal, Rounds, Unit}, peers::{self, Peer}, setup::Setup};

const KIB: f64 = 1024.0;

/// What the element of the results loads beside `elements.js`: how the names begin and end, with a hash in
/// between.
const RESULTS: [(&str, &str); 3] = [
    ("authenteq-results-", ".js"),
    ("authenteq-results-", "_bg.wasm"),
    ("components-", ".css"),
];

/// As `cargo xtask bench` writes it.
#[derive(Deserialize)]
struct Weight {
    what: String,
    /// The most it may be in brotli, in bytes.
    ceiling: f64,
    files: Vec<Load>,
}

#[derive(Deserialize)]
struct Load {
    name: String,
}

/// Bytes of some files together.
#[derive(Clone, Copy, Default)]
struct Sizes {
    brotli: usize,
    gzip: usize,
    raw: usize,
}

/// A way to send files, and what comes of it.
type Coding = (&'static str, fn(Sizes) -> usize);

const CODINGS: [Coding; 3] = [
    ("brotli 11", |it| it.brotli),
    ("gzip -9", |it| it.gzip),
    ("uncompressed", |it| it.raw),
];

pub(crate) fn measure(setup: &Setup) -> Result<Vec<Figure>> {
    let weights = fs::read_to_string(&setup.weights)
        .with_context(|| format!("cannot read {}", setup.weights.display()))?;
    let weights: Vec<Weight> = serde_json::from_str(&weights)?;
    let mut ours = Vec::new();
    for Weight {
        what,
        ceiling,
        files,
    } in &weights
    {
        let names = files.iter().map(|load| &*load.name);
        ours.push((
            what.as_str(),
            Sizes::of_pages(setup, names)?,
            Some(*ceiling),
        ));
    }
    let mut results = vec!["elements.js".to_owned()];
    for (start, end) in RESULTS {
        results.push(find(&setup.dist, start, end)?);
    }
    let results = Sizes::of_pages(setup, results.iter().map(|name| &**name))?;
    ours.push(("The element of the results", results, None));
    let button = ours.iter().find(|(what, ..)| *what == "The button");
    let button = button.context("nobody weighed the button")?.1;

    let mut figures = Vec::new();
    for (coding, bytes) in CODINGS {
        figures.extend(ours.iter().map(|&(what, sizes, ceiling)| {
            // The ceiling is for what browsers are sent.
            let ceiling = ceiling.filter(|_| coding == CODINGS[0].0);
            row(what, coding, bytes(sizes), None, ceiling)
        }));
    }
    let peers = peers::all()?;
    let of_peers = of_peers(setup, &peers)?;
    for (coding, bytes) in CODINGS {
        for (peer, sizes) in peers.iter().zip(&of_peers) {
            let peer = figures::Peer {
                name: peer.title(),
                rounds: kibibytes(bytes(*sizes)),
            };
            figures.push(row("The button", coding, bytes(button), Some(peer), None));
        }
    }
    Ok(figures)
}

/// The name of the file whose name begins and ends so.
fn find(folder: &Path, start: &str, end: &str) -> Result<String> {
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with(start) && name.ends_with(end) {
            return Ok(name);
        }
    }
    bail!("there is no {start}…{end} in {}", folder.display())
}

fn row(
    what: &str,
    coding: &str,
    ours: usize,
    peer: Option<figures::Peer>,
    ceiling: Option<f64>,
) -> Figure {
    Figure {
        group: "sizes",
        what: format!("{what}, {coding}"),
        unit: Unit::Kibibytes,
        ours: Some(kibibytes(ours)),
        peer,
        goal: ceiling.map(|bytes| Goal::AtMost(bytes / KIB)),
    }
}

fn kibibytes(bytes: usize) -> Rounds {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    Rounds::once(f64::from(bytes) / KIB)
}

/// Each in a thread: the best compression is slow.
fn of_peers(setup: &Setup, peers: &[Peer]) -> Result<Vec<Sizes>> {
    thread::scope(|scope| {
        let threads = peers.iter().map(|peer| {
            scope.spawn(|| -> Result<Sizes> {
                let mut sizes = Sizes::default();
                for file in &peer.files {
                    let raw = peer.read(setup, file)?;
                    let brotli = brotli(&raw)?.len();
                    sizes.add(&raw, brotli)?;
                }
                Ok(sizes)
            })
        });
        let threads: Vec<_> = threads.collect();
        let sizes = threads.into_iter().map(|it| {
            let sizes = it.join();
            sizes.map_err(|_| anyhow!("a package could not be weighed"))?
        });
        sizes.collect()
    })
}

impl Sizes {
    /// Of built pages, which lie there with their brotli twins.
    fn of_pages<'a>(setup: &Setup, names: impl Iterator<Item = &'a str>) -> Result<Self> {
        let mut sizes = Self::default();
        for name in names {
            let file = setup.dist.join(name);
            let raw = read(&file)?;
            let twin = file.with_added_extension("br");
            let sent = if twin.is_file() {
                read(&twin)?
            } else {
                raw.clone()
            };
            sizes.add(&raw, sent.len())?;
        }
        Ok(sizes)
    }

    fn add(&mut self, raw: &[u8], brotli: usize) -> Result<()> {
        self.brotli += brotli;
        self.gzip += gzip(raw)?.len();
        self.raw += raw.len();
        Ok(())
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}
