//! PostgreSQL, which tests start in temporary folders.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::{debian, processes::find_on_path};

const MISSING: &str = "the tests need the programs of PostgreSQL on PATH or in /usr/lib/postgresql \
    (Debian: apt-get install postgresql)";

/// Finds it, and installs it on Debian when it is missing.
pub(crate) fn find_or_install() -> Result<()> {
    if !is_there() && debian::can_install() {
        debian::install("PostgreSQL", &["postgresql"]).context(MISSING)?;
    }
    ensure!(is_there(), MISSING);
    Ok(())
}

/// Debian keeps its programs off PATH.
fn is_there() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut folders = versions.flatten().map(|version| version.path().join("bin"));
    let has_programs = |folder: &Path| folder.join("initdb").is_file();
    folders.any(|folder| has_programs(&folder)) || find_on_path("initdb").is_some()
}
