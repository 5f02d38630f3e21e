//! `cargo xtask dist`: what one deploys, in `target/dist`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::{
    elements_package, pages,
    files::sorted_entries,
    processes::{cargo, executable},
    programs_folder, root,
    steps::{self, Step},
    tools::Tools,
};

const MIB: u64 = 1 << 20;

/// The most that `webkyc` may weigh with the pages inside. Raising it is a decision, not a repair.
const CEILING: u64 = 15 * MIB;

pub(crate) fn run() -> Result<()> {
    let pages = pages::build(&Tools::install()?)?;
    // First what can fail at once, then what takes minutes.
    let elements = elements_package::pack(&pages)?;
    build_programs()?;

    let target = programs_folder()?;
    let target = target.parent().context("the programs lie in no folder")?;
    let folder = target.join("dist");
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for program in ["webkyc", "webkyc-sandbox"] {
        let (from, to) = (
            executable(&target.join("release"), program),
            executable(&folder, program),
        );
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    let weight = fs::metadata(executable(&folder, "webkyc"))?.len();
    ensure!(
        weight <= CEILING,
        "webkyc is too heavy: it has {weight} bytes, and at most {CEILING} are allowed"
    );
    let file = folder.join(elements_package::file_name());
    fs::write(&file, elements).with_context(|| format!("cannot write {}", file.display()))?;
    let files = sorted_entries(&folder)?;
    let sums = folder.join("SHA256SUMS");
    fs::write(&sums, checksums(&files)?)
        .with_context(|| format!("cannot write {}", sums.display()))?;

    println!("In {}:", steps::shown(&folder).display());
    for file in sorted_entries(&folder)? {
        println!("{:>10}  {}", fs::metadata(&file)?.len(), name(&file)?);
    }
    Ok(())
}

/// Builds `webkyc`, with the pages inside that lie in `dist/`, and `webkyc-sandbox` for release.
pub(crate) fn build_programs() -> Result<()> {
    Step {
        doing: "Building the programs to be deployed",
        takes: "8 to 15 minutes the first time",
        log: "dist",
    }
    .run(
        cargo()
            .args(["build", "--release", "-p", "webkyc-backend"])
            .args(["-p", "webkyc-sandbox", "--features", "webkyc-backend/pages"])
            .current_dir(root()),
    )
}

/// As `sha256sum --check` reads them.
fn checksums(files: &[PathBuf]) -> Result<String> {
    let mut lines = String::new();
    for file in files {
        let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        lines += &format!("{:x}  {}\n", Sha256::digest(content), name(file)?);
    }
    Ok(lines)
}

fn name(file: &Path) -> Result<&str> {
    let name = file.file_name().and_then(|name| name.to_str());
    name.with_context(|| format!("{} has no plain name", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_that_of_the_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("webkyc");
        fs::write(&file, "abc").unwrap();
        assert_eq!(
            checksums(&[file]).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  webkyc\n"
        );
    }
}
