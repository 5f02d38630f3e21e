//! The whole stack in a real browser: real programs, real HTTP, real Chromium.
//!
//! `cargo xtask test` builds what these tests start and says where it is, through
//! `WEBKYC_TEST_BIN_DIR`, `WEBKYC_TEST_DIST`, `WEBKYC_TEST_CHROME`, `WEBKYC_TEST_CHROMEDRIVER` and
//! `WEBKYC_TEST_NGINX`. Each test has a stack and a browser of its own, on ports the system chose;
//! `threats` needs neither.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected should end there"
)]

mod browser;
mod camera;
mod exports;
mod inspector;
mod look;
mod pages;
mod program;
mod relay;
mod replicas;
mod returns;
mod secrets;
mod sign_up;
mod stack;
mod threats;
