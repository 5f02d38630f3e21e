//! Tests of the ceilings that need no clock. `cargo xtask test` passes them the paths.

use std::env;

use clap::Parser;
use webkyc_test_kit::built;

use crate::{
    browser,
    figures::{Figure, Goal, Unit, table},
    resources,
    setup::{Options, Setup},
    upstream,
};

fn setup() -> Setup {
    let path = |name: &str| env::var_os(name).unwrap_or_default();
    let mut arguments = vec!["webkyc-bench".into()];
    for (option, file) in [
        ("--backend", built::program("webkyc").into()),
        ("--pages", built::pages().into()),
        ("--nginx", built::nginx().into()),
        ("--chrome", path("WEBKYC_TEST_CHROME")),
        ("--chromedriver", path("WEBKYC_TEST_CHROMEDRIVER")),
    ] {
        arguments.extend([option.into(), file]);
    }
    // Not used by these tests.
    for option in ["--page-sizes", "--peers", "--node", "--wrk", "--json"] {
        arguments.extend([option.into(), "none".into()]);
    }
    Setup::new(Options::parse_from(arguments)).unwrap()
}

/// A debug build needs more memory and frees it more slowly.
const DEBUG_MEMORY: f64 = 1.25;

/// How much more of its code is in memory than of a release build's, in MiB.
const DEBUG_CODE: f64 = 12.0;

#[track_caller]
fn assert_met(figures: &[Figure]) {
    let ceilings = figures.iter().filter_map(|figure| {
        let Goal::AtMost(most) = figure.goal? else {
            return None;
        };
        let most = match figure.unit {
            Unit::Mebibytes => DEBUG_MEMORY * most + DEBUG_CODE,
            _ => most,
        };
        Some(figure.ours.median() <= most)
    });
    let ceilings: Vec<bool> = ceilings.collect();
    assert!(!ceilings.is_empty());
    assert!(!ceilings.contains(&false), "\n{}", table(figures));
}

#[tokio::test(flavor = "multi_thread")]
async fn fe_12_two_hundred_large_answers_and_fifty_exports_stay_below_their_ceilings() {
    let upstream = upstream::start().await.unwrap();
    assert_met(&resources::memory(&setup(), &upstream).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn first_visits_stay_below_their_ceilings_of_requests() {
    let upstream = upstream::start().await.unwrap();
    assert_met(&browser::requests(&setup(), &upstream).await.unwrap());
}
