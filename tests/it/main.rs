//! The whole stack in a real browser: real programs, real HTTP, real Chromium.
//!
//! `cargo xtask test` builds what these tests start and says where it is, through
//! `WEBKYC_TEST_BIN_DIR`, `WEBKYC_TEST_DIST`, `WEBKYC_TEST_CHROME`, `WEBKYC_TEST_CHROMEDRIVER`,
//! `WEBKYC_TEST_NGINX`, `WEBKYC_TEST_AXE`, `WEBKYC_TEST_NODE` and `WEBKYC_TEST_PACKAGE`. Each test has
//! a stack and a browser of its own, on ports the system chose; `threats` and `package` need neither.
//! Where `WEBKYC_TEST_GECKODRIVER` is set, the browser is Firefox.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected should end there"
)]

mod accessibility;
mod browser;
mod camera;
mod documents;
mod downloads;
mod embed;
mod examples;
mod exports;
mod firefox;
mod inspector;
mod integrate;
mod look;
mod package;
mod pages;
mod program;
mod relay;
mod replicas;
mod returns;
mod secrets;
mod sign_up;
mod site;
mod stack;
mod threats;
