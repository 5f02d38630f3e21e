//! Turns the texts of the error pages into Rust, and says when the pages inside the program are no longer
//! those in `dist/`.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    let mut texts = webkyc_languages::code_of_texts("error_page")?;
    texts += &webkyc_languages::code_of_names()?;
    fs::write(Path::new(&folder).join("texts.rs"), texts)?;
    if env::var_os("CARGO_FEATURE_PAGES").is_none() {
        return Ok(());
    }
    // A stable compiler does not watch the files that include_dir reads.
    println!("cargo::rerun-if-changed=../dist");
    if !Path::new("../dist/index.html").is_file() {
        println!("cargo::error=the feature `pages` needs the built pages: cargo xtask pages");
    }
    Ok(())
}
