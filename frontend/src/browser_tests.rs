//! Tests that need a real browser, without a server.

mod answers;
mod button;
mod formats;
mod handle;
mod language;
mod pictures;
mod storage;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
