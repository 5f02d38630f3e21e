//! The paths of everything that a run needs.

use std::{ops::Deref, path::PathBuf};

use anyhow::Result;
use clap::Parser;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use webkyc_test_kit::driver::{Driver, Engine};

/// Measures the kit beside its alternatives. `cargo xtask bench` runs it with the right paths.
#[derive(Parser)]
pub(crate) struct Options {
    /// The program webkyc, built for release
    #[arg(long)]
    pub(crate) backend: PathBuf,
    /// How much a browser loads for each page, as `cargo xtask bench` writes it
    #[arg(long)]
    pub(crate) page_sizes: PathBuf,
    /// The folder of the Express backend and of the peers' packages, installed by npm
    #[arg(long)]
    pub(crate) peers: PathBuf,
    #[arg(long)]
    pub(crate) node: PathBuf,
    #[arg(long)]
    pub(crate) nginx: PathBuf,
    #[arg(long)]
    pub(crate) wrk: PathBuf,
    #[arg(long)]
    pub(crate) chrome: PathBuf,
    #[arg(long)]
    pub(crate) chromedriver: PathBuf,
    /// Where the figures are written as JSON
    #[arg(long)]
    pub(crate) json: PathBuf,
    /// Shorter rounds, fewer steps
    #[arg(long)]
    pub(crate) quick: bool,
    /// A folder of pages for a backend that was built without them
    #[arg(long, hide = true)]
    pub(crate) pages: Option<PathBuf>,
    /// The folder of the repository, whose documents get the figures
    #[arg(long)]
    pub(crate) documents: Option<PathBuf>,
    /// Some of the figures only
    #[arg(long, value_enum)]
    pub(crate) only: Vec<Group>,
}

/// How often each varying figure is measured.
pub(crate) const ROUNDS: usize = 5;

/// The groups of figures, in the order in which they are measured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Group {
    Sizes,
    Browser,
    Resources,
    Servers,
    Overload,
    SignUps,
}

impl Group {
    /// The heading above its figures.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Sizes => "Sizes",
            Self::Browser => "Browser",
            Self::Resources => "Resources",
            Self::Servers => "Servers",
            Self::Overload => "Overload",
            Self::SignUps => "Sign-ups of a site's server",
        }
    }
}

pub(crate) struct Setup {
    options: Options,
    /// For configuration and logs; removed at the end.
    pub(crate) folder: TempDir,
}

impl Deref for Setup {
    type Target = Options;

    fn deref(&self) -> &Options {
        &self.options
    }
}

impl Setup {
    /// ChromeDriver, for browsers that see this machine alone: a package would load more from its vendor.
    pub(crate) fn driver(&self) -> Driver {
        let engine = Engine::chromium(self.chrome.clone(), self.chromedriver.clone());
        Driver::start(engine, "UTC")
    }

    pub(crate) fn new(options: Options) -> Result<Self> {
        Ok(Self {
            options,
            folder: tempfile::tempdir()?,
        })
    }

    /// The seconds of each load.
    pub(crate) fn seconds(&self) -> u32 {
        if self.quick { 1 } else { 3 }
    }
}
