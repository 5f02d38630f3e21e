//! nginx, which tests and measurements run in front of backends.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{debian, processes::find_on_path};

const MISSING: &str =
    "the tests need nginx on PATH or in /usr/sbin (Debian: apt-get install nginx-light)";

/// Finds it, and installs it on Debian when it is missing.
pub(crate) fn find_or_install() -> Result<PathBuf> {
    if find().is_none() && debian::can_install() {
        debian::install("nginx", &["nginx-light"]).context(MISSING)?;
    }
    find().context(MISSING)
}

/// Debian installs it into a folder that is on root's PATH only.
fn find() -> Option<PathBuf> {
    let in_sbin = || Some(Path::new("/usr/sbin/nginx").to_owned()).filter(|file| file.is_file());
    find_on_path("nginx").or_else(in_sbin)
}
