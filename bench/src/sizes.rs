//! The bytes that a browser without a cache loads, for our pages and for each peer.

use std::{fs, thread};

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;

use crate::{
    figures::{self, Figure, Goal, Rounds, Unit},
    pages::brotli,
    peers::{PEERS, Peer},
    setup::{Group, Setup},
};

const KIB: f64 = 1024.0;
const BUTTON: &str = "The button";

/// As `cargo xtask bench` writes it.
#[derive(Deserialize)]
struct Download {
    what: String,
    /// In bytes.
    ceiling: f64,
    files: Vec<FileSize>,
}

#[derive(Deserialize)]
struct FileSize {
    /// Bytes, compressed by brotli.
    sent: f64,
}

pub(crate) fn measure(setup: &Setup) -> Result<Vec<Figure>> {
    let sizes = fs::read_to_string(&setup.page_sizes)
        .with_context(|| format!("cannot read {}", setup.page_sizes.display()))?;
    let downloads: Vec<Download> = serde_json::from_str(&sizes)?;
    let mut figures: Vec<Figure> = downloads.iter().map(Download::figure).collect();
    let button = downloads.iter().find(|it| it.what == BUTTON);
    let button = button.context("the sizes lack the button")?;
    for (peer, bytes) in PEERS.iter().zip(sizes_of_peers(setup)?) {
        figures.push(Figure {
            peer: Some(figures::Peer {
                name: peer.title(),
                rounds: Rounds::once(bytes / KIB),
            }),
            goal: None,
            ..button.figure()
        });
    }
    Ok(figures)
}

impl Download {
    fn figure(&self) -> Figure {
        let bytes: f64 = self.files.iter().map(|file| file.sent).sum();
        Figure {
            group: Group::Sizes,
            what: format!("{}, brotli 11", self.what),
            unit: Unit::Kibibytes,
            ours: Rounds::once(bytes / KIB),
            peer: None,
            goal: Some(Goal::AtMost(self.ceiling / KIB)),
        }
    }
}

/// Compresses each peer in a thread, because the best compression is slow.
fn sizes_of_peers(setup: &Setup) -> Result<Vec<f64>> {
    let compressed = |peer: &Peer| -> Result<f64> {
        let mut bytes = 0;
        for file in peer.files {
            bytes += brotli(&peer.read(setup, file)?)?.len();
        }
        Ok(f64::from(u32::try_from(bytes)?))
    };
    thread::scope(|scope| {
        let threads = PEERS
            .each_ref()
            .map(|peer| scope.spawn(move || compressed(peer)));
        threads
            .into_iter()
            .map(|it| {
                it.join()
                    .map_err(|_| anyhow!("a peer was not compressed"))?
            })
            .collect()
    })
}
