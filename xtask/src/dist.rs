//! `cargo xtask dist`: the files to deploy, in `target/dist`.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::{
    demo_verifier, elements_package, files, models,
    npm::Node,
    pages,
    processes::{cargo, executable},
    programs_folder, root,
    servers::{BACKEND, PORTAL},
    steps::{self, Step},
    tools::Tools,
};

const MIB: u64 = 1 << 20;

/// The most bytes that `webkyc` may have with the pages inside. A higher ceiling needs a review.
const CEILING: u64 = 15 * MIB;

pub(crate) fn run() -> Result<()> {
    let node = Node::find_or_install()?;
    let pages = pages::build(&Tools::install()?)?;
    let target = programs_folder()?;
    let target = target.parent().context("the programs lie in no folder")?;
    let folder = target.join("dist");
    files::remove_folder(&folder)?;
    files::make_folder(&folder)?;
    // The short step first.
    elements_package::pack(&node, &pages, &folder)?;
    build_programs(&[&PORTAL[..], &[demo_verifier::PACKAGE]].concat())?;
    for program in ["webkyc", "webkyc-sandbox", demo_verifier::PACKAGE] {
        let built = executable(&target.join("release"), program);
        files::copy(&built, &executable(&folder, program))?;
    }
    files::write(
        &folder.join("webkyc-verifier-models.txt"),
        models::notices()?,
    )?;
    let size = fs::metadata(executable(&folder, "webkyc"))?.len();
    ensure!(
        size <= CEILING,
        "webkyc has {size} bytes, and at most {CEILING} are allowed"
    );
    let sums = checksums(&files::sorted_entries(&folder)?)?;
    files::write(&folder.join("SHA256SUMS"), sums)?;

    println!("In {}:", steps::shown(&folder).display());
    for file in files::sorted_entries(&folder)? {
        let size = fs::metadata(&file)?.len();
        println!("{size:>10}  {}", files::name(&file)?);
    }
    Ok(())
}

/// Builds these packages for release, `webkyc` with the pages of `dist/` inside. Each by itself: together
/// they would get the features that any of them asks for, and `webkyc` would be a megabyte larger.
pub(crate) fn build_programs(packages: &[&str]) -> Result<()> {
    for package in packages {
        let features = match *package {
            BACKEND => "pages,store",
            _ => "",
        };
        Step {
            doing: &format!("Building {package} to deploy"),
            takes: "5 to 10 minutes the first time",
            log: "dist",
        }
        .run(
            cargo()
                .args(["build", "--release", "-p", package])
                // Without the features that only other builds need (features/README.md).
                .args(["--no-default-features", "--features", features])
                .current_dir(root()),
        )?;
    }
    Ok(())
}

/// As `sha256sum --check` reads them.
fn checksums(files: &[PathBuf]) -> Result<String> {
    let mut lines = String::new();
    for file in files {
        let sum = Sha256::digest(files::read(file)?);
        lines += &format!("{sum:x}  {}\n", files::name(file)?);
    }
    Ok(lines)
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
