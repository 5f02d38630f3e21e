//! The program and its database: how it starts, and what it refuses.

use std::{fs, os::unix::fs::PermissionsExt};

use webkyc_test_kit::program::{Program, Signal};

use crate::{
    harness::{CLAIMS, Files, SITES, TestApp},
    program::{NOWHERE, READY, Running, with_store, write_secret},
};

const OTHER_KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

fn start(files: &Files) -> Running {
    let (command, assets) = with_store(NOWHERE, files, &CLAIMS);
    Running::of(command, assets)
}

fn mode(files: &Files, name: &str) -> u32 {
    let metadata = fs::metadata(files.path(name)).unwrap();
    metadata.permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_16_the_database_and_its_log_are_for_their_owner_alone() {
    let files = Files::sqlite();
    let running = start(&files);
    running.app.server("shop").create("a").await;
    for name in ["webkyc.db", "webkyc.db-wal"] {
        assert_eq!(mode(&files, name), 0o600, "{name}");
    }
    // Killed, so that the log stays.
    let mut program = running.program;
    program.kill();
    for name in ["webkyc.db", "webkyc.db-wal"] {
        let open_to_all = fs::Permissions::from_mode(0o666);
        fs::set_permissions(files.path(name), open_to_all).unwrap();
    }
    let running = start(&files);
    running.app.server("shop").create("b").await;
    for name in ["webkyc.db", "webkyc.db-wal"] {
        assert_eq!(mode(&files, name), 0o600, "{name}");
    }
    running.program.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_17_a_key_that_stored_sign_ups_need_cannot_be_taken_away() {
    let files = Files::new();
    let mut running = start(&files);
    let keys = files.path("store-keys");
    let first = fs::read_to_string(&keys).unwrap();
    let shop = running.app.server("shop");
    let (id, _) = shop.create("customer").await;
    let mut reread = |content: &str, words: &str| {
        write_secret(&keys, content);
        running.program.signal(Signal::SIGHUP);
        running.program.next_log_line(words)
    };
    let refused = reread(OTHER_KEY, "cannot be used: it stays as it was");
    assert!(refused.contains("[store] keys_file"), "{refused}");
    assert!(
        refused.contains("sealed with a key that is missing"),
        "{refused}"
    );
    assert!(
        !refused.contains(OTHER_KEY) && !refused.contains(&first),
        "{refused}"
    );
    assert_eq!(shop.sign_up(&id).await["reference"], "customer");
    let both = format!("{OTHER_KEY}\n{first}");
    let changed = reread(&both, "a secret has changed");
    assert!(changed.contains("[store] keys_file"), "{changed}");
    let (second, _) = shop.create("another").await;
    // Now each key alone lacks the other.
    reread(&first, "cannot be used: it stays as it was");
    reread(OTHER_KEY, "cannot be used: it stays as it was");
    for (id, reference) in [(&id, "customer"), (&second, "another")] {
        assert_eq!(shop.sign_up(id).await["reference"], reference);
    }
    running.program.kill();
    // The start refuses the same.
    let (command, _assets) = with_store(NOWHERE, &files, &CLAIMS);
    let log = Program::try_start(command, READY).err().unwrap();
    assert!(log.contains("[store] keys_file: stored sign-ups"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_18_a_second_process_waits_and_takes_over_when_the_first_ends() {
    for signal in [Signal::SIGKILL, Signal::SIGINT] {
        let files = Files::sqlite();
        let mut first = start(&files);
        let (id, _) = first.app.server("shop").create("customer").await;
        let (command, _assets) = with_store(NOWHERE, &files, &CLAIMS);
        let mut second = Program::spawn(command);
        second.next_log_line("opening the database");
        second.next_log_line("another program may have it");
        for site in SITES {
            first.app.server(site).create("another").await;
        }
        // It has no port before it has the database.
        assert!(!second.log().contains("listening"), "{}", second.log());
        first.program.signal(signal);
        first.program.wait();
        let [public, operator] = second.ready(READY);
        let app = TestApp::at(public, operator);
        assert_eq!(
            app.server("shop").sign_up(&id).await["reference"],
            "customer"
        );
        second.stop();
    }
}

#[test]
fn ops_23_the_server_does_not_start_without_a_folder_for_the_database() {
    let files = Files::sqlite();
    let (command, _assets) = with_store(NOWHERE, &files, &CLAIMS);
    let config = fs::read_to_string(files.path("webkyc.toml")).unwrap();
    let config = config.replace("/webkyc.db\"", "/none/webkyc.db\"");
    files.secret("webkyc.toml", &config);
    let log = Program::try_start(command, READY).err().unwrap();
    assert!(log.contains("[store] url names"), "{log}");
    assert!(log.contains("the folder"), "{log}");
    assert!(!files.path("none").exists());
}
