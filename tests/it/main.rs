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
mod broken_off;
mod camera;
mod crash;
mod deployments;
mod documents;
mod downloads;
mod element_button;
mod element_returns;
mod embed;
mod examples;
mod exports;
mod hostile_data;
mod hostile_site;
mod inspector;
mod integrate;
mod keyboard;
mod languages;
mod left_behind;
mod look;
mod messages;
mod package;
mod pages;
mod planted;
mod put_away;
mod releases;
mod replicas;
mod returns;
mod secrets;
mod setup;
mod siblings;
mod sign_up;
mod site;
mod stack;
mod stopped;
mod tabs;
mod threats;
mod whole_way;
mod workers;
