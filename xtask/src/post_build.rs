//! `cargo xtask post-build`, the hook that Trunk calls when it has built the pages.
//!
//! The pages' Content-Security-Policy allows no inline script. Trunk starts the WebAssembly from one, so
//! it moves into a file. Programs hear of exceptions in their callbacks. Each page loads its texts in one language,
//! and other sites load the elements' modules as one file.
//! Files that pages load get a hash of their content into their names. A release build is also minified,
//! compressed and measured, and fails when a first visit would load more than its ceiling.

mod compress;
pub(crate) mod elements;
mod exceptions;
pub(crate) mod hashed_names;
pub(crate) mod html;
mod imports;
mod minify;
pub(crate) mod sizes;
pub(crate) mod texts;

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use self::html::OtherPage;
use crate::files;

/// The pages besides `index.html`.
const OTHER_PAGES: [OtherPage; 2] = [
    OtherPage {
        file: "results.html",
        first_script: Some("arrival.js"),
        has_button: false,
        style: None,
        script: "results.js",
        program: "authenteq-results",
    },
    OtherPage {
        file: "integrate.html",
        first_script: None,
        has_button: true,
        style: Some("integrate.css"),
        script: "integrate_loader.js",
        program: "integrate",
    },
];

/// Finishes the build that Trunk describes in environment variables.
pub(crate) fn run() -> Result<()> {
    let folder = env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .context("TRUNK_STAGING_DIR is not set: this is a command for Trunk, see Trunk.toml")?;
    let base = env::var("TRUNK_PUBLIC_URL").unwrap_or_else(|_| "./".into());
    // `trunk serve` adds an inline script that reloads the page: only a release has to be without.
    let is_release = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    finish(&folder, &base, is_release)?;
    if is_release {
        for download in sizes::of_pages(&folder)? {
            println!("{}{}", download.table(), download.summary());
            download.check()?;
        }
    }
    Ok(())
}

/// Finishes the pages in a folder. `base` stands before each address in them.
pub(crate) fn finish(folder: &Path, base: &str, is_release: bool) -> Result<()> {
    let index = folder.join("index.html");
    let (page, scripts) = html::move_scripts(&files::read_text(&index)?, base)?;
    for script in &scripts {
        files::write(&folder.join(&script.file), &script.text)?;
    }
    for other in OTHER_PAGES {
        let text = other.render(&page, base)?;
        files::write(&folder.join(other.file), text)?;
    }
    let page = html::with_language(&page, "portal", base)?;
    files::write(&index, &page)?;
    texts::write_all(folder)?;
    files::write(&folder.join("elements.js"), elements::script()?)?;

    exceptions::report_all(folder)?;

    if is_release {
        html::refuse_inline(&page)?;
        minify::all(folder)?;
    }
    hashed_names::rename_all(folder)?;
    if is_release {
        compress::all(folder)?;
    }
    Ok(())
}
