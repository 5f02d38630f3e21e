//! `webkyc check` over a database that holds sign-ups.

use std::{collections::BTreeMap, fs, process::Command};

use crate::{
    harness::{CLAIMS, Files, use_webhook},
    program::{NOWHERE, Running, with_store, write_secret},
};

const OTHER_KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
const OPENS: &str = "ok     [store] keys_file opens what is stored\n";
const MISSING: &str =
    "wrong  [store] keys_file: stored sign-ups were sealed with a key that is missing: ";

/// The output with the files as they are.
fn check(files: &Files) -> String {
    output_of(with_store(NOWHERE, files, &CLAIMS).0)
}

fn output_of(mut command: Command) -> String {
    let output = command.arg("check").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The files beside the database, with what is in them.
fn contents(files: &Files) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(files.path("")).unwrap();
    let entries = entries.map(|entry| entry.unwrap());
    let entries = entries.map(|entry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    });
    entries.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_17_check_finds_a_missing_key_where_the_start_would_beside_a_server_too() {
    let files = Files::new();
    let (command, assets) = with_store(NOWHERE, &files, &CLAIMS);
    let running = Running::of(command, assets);
    running.app.server("shop").create("a").await;
    assert!(
        check(&files).contains(OPENS),
        "beside it: {}",
        check(&files)
    );
    // Stopped, and the log with it; before, the log alone may have held all.
    running.program.stop();
    assert!(check(&files).contains(OPENS), "{}", check(&files));
    let (command, _assets) = with_store(NOWHERE, &files, &CLAIMS);
    write_secret(files.path("store-keys"), OTHER_KEY);
    let wrong = output_of(command);
    assert!(wrong.contains(MISSING), "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_17_check_reads_what_only_the_log_of_a_killed_process_has_and_leaves_all_as_it_was() {
    let files = Files::sqlite();
    let (command, assets) = with_store(NOWHERE, &files, &CLAIMS);
    let mut running = Running::of(command, assets);
    running.app.server("shop").create("a").await;
    running.program.kill();
    let (command, _assets) = with_store(NOWHERE, &files, &CLAIMS);
    write_secret(files.path("store-keys"), OTHER_KEY);
    let before = contents(&files);
    assert!(!before["webkyc.db-wal"].is_empty(), "a log is left");
    let wrong = output_of(command);
    assert!(wrong.contains(MISSING), "{wrong}");
    assert_eq!(contents(&files), before);
}

#[test]
fn check_says_where_events_go_whose_pages_may_call_and_which_site_cannot_create_a_sign_up() {
    let files = Files::sqlite();
    let (command, _assets) = with_store(NOWHERE, &files, &CLAIMS);
    use_webhook(&files, "https://shop.example/hooks/webkyc?token=canary");
    let config = fs::read_to_string(files.path("webkyc.toml")).unwrap();
    let returns = "returns = { done = \"https://bank.example/done?x=1\" }\n";
    assert!(config.contains(returns));
    let config = config.replace(returns, "");
    let shop = "name = \"Example shop\"\n";
    assert!(config.contains(shop));
    let origins =
        format!("{shop}origins = [\"https://www.shop.example\", \"https://shop.example\"]\n");
    files.secret("webkyc.toml", &config.replace(shop, &origins));
    let printed = output_of(command);
    for line in [
        "ok     site shop: events go to https://shop.example/hooks/webkyc, signed with 2 secrets\n",
        "ok     site shop: pages of https://www.shop.example, https://shop.example may call the API\n",
        "note   site bank has no returns: its server can create no sign-up, because each has an address to return to\n",
    ] {
        assert!(printed.contains(line), "{line}: {printed}");
    }
    assert!(
        !printed.contains("canary") && !printed.contains("site shop has no"),
        "{printed}"
    );
}
