//! A newer replica has stored a claim that this version does not know.

use serde_json::json;
use webkyc_backend::sealing::SealingKeys;

use crate::{
    harness::{CLAIMS, COOKIE_KEYS, Files, STATE, eventually, sandbox},
    program::{Running, with_store},
};

#[tokio::test(flavor = "multi_thread")]
async fn sup_41_a_claim_that_this_version_does_not_know_is_not_left_out() {
    let (sandbox, files) = (sandbox().await, Files::new());
    let start = || {
        let (command, assets) = with_store(sandbox.url(), &files, &CLAIMS);
        Running::of(command, assets)
    };
    let rename = async |before: &str, after: &str| {
        files
            .execute(&format!(
                "UPDATE sign_ups SET claims = replace(claims, '{before}', '{after}')"
            ))
            .await;
    };
    let known = start();
    let (id, handle) = known.app.server("shop").create("a").await;
    let mut visitor = known.app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    let cookies = visitor.cookies.clone();
    known.program.stop();
    rename("age_over_18", "is_astronaut").await;

    let old = start();
    let shop = old.app.server("shop");
    let mut visitor = old.app.visitor();
    visitor.cookies = cookies;
    // The page would say that less is stored than is.
    visitor.open(&handle).await.assert_problem(500, "INTERNAL");
    let requested = &shop.sign_up(&id).await["requested"];
    assert_eq!(requested[0], json!("is_astronaut"));
    visitor.exchange(&code, STATE).await.assert_ok();
    let is_postponed = async || shop.sign_up(&id).await["lastReason"] == "INTERNAL";
    eventually("the worker has left it", is_postponed).await;
    assert_eq!(shop.sign_up(&id).await["status"], "returned");
    old.program.stop();
    rename("is_astronaut", "age_over_18").await;

    let new = start();
    new.app.advance_clock(31);
    let shop = new.app.server("shop");
    let verified = shop.sign_up_once(&id, "verified").await;
    assert_eq!(verified["claims"]["age_over_18"]["value"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn sup_41_an_answer_that_this_version_does_not_know_is_shown_as_it_is_stored() {
    let (sandbox, files) = (sandbox().await, Files::new());
    let start = || {
        let (command, assets) = with_store(sandbox.url(), &files, &CLAIMS);
        Running::of(command, assets)
    };
    let newer = start();
    let (id, handle) = newer.app.server("shop").create("a").await;
    let mut visitor = newer.app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    visitor.exchange(&code, STATE).await.assert_ok();
    newer.app.server("shop").sign_up_once(&id, "verified").await;
    newer.program.stop();
    let claims = json!({"is_astronaut": {"value": "perhaps", "orbit": 7}});
    let keys = SealingKeys::parse(COOKIE_KEYS).unwrap();
    let sealed = keys.seal(&id, "result", claims.to_string().as_bytes());
    let sealed = files.blob(&sealed);
    files
        .execute(&format!("UPDATE sign_ups SET result = {sealed}"))
        .await;

    let older = start();
    let shop = older.app.server("shop");
    assert_eq!(shop.sign_up(&id).await["claims"], claims);
    let page = shop.get("/sign-ups").await.assert_ok();
    assert_eq!(page["signUps"][0]["claims"], claims);
}
