//! A database of an earlier release, and one of a later.

use serde_json::json;
use webkyc_test_kit::program::Program;

use crate::{
    harness::{CLAIMS, Files, TestApp},
    program::{NOWHERE, READY, Running, with_store},
};

const SQLITE: &str = include_str!("../../../src/store/sqlite/0001.sql");
const POSTGRESQL: &str = include_str!("../../../src/store/postgres/0001.sql");

/// When the clock of tests begins.
const NOW: i64 = 1_900_000_000;

/// Leaves what the first release left: its tables, with a verified sign-up whose event is still to be sent.
async fn leave_first_release(files: &Files) {
    let (tables, mark, handle) = if files.is_on_postgresql() {
        (POSTGRESQL, "INSERT INTO migrations VALUES (1)", "'\\x6162'")
    } else {
        (SQLITE, "PRAGMA user_version = 1", "x'6162'")
    };
    files.execute(tables).await;
    files.execute(mark).await;
    files
        .execute(&format!(
            "INSERT INTO sign_ups (id, site, return_key, claims, on_return, livemode, status,
                webhook, handle, created_at, expires_at, ended_at)
             VALUES ('su_1', 'shop', 'done', '[]', FALSE, FALSE, 'verified', TRUE, {handle},
                {NOW}, {NOW}, {NOW})"
        ))
        .await;
    files
        .execute(&format!(
            "INSERT INTO events (id, kind, sign_up, site, created_at)
             VALUES ('evt_1', 'sign_up.verified', 'su_1', 'shop', {NOW})"
        ))
        .await;
    let delivery = format!(
        "INSERT INTO deliveries (event, position, sign_up, site, due_at)
         SELECT id, position, sign_up, site, {NOW} FROM events"
    );
    files.execute(&delivery).await;
}

/// The columns of the index that the second migration changes.
async fn indexed(files: &Files) -> String {
    let sql = if files.is_on_postgresql() {
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'deliveries_pending'"
    } else {
        "SELECT sql FROM sqlite_schema WHERE name = 'deliveries_pending'"
    };
    let definition = files.query(sql).await.remove(0).remove(0);
    String::from_utf8(definition).unwrap().replace('"', "")
}

#[tokio::test]
async fn a_database_of_the_first_release_is_brought_up_to_date_and_keeps_its_rows() {
    let (receiver, files) = (super::receiver::Receiver::start().await, Files::new());
    leave_first_release(&files).await;
    assert!(indexed(&files).await.contains("(site, position)"));
    let app = TestApp::start_with_webhook("http://127.0.0.1:9", &files, receiver.url()).await;
    let shop = app.server("shop");
    let found = shop.sign_up("su_1").await;
    assert_eq!(found["status"], "verified");
    let events = shop.events().await;
    assert_eq!(events, [("sign_up.verified".to_owned(), "su_1".to_owned())]);
    // Deliveries that were due before are sent.
    receiver.wait_for(1).await;
    assert_eq!(receiver.message(0).1["data"]["id"], "su_1");
    assert!(indexed(&files).await.contains("(position)"));
    let (second, _) = shop.create("b").await;
    let cancel = format!("/sign-ups/{second}/cancel");
    shop.post(&cancel, json!({})).await.assert_ok();
    receiver.wait_for(2).await;
}

/// Says that a release with more migrations was here, and which is the oldest that it left working.
async fn leave_later_release(files: &Files, oldest: u8) {
    let mark = if files.is_on_postgresql() {
        "UPDATE migrations SET newest = 99"
    } else {
        "PRAGMA user_version = 99"
    };
    files.execute(mark).await;
    let oldest = format!("UPDATE oldest_program SET migration = {oldest}");
    files.execute(&oldest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_later_release_is_refused_at_the_start_unless_that_left_this_one_working() {
    let files = Files::new();
    let start = || {
        let (command, assets) = with_store(NOWHERE, &files, &CLAIMS);
        Running::of(command, assets)
    };
    start().program.stop();
    leave_later_release(&files, 2).await;
    let running = start();
    let (id, _) = running.app.server("shop").create("a").await;
    running.program.stop();

    leave_later_release(&files, 3).await;
    let (command, _assets) = with_store(NOWHERE, &files, &CLAIMS);
    let log = Program::try_start(command, READY).err().unwrap();
    assert!(
        log.contains("a newer release has changed the tables"),
        "{log}"
    );
    // Nothing was changed by the try.
    leave_later_release(&files, 1).await;
    let running = start();
    assert_eq!(
        running.app.server("shop").sign_up(&id).await["reference"],
        "a"
    );
}
