//! Packages of npm's registry, each fetched once, as it was when it was pinned.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest, Sha512};

use crate::{
    steps::Step,
    tools::{lock, remove},
};

/// What others offer for the same, which the measurements name.
const PEERS: &str = include_str!("../../bench/peers/packages.json");

pub(crate) struct Package<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    /// As registries write it: `sha512-…`.
    pub(crate) integrity: &'a str,
}

/// Fetches all peers that are not there yet.
pub(crate) fn fetch_peers(npm: &Path, cache: &Path) -> Result<()> {
    let peers: Vec<Value> = serde_json::from_str(PEERS)?;
    for peer in &peers {
        Package::of_json(peer)?.fetch(npm, cache)?;
    }
    Ok(())
}

impl<'a> Package<'a> {
    fn of_json(peer: &'a Value) -> Result<Self> {
        let said = |key: &str| {
            let text = peer[key].as_str();
            text.with_context(|| format!("a peer without {key}"))
        };
        Ok(Self {
            name: said("name")?,
            version: said("version")?,
            integrity: said("integrity")?,
        })
    }

    /// `NAME-VERSION`, where the name of a scope is part of the name: what npm calls the tarball too.
    fn folder_name(&self) -> String {
        let name = self.name.trim_start_matches('@').replace('/', "-");
        format!("{name}-{}", self.version)
    }

    /// The folder with all that is in the package, fetched from the registry that npm is set to.
    pub(crate) fn fetch(&self, npm: &Path, cache: &Path) -> Result<PathBuf> {
        let home = cache.join(self.folder_name());
        let folder = home.join("package");
        if folder.is_dir() {
            return Ok(folder);
        }
        let _lock = lock(&home, self.name)?;
        // It may have been done while we waited.
        if !folder.is_dir() {
            self.fetch_into(npm, &home)?;
        }
        Ok(folder)
    }

    /// Unpacks beside the final place and renames: half a package is never taken for one.
    fn fetch_into(&self, npm: &Path, home: &Path) -> Result<()> {
        let unfinished = home.with_added_extension("unfinished");
        remove(&unfinished)?;
        remove(home)?;
        fs::create_dir_all(&unfinished)
            .with_context(|| format!("cannot make {}", unfinished.display()))?;
        let folder_name = self.folder_name();
        Step {
            doing: &format!("Fetching {} {}", self.name, self.version),
            takes: "once; some seconds",
            log: &folder_name,
        }
        .run(
            Command::new(npm)
                .args(["pack", "--ignore-scripts", "--pack-destination"])
                .arg(&unfinished)
                .arg(format!("{}@{}", self.name, self.version))
                .current_dir(&unfinished),
        )?;
        let tarball = unfinished.join(format!("{folder_name}.tgz"));
        self.unpack(&tarball, &unfinished)?;
        fs::remove_file(&tarball)?;
        fs::rename(&unfinished, home).with_context(|| format!("cannot make {}", home.display()))
    }

    fn unpack(&self, tarball: &Path, to: &Path) -> Result<()> {
        let file = tarball.display();
        let content = fs::read(tarball).with_context(|| format!("cannot read {file}"))?;
        ensure!(
            integrity(&content) == self.integrity,
            "{file} is not what was pinned: it is {}",
            integrity(&content)
        );
        tar::Archive::new(GzDecoder::new(&content[..]))
            .unpack(to)
            .with_context(|| format!("cannot unpack {file}"))?;
        ensure!(to.join("package").is_dir(), "there is no package in {file}");
        Ok(())
    }
}

fn integrity(content: &[u8]) -> String {
    format!("sha512-{}", BASE64_STANDARD.encode(Sha512::digest(content)))
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn tarball() -> Vec<u8> {
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        let mut header = tar::Header::new_gnu();
        header.set_size(3);
        header.set_mode(0o644);
        archive
            .append_data(&mut header, "package/lib/a.js", &b"abc"[..])
            .unwrap();
        archive.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn only_what_was_pinned_is_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a-1.0.0.tgz");
        let content = tarball();
        fs::write(&file, &content).unwrap();
        let unpack = |integrity: &str| {
            let package = Package {
                name: "a",
                version: "1.0.0",
                integrity,
            };
            package.unpack(&file, folder.path())
        };

        let told = unpack("sha512-bm8=").unwrap_err().to_string();
        assert!(told.contains("not what was pinned"), "{told}");
        assert!(!folder.path().join("package").exists());

        unpack(&integrity(&content)).unwrap();
        let script = fs::read(folder.path().join("package/lib/a.js")).unwrap();
        assert_eq!(script, b"abc");
    }

    #[test]
    fn every_peer_is_pinned_to_the_letter() {
        let peers: Vec<Value> = serde_json::from_str(PEERS).unwrap();
        for peer in &peers {
            let Package {
                name,
                version,
                integrity,
            } = Package::of_json(peer).unwrap();
            let numbers = version.split('.').filter(|it| it.parse::<u32>().is_ok());
            assert_eq!(numbers.count(), 3, "{name}@{version}");
            let hash = integrity.strip_prefix("sha512-").unwrap();
            assert_eq!(BASE64_STANDARD.decode(hash).unwrap().len(), 64, "{name}");
        }
    }

    #[test]
    fn a_scope_is_part_of_the_folder_s_name() {
        let package = Package {
            name: "@veriff/js-sdk",
            version: "2.0.0",
            integrity: "",
        };
        assert_eq!(package.folder_name(), "veriff-js-sdk-2.0.0");
    }
}
