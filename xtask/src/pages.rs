//! Lets Trunk build the pages into `dist/` when a source has changed.

use std::{
    ffi::OsStr,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{
    files,
    post_build::sizes,
    processes::path_behind,
    root,
    steps::{self, Step},
    tools::Tools,
};

/// The files that Trunk, the compiler and the hook read.
const SOURCES: [&str; 12] = [
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    ".cargo",
    "frontend",
    "languages",
    "shared",
    "xtask/src/post_build.rs",
    "xtask/src/post_build",
    "xtask/src/files.rs",
];

/// The files that pages are built from.
pub(crate) fn sources() -> Vec<PathBuf> {
    SOURCES.map(|source| root().join(source)).into()
}

/// Builds the pages unless they are up to date. Returns their folder.
pub(crate) fn build(tools: &Tools) -> Result<PathBuf> {
    let pages = root().join("dist");
    let step = Step {
        doing: "Building the pages",
        takes: "about 4 minutes the first time",
        log: "pages",
    };
    if build_if_changed(tools, step, root(), sources(), &pages)? {
        for download in sizes::of_pages(&pages)? {
            println!("{}", download.summary());
        }
    } else {
        println!("The pages in dist/ are up to date.");
    }
    Ok(pages)
}

/// The same for the Leptos application among the examples.
pub(crate) fn build_example(tools: &Tools) -> Result<PathBuf> {
    let folder = root().join("examples/leptos");
    let pages = folder.join("dist");
    let step = Step {
        doing: "Building examples/leptos",
        takes: "about a minute the first time",
        log: "example",
    };
    let own = ["src", "Cargo.toml", "Trunk.toml", "index.html", "shop.css"];
    let own = own.map(|source| folder.join(source));
    let shared = [
        "Cargo.toml",
        "Cargo.lock",
        ".cargo",
        "frontend",
        "languages",
        "shared",
    ];
    let shared = shared.map(|source| root().join(source));
    build_if_changed(tools, step, &folder, [&own[..], &shared].concat(), &pages)?;
    Ok(pages)
}

/// Lets Trunk build the pages of `folder`, unless they are up to date. Returns whether it built them.
fn build_if_changed(
    tools: &Tools,
    step: Step<'_>,
    folder: &Path,
    sources: Vec<PathBuf>,
    pages: &Path,
) -> Result<bool> {
    let stamp = Stamp::new(step.log, sources, pages)?;
    if stamp.holds()? {
        return Ok(false);
    }
    step.run(
        Command::new(tools.trunk())
            .args(["build", "--release"])
            .current_dir(folder)
            .env("PATH", path_behind(&tools.folders())?)
            // Trunk refuses the usual NO_COLOR=1.
            .env("NO_COLOR", "true")
            .env("RUST_BACKTRACE", "0"),
    )?;
    stamp.set()?;
    Ok(true)
}

/// A file with hashes of the sources and of the pages built from them.
pub(crate) struct Stamp {
    file: PathBuf,
    sources: Vec<PathBuf>,
    pages: PathBuf,
}

impl Stamp {
    pub(crate) fn new(name: &str, sources: Vec<PathBuf>, pages: &Path) -> Result<Self> {
        Ok(Self {
            file: steps::folder()?.join(format!("{name}.stamp")),
            sources,
            pages: pages.to_owned(),
        })
    }

    /// Whether neither sources nor pages have changed since they were built.
    pub(crate) fn holds(&self) -> Result<bool> {
        match fs::read_to_string(&self.file) {
            Ok(text) => Ok(text == self.text()?),
            Err(_) => Ok(false),
        }
    }

    pub(crate) fn set(&self) -> Result<()> {
        files::write(&self.file, self.text()?)
    }

    fn text(&self) -> Result<String> {
        let mut sources = DefaultHasher::new();
        for source in &self.sources {
            hash_all(source, &mut sources)?;
        }
        let mut pages = DefaultHasher::new();
        hash_all(&self.pages, &mut pages)?;
        Ok(format!(
            "{:016x} {:016x}\n",
            sources.finish(),
            pages.finish()
        ))
    }
}

/// Hashes the names and contents of all files below a path, if it exists.
fn hash_all(path: &Path, hasher: &mut impl Hasher) -> Result<()> {
    let name = path.file_name().unwrap_or(OsStr::new(""));
    if path.is_dir() {
        for entry in files::sorted_entries(path)? {
            hash_all(&entry, hasher)?;
        }
        name.hash(hasher);
    } else if path.is_file() {
        name.hash(hasher);
        files::read(path)?.hash(hasher);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_built_again_when_a_source_or_a_page_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("frontend/src")).unwrap();
        fs::create_dir_all(at("dist")).unwrap();
        fs::write(at("frontend/src/lib.rs"), "one").unwrap();
        fs::write(at("dist/index.html"), "built").unwrap();
        let stamp = Stamp {
            file: at("pages.stamp"),
            sources: vec![at("frontend"), at("Trunk.toml")],
            pages: at("dist"),
        };
        assert!(!stamp.holds().unwrap(), "no build yet");

        stamp.set().unwrap();
        assert!(stamp.holds().unwrap());

        fs::write(at("frontend/src/lib.rs"), "two").unwrap();
        assert!(!stamp.holds().unwrap(), "a source has changed");

        fs::write(at("frontend/src/lib.rs"), "one").unwrap();
        assert!(stamp.holds().unwrap(), "only the content counts");

        fs::write(at("Trunk.toml"), "").unwrap();
        assert!(!stamp.holds().unwrap(), "there is a new source");
        fs::remove_file(at("Trunk.toml")).unwrap();

        fs::remove_dir_all(at("dist")).unwrap();
        assert!(!stamp.holds().unwrap(), "the pages are gone");
    }
}
