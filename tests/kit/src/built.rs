//! Where `cargo xtask test` put the programs and pages, which it says through `WEBKYC_TEST_*`.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The folder of the whole repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// One of our programs (`WEBKYC_TEST_BIN_DIR`).
pub fn program(name: &str) -> PathBuf {
    let file = folder("WEBKYC_TEST_BIN_DIR", "target/debug").join(name);
    file.with_extension(env::consts::EXE_EXTENSION)
}

/// The folder of the built pages (`WEBKYC_TEST_DIST`).
pub fn pages() -> PathBuf {
    folder("WEBKYC_TEST_DIST", "dist")
}

/// nginx (`WEBKYC_TEST_NGINX`).
pub fn nginx() -> PathBuf {
    env::var_os("WEBKYC_TEST_NGINX").map_or("nginx".into(), PathBuf::from)
}

fn folder(variable: &str, default: &str) -> PathBuf {
    root().join(env::var_os(variable).unwrap_or_else(|| default.into()))
}
