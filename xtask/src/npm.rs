//! Node and npm, which installs the packages of lock files and packs the elements.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{debian, files, processes::find_on_path, root, steps::Step};

const MISSING: &str = "this needs node and npm on PATH (Debian: apt-get install nodejs npm)";

pub(crate) struct Node {
    pub(crate) program: PathBuf,
    npm: PathBuf,
}

/// Which packages of a lock file are installed.
#[derive(Clone, Copy)]
pub(crate) enum Packages {
    /// Without `devDependencies`.
    Dependencies,
    All,
}

impl Packages {
    fn omitted(self) -> Option<&'static str> {
        match self {
            Self::Dependencies => Some("--omit=dev"),
            Self::All => None,
        }
    }
}

impl Node {
    /// Finds both, and installs them on Debian when they are missing.
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

    /// The script of axe-core, which checks pages for accessibility.
    pub(crate) fn axe(&self) -> Result<PathBuf> {
        let modules = self.install("axe-core", &root().join("tests"), Packages::All)?;
        Ok(modules.join("axe-core/axe.min.js"))
    }

    /// The folder of the Express backend and of the packages that the measurements compare with.
    pub(crate) fn peers(&self) -> Result<PathBuf> {
        let folder = root().join("bench/peers");
        self.install("the peers of the measurements", &folder, Packages::All)?;
        Ok(folder)
    }

    /// The packages of the receiver of webhooks in this folder.
    pub(crate) fn receiver(&self, folder: &Path) -> Result<()> {
        let installed = self.install("a server in Express", folder, Packages::All);
        installed.map(drop).with_context(|| {
            let lock = folder.join("package-lock.json");
            let lock = lock.display();
            format!("npm could not install {lock}: it needs a registry that has these versions")
        })
    }

    /// The bundlers that the elements' package is tested with, and the package among them.
    pub(crate) fn bundlers(&self, package: &Path, which: Packages) -> Result<()> {
        let folder = root().join("tests/bundlers");
        let modules = self.install("the bundlers of the tests", &folder, which)?;
        let place = modules.join(files::name(package)?);
        files::remove_folder(&place)?;
        files::make_folder(&place)?;
        for file in files::sorted_entries(package)? {
            files::copy(&file, &place.join(files::name(&file)?))?;
        }
        Ok(())
    }

    /// Installs packages of the lock file in this folder, unless they are installed. Returns
    /// `node_modules`.
    fn install(&self, what: &str, folder: &Path, which: Packages) -> Result<PathBuf> {
        let modules = folder.join("node_modules");
        let lock = files::read_text(&folder.join("package-lock.json"))?;
        // Written last: an interrupted installation has none.
        let installed = modules.join(".installed-lock.json");
        let marks =
            |which: Packages| format!("{lock}{}\n", which.omitted().unwrap_or("--omit=none"));
        let is_there = |mark: &String| *mark == marks(which) || *mark == marks(Packages::All);
        if files::read_text(&installed).is_ok_and(|mark| is_there(&mark)) {
            return Ok(modules);
        }
        Step {
            doing: &format!("Installing {what}"),
            takes: "once; some seconds",
            log: "npm-ci",
        }
        .run(
            Command::new(&self.npm)
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .args(which.omitted())
                .current_dir(folder),
        )?;
        files::write(&installed, marks(which))?;
        Ok(modules)
    }

    /// Packs the npm package in one folder into a tarball in another.
    pub(crate) fn pack(&self, package: &Path, into: &Path) -> Result<()> {
        Step {
            doing: "Packing the elements",
            takes: "some seconds",
            log: "npm-pack",
        }
        .run(
            Command::new(&self.npm)
                .args(["pack", "--ignore-scripts", "--pack-destination"])
                .arg(into)
                .current_dir(package),
        )
    }
}
