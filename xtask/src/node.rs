//! Node, in which the tests import the package of the elements, and npm, which brings axe-core.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;

use crate::{debian, processes::find_on_path, steps::Step, tools::cache_folder};

const MISSING: &str = "the tests need node and npm on PATH (Debian: apt-get install nodejs npm)";

/// What finds out whether everybody can use a page. Pinned: another version knows other rules.
const AXE: &str = "4.14.1";

pub(crate) struct Node {
    pub(crate) program: PathBuf,
    npm: PathBuf,
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

    /// The script `axe.min.js` in the user's cache, fetched once from the registry that npm is set to.
    pub(crate) fn axe(&self) -> Result<PathBuf> {
        let folder = cache_folder()?.join(format!("axe-core-{AXE}"));
        let script = folder.join("axe.min.js");
        if script.is_file() {
            return Ok(script);
        }
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Step {
            doing: &format!("Fetching axe-core {AXE}"),
            takes: "once; some seconds",
            log: "axe-core",
        }
        .run(
            Command::new(&self.npm)
                .args(["pack", "--ignore-scripts", "--pack-destination"])
                .arg(&folder)
                .arg(format!("axe-core@{AXE}"))
                .current_dir(&folder),
        )?;
        let tarball = folder.join(format!("axe-core-{AXE}.tgz"));
        // Half a script is never taken for one.
        let unfinished = script.with_added_extension("unfinished");
        unpack(&tarball, "package/axe.min.js", &unfinished)?;
        fs::rename(&unfinished, &script)
            .with_context(|| format!("cannot make {}", script.display()))?;
        Ok(script)
    }
}

/// Takes one file out of a tarball.
fn unpack(tarball: &Path, name: &str, to: &Path) -> Result<()> {
    let file = File::open(tarball).with_context(|| format!("cannot read {}", tarball.display()))?;
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let mut found = false;
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry.path()?.as_ref() == Path::new(name) {
            entry.unpack(to)?;
            found = true;
        }
    }
    ensure!(found, "there is no {name} in {}", tarball.display());
    Ok(())
}
