//! Turns the texts of the pages into Rust.

use std::{env, error::Error, fs, path::PathBuf};

use webkyc_languages::Shapes;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let shapes = Shapes {
        serialized: &["camera", "live"],
        keyed: &["scenario_titles", "scenario_summaries"],
    };
    let code = webkyc_languages::code("sandbox", shapes)?;
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    fs::write(folder.join("texts.rs"), code)?;
    Ok(())
}
