//! What others let a page load for the same, from npm's registry.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::setup::Setup;

/// The one place that names them; `cargo xtask bench` fetches what it says.
const PACKAGES: &str = include_str!("../peers/packages.json");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Peer {
    name: String,
    version: String,
    /// What a page loads, the first of them by name.
    pub(crate) files: Vec<String>,
    pub(crate) kind: Kind,
    /// Whether it loads the rest from its vendor at run time, which is measured nowhere.
    is_loader: bool,
    /// What a script of the page says before its button works. A module's exports are in `sdk`.
    pub(crate) works: String,
}

/// How a page gets at what the first file offers.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    Module,
    /// Through a name that is known everywhere.
    Script,
    /// Through `module.exports`, where there is a bundler or whoever does the same.
    CommonJs,
}

/// All of them, those first whose package is all there is.
pub(crate) fn all() -> Result<Vec<Peer>> {
    serde_json::from_str(PACKAGES).context("the list of peers is broken")
}

impl Peer {
    /// As people say it.
    pub(crate) fn title(&self) -> String {
        let loader = if self.is_loader { " (loader only)" } else { "" };
        format!("{} {}{loader}", self.name, self.version)
    }

    /// Of the name without its version.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// The folder of its own, in the one of all peers.
    pub(crate) fn folder(&self) -> String {
        let name = self.name.trim_start_matches('@').replace('/', "-");
        format!("{name}-{}", self.version)
    }

    pub(crate) fn read(&self, setup: &Setup, file: &str) -> Result<Vec<u8>> {
        let package: PathBuf = setup.peers.join(self.folder()).join("package");
        let file = package.join(file);
        fs::read(&file).with_context(|| format!("cannot read {}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_is_named_in_the_version_that_is_spoken_of() {
        let peers = all().unwrap();
        let titles: Vec<String> = peers.iter().map(Peer::title).collect();
        assert_eq!(
            titles,
            [
                "oidc-client-ts 3.5.0",
                "@auth0/auth0-spa-js 2.28.3",
                "onfido-sdk-ui 13.8.7",
                "@jumio/websdk 0.3.19",
                "onfido-sdk-ui 14.80.0 (loader only)",
                "@veriff/js-sdk 2.0.0 (loader only)",
                "@veriff/incontext-sdk 2.5.0 (loader only)",
                "persona 5.9.0 (loader only)",
                "@sumsub/websdk 2.9.0 (loader only)",
                "@stripe/stripe-js 10.2.1 (loader only)",
            ]
        );
    }

    #[test]
    fn the_folder_of_a_peer_is_what_npm_calls_its_tarball() {
        let peers = all().unwrap();
        assert_eq!(peers[1].folder(), "auth0-auth0-spa-js-2.28.3");
    }
}
