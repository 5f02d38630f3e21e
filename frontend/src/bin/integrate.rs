//! The program of `/integrate`.

use wasm_bindgen::prelude::wasm_bindgen;

/// The program's glue calls this after an exception in a callback or task (`cargo xtask post-build`).
#[wasm_bindgen]
pub fn crashed() {
    webkyc_frontend::program::show_crash();
}

fn main() {
    webkyc_frontend::program::integrate();
}
