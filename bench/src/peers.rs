//! Packages that a page would load instead of the button, as npm installs them (`peers/package.json`).

use std::fs;

use anyhow::{Context, Result};

use crate::setup::Setup;

#[derive(Clone, Copy)]
pub(crate) struct Peer {
    name: &'static str,
    version: &'static str,
    /// The files that a page loads; its script imports the first by name.
    pub(crate) files: &'static [&'static str],
    pub(crate) kind: Kind,
    /// Whether it loads the rest from its vendor at run time, which is not measured.
    is_loader: bool,
    /// An expression that is truthy once its button would work. The exports of a module are in `sdk`.
    pub(crate) works: &'static str,
}

/// How a page reaches the exports of the first file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Module,
    /// As a property of `window`.
    Script,
}

/// Two that sign in, one that captures documents, two that load one from its vendor.
pub(crate) const PEERS: [Peer; 5] = [
    Peer {
        name: "oidc-client-ts",
        version: "3.5.0",
        files: &["dist/browser/oidc-client-ts.min.js"],
        kind: Kind::Script,
        is_loader: false,
        works: "new oidc.UserManager({ authority: location.origin, client_id: 'bench', redirect_uri: location.href })",
    },
    Peer {
        name: "@auth0/auth0-spa-js",
        version: "2.28.3",
        files: &["dist/auth0-spa-js.production.esm.js"],
        kind: Kind::Module,
        is_loader: false,
        works: "new sdk.Auth0Client({ domain: location.host, clientId: 'bench', authorizationParams: { redirect_uri: location.href } })",
    },
    Peer {
        name: "@jumio/websdk",
        version: "0.3.19",
        files: &["index.js", "js/index.BEBD0ZpD.js", "assets/style.css"],
        kind: Kind::Module,
        is_loader: false,
        works: "await customElements.whenDefined('jumio-sdk')",
    },
    Peer {
        name: "persona",
        version: "5.9.0",
        files: &["dist/persona.js"],
        kind: Kind::Script,
        is_loader: true,
        works: "Persona.Client",
    },
    Peer {
        name: "@sumsub/websdk",
        version: "2.9.0",
        files: &["dist/index.esm.js"],
        kind: Kind::Module,
        is_loader: true,
        works: "sdk.default.init",
    },
];

impl Peer {
    /// Its name in the tables.
    pub(crate) fn title(&self) -> String {
        let loader = if self.is_loader { " (loader only)" } else { "" };
        format!("{} {}{loader}", self.name, self.version)
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// The name as one part of a path.
    pub(crate) fn slug(&self) -> String {
        self.name.trim_start_matches('@').replace('/', "-")
    }

    pub(crate) fn read(&self, setup: &Setup, file: &str) -> Result<Vec<u8>> {
        let file = setup.peers.join("node_modules").join(self.name).join(file);
        fs::read(&file).with_context(|| format!("cannot read {}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn npm_installs_every_peer_in_the_version_of_its_title() {
        let manifest = include_str!("../peers/package.json");
        let manifest: Value = serde_json::from_str(manifest).unwrap();
        for peer in PEERS {
            assert_eq!(manifest["dependencies"][peer.name], peer.version);
        }
    }
}
