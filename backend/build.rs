//! Says when the pages inside the program are no longer those in `dist/`.

use std::{env, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_PAGES").is_none() {
        return;
    }
    // A stable compiler does not watch the files that include_dir reads.
    println!("cargo::rerun-if-changed=../dist");
    if !Path::new("../dist/index.html").is_file() {
        println!("cargo::error=the feature `pages` needs the built pages: cargo xtask pages");
    }
}
