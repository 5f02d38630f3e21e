//! The whole stack in a real browser: real programs, real HTTP, real Chromium.
//!
//! `cargo xtask test` builds the programs and pages for these tests and names them in
//! `WEBKYC_TEST_BIN_DIR`, `WEBKYC_TEST_DIST`, `WEBKYC_TEST_CHROME`, `WEBKYC_TEST_CHROMEDRIVER`,
//! `WEBKYC_TEST_NGINX`, `WEBKYC_TEST_AXE`, `WEBKYC_TEST_NODE` and `WEBKYC_TEST_PACKAGE`. Each test has
//! a stack and a browser of its own, on ports the system chose; `threats` and `package` need neither.
//! Where `WEBKYC_TEST_GECKODRIVER` is set, the browser is Firefox; where `WEBKYC_TEST_WEBKITDRIVER` is,
//! WebKit.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected should end there"
)]

mod accessibility;
mod bfcache;
mod browser_storage;
mod bundlers;
mod callback;
mod camera;
mod changed_pages;
mod cookie_tossing;
mod dashboard;
mod demo;
mod deployments;
mod documents;
mod downloads;
mod element_button;
mod element_callback;
mod elements;
mod example_shop;
mod examples;
mod exports;
mod hostile_data;
mod hostile_site;
mod integrate;
mod keyboard;
mod language_choice;
mod languages;
mod odd_browsers;
mod package;
mod pages;
mod panics;
mod post_message;
mod prerendering;
mod program_visitor;
mod receivers;
mod render_errors;
mod replicas;
mod rolling_update;
mod screenshots;
mod secret_leaks;
mod service_worker;
mod setup;
mod shop;
mod sign_up;
mod sign_ups;
mod site;
mod stack;
mod subdomains;
mod tabs;
mod third_parties;
mod threats;
mod truncated_export;
