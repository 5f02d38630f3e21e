//! A program that was built with the pages inside it.

use reqwest::Method;

use crate::{
    harness::PAGE,
    program::{NOWHERE, Running},
};

#[tokio::test]
async fn a_program_with_its_pages_inside_needs_no_folder() {
    let nowhere = tempfile::tempdir().unwrap();
    let running = Running::start(NOWHERE, |command| {
        command.env_remove("WEBKYC_ASSETS");
        command.current_dir(nowhere.path());
    });
    let built =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../dist/results.html"));
    let page = running
        .app
        .bare(Method::GET, "/results")
        .send()
        .await
        .unwrap();
    assert_eq!(page.headers()["cache-control"], "no-store");
    assert_eq!(page.text().await.unwrap(), built.unwrap());
}

#[tokio::test]
async fn a_folder_that_is_named_wins_over_the_pages_inside() {
    let running = Running::start(NOWHERE, |_| {});
    let page = running.app.bare(Method::GET, "/").send().await.unwrap();
    assert_eq!(page.text().await.unwrap(), PAGE);
}
