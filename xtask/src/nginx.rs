//! The web server that the tests put before several backends.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{debian, processes::find_on_path};

const MISSING: &str =
    "the tests need nginx on PATH or in /usr/sbin (Debian: apt-get install nginx-light)";

/// Where it is, installed if need be.
pub(crate) fn find_or_install() -> Result<PathBuf> {
    if find().is_none() && debian::can_install() {
        debian::install("nginx", &["nginx-light"]).context(MISSING)?;
    }
    find().context(MISSING)
}

/// Debian keeps it where only root's PATH leads.
fn find() -> Option<PathBuf> {
    let in_sbin = || Some(Path::new("/usr/sbin/nginx").to_owned()).filter(|file| file.is_file());
    find_on_path("nginx").or_else(in_sbin)
}
