//! Node, in which the tests import the package of the elements, and npm, which brings the packages
//! of others.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{
    debian,
    npm_packages::{Package, fetch_peers},
    processes::find_on_path,
    tools::cache_folder,
};

const MISSING: &str = "the tests need node and npm on PATH (Debian: apt-get install nodejs npm)";

/// What finds out whether everybody can use a page. Pinned: another version knows other rules.
const AXE: Package<'_> = Package {
    name: "axe-core",
    version: "4.14.1",
    integrity: "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
};

pub(crate) struct Node {
    pub(crate) program: PathBuf,
    pub(crate) npm: PathBuf,
}

impl Node {
    /// Where they are, installed if need be.
    pub(crate) fn find_or_install() -> Result<Self> {
        let found = Self::find();
        if found.is_none() && debian::can_install() {
            debian::install("Node and npm", &["nodejs", "npm"]).context(MISSING)?;
        }
        found.or_else(Self::find).context(MISSING)
    }

    fn find() -> Option<Self> {
        Some(Self {
            program: find_on_path("node").or_else(|| find_on_path("nodejs"))?,
            npm: find_on_path("npm")?,
        })
    }

    /// The script `axe.min.js`, in the user's cache.
    pub(crate) fn axe(&self) -> Result<PathBuf> {
        let package = AXE.fetch(&self.npm, &cache_folder()?)?;
        Ok(package.join("axe.min.js"))
    }

    /// The folder in which the package of each peer lies as `NAME-VERSION/package`.
    pub(crate) fn peers(&self) -> Result<PathBuf> {
        let cache = cache_folder()?;
        fetch_peers(&self.npm, &cache)?;
        Ok(cache)
    }
}
