//! What is no longer kept.

use serde_json::json;
use webkyc_backend::sealing::SealingKeys;

use crate::{
    harness::{CLAIMS, COOKIE_KEYS, Files, STATE, TestApp, eventually, sandbox},
    program::{Running, with_store},
};

const DAY: i64 = 24 * 3600;

#[tokio::test(flavor = "multi_thread")]
async fn sup_44_what_is_old_is_deleted_without_a_pause_until_nothing_is_left() {
    let files = Files::new();
    let start = || {
        let (command, assets) = with_store("http://127.0.0.1:9", &files, &CLAIMS);
        Running::of(command, assets)
    };
    start().program.stop();
    let keys = SealingKeys::parse(COOKIE_KEYS).unwrap();
    let result = files.blob(&keys.seal("su_0", "result", b"{}"));
    let handle = if files.is_on_postgresql() {
        "decode(lpad(to_hex(n), 8, '0'), 'hex')"
    } else {
        "CAST(n AS BLOB)"
    };
    let never = if files.is_on_postgresql() {
        "FALSE"
    } else {
        "0"
    };
    files
        .execute(&format!(
            "WITH RECURSIVE numbers(n) AS
                (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2500)
             INSERT INTO sign_ups (id, site, return_key, claims, on_return, livemode, status,
                webhook, handle, created_at, expires_at, ended_at, result)
             SELECT 'su_' || n, 'shop', 'done', '[]', {never}, {never}, 'verified', {never},
                {handle}, 0, 0, 1, {result} FROM numbers"
        ))
        .await;
    let running = start();
    let shop = running.app.server("shop");
    let is_empty = async || shop.get("/sign-ups").await.body["signUps"] == json!([]);
    eventually("nothing is left", is_empty).await;
}

#[tokio::test]
async fn sup_44_a_result_whose_time_is_over_is_not_shown_until_it_is_deleted() {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = TestApp::start_with_store(sandbox.url(), &files).await;
    let shop = app.server("shop");
    let (id, handle) = shop.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    visitor.exchange(&code, STATE).await.assert_ok();
    let verified = shop.sign_up_once(&id, "verified").await;
    assert!(verified.get("claims").is_some());
    app.store_faults.fail(&["purge"]);
    app.advance_clock(7 * DAY + 1);
    let verified = shop.sign_up(&id).await;
    assert_eq!(verified["status"], "verified");
    assert_eq!(verified.get("claims"), None);
}
