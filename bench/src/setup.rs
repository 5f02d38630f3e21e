//! What is measured with what.

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use tempfile::TempDir;

/// Measures the kit beside what one would use instead. Run by `cargo xtask bench`, which knows
/// where everything is.
#[derive(Parser)]
pub(crate) struct Options {
    /// The program webkyc, built for release
    #[arg(long)]
    backend: PathBuf,
    /// The folder of built pages
    #[arg(long)]
    dist: PathBuf,
    /// What the pages weigh, as `cargo xtask bench` writes it
    #[arg(long)]
    weights: PathBuf,
    /// The folder of the peers' packages, unpacked
    #[arg(long)]
    peers: PathBuf,
    /// The folder of the Express backend, with what it needs installed
    #[arg(long)]
    express: PathBuf,
    #[arg(long)]
    node: PathBuf,
    #[arg(long)]
    nginx: PathBuf,
    #[arg(long)]
    wrk: PathBuf,
    #[arg(long)]
    chrome: PathBuf,
    #[arg(long)]
    chromedriver: PathBuf,
    /// Where the figures are written as JSON
    #[arg(long)]
    json: PathBuf,
    /// Shorter rounds, fewer steps
    #[arg(long)]
    quick: bool,
    /// A folder of pages for a backend that was built without them
    #[arg(long, hide = true)]
    pages: Option<PathBuf>,
    /// Some of the figures only
    #[arg(long, value_enum)]
    pub(crate) only: Vec<Group>,
}

/// The kinds of figures.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Group {
    Sizes,
    Browser,
    Servers,
    Costs,
}

pub(crate) struct Setup {
    pub(crate) backend: PathBuf,
    /// For a backend that was built without the pages inside.
    pub(crate) dist_if_not_inside: Option<PathBuf>,
    pub(crate) dist: PathBuf,
    pub(crate) weights: PathBuf,
    pub(crate) peers: PathBuf,
    pub(crate) express: PathBuf,
    pub(crate) node: PathBuf,
    pub(crate) nginx: PathBuf,
    pub(crate) wrk: PathBuf,
    pub(crate) chrome: PathBuf,
    pub(crate) chromedriver: PathBuf,
    pub(crate) json: PathBuf,
    pub(crate) quick: bool,
    /// For configuration and logs, while it runs.
    pub(crate) folder: TempDir,
}

impl Setup {
    pub(crate) fn new(options: Options) -> Result<Self> {
        Ok(Self {
            backend: options.backend,
            dist_if_not_inside: options.pages,
            dist: options.dist,
            weights: options.weights,
            peers: options.peers,
            express: options.express,
            node: options.node,
            nginx: options.nginx,
            wrk: options.wrk,
            chrome: options.chrome,
            chromedriver: options.chromedriver,
            json: options.json,
            quick: options.quick,
            folder: tempfile::tempdir()?,
        })
    }

    /// The file for what a program writes to standard error.
    pub(crate) fn log(&self, program: &str) -> PathBuf {
        self.folder.path().join(format!("{program}.log"))
    }

    /// How often everything is measured that differs from time to time.
    pub(crate) fn rounds(&self) -> usize {
        if self.quick { 5 } else { 7 }
    }

    /// How long each load lasts, in seconds.
    pub(crate) fn seconds(&self) -> u32 {
        if self.quick { 1 } else { 4 }
    }
}
