//! The ceilings that need no clock, as tests: `cargo xtask test` says where everything is.

use std::{env, path::PathBuf};

use clap::Parser;

use crate::{
    browser, costs,
    figures::{Figure, table},
    setup::{Options, Setup},
    upstream,
};

fn setup() -> Setup {
    let path = |name: &str| env::var_os(name).map(PathBuf::from).unwrap_or_default();
    let programs = path("WEBKYC_TEST_BIN_DIR");
    let pages = path("WEBKYC_TEST_DIST");
    let mut arguments = vec!["webkyc-bench".into()];
    for (option, file) in [
        (
            "--backend",
            programs
                .join("webkyc")
                .with_extension(env::consts::EXE_EXTENSION),
        ),
        ("--dist", pages.clone()),
        ("--pages", pages),
        ("--nginx", path("WEBKYC_TEST_NGINX")),
        ("--chrome", path("WEBKYC_TEST_CHROME")),
        ("--chromedriver", path("WEBKYC_TEST_CHROMEDRIVER")),
    ] {
        arguments.extend([option.into(), file.into_os_string()]);
    }
    // What no ceiling needs.
    for option in [
        "--weights",
        "--peers",
        "--express",
        "--node",
        "--wrk",
        "--json",
    ] {
        arguments.extend([option.into(), "none".into()]);
    }
    Setup::new(Options::parse_from(arguments)).unwrap()
}

#[track_caller]
fn assert_met(figures: &[Figure]) {
    let goals = figures.iter().filter(|figure| figure.goal.is_some());
    assert_ne!(goals.count(), 0);
    let is_missed = figures.iter().any(|figure| figure.is_met() == Some(false));
    assert!(!is_missed, "\n{}", table(figures));
}

#[tokio::test(flavor = "multi_thread")]
async fn fe_12_two_hundred_large_answers_and_fifty_exports_stay_below_their_ceilings() {
    let upstream = upstream::start().await.unwrap();
    assert_met(&costs::memory(&setup(), &upstream).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_visit_asks_for_no_more_than_it_may() {
    let upstream = upstream::start().await.unwrap();
    assert_met(&browser::requests(&setup(), &upstream).await.unwrap());
}
