//! A result is stored while another part of the program believes that there is none.

use webkyc_backend::store::{Ending, Location};
use webkyc_shared::sign_up::SignUpStatus;

use crate::harness::{Files, STATE, TestApp, eventually, sandbox, sign_up_code};

#[tokio::test]
async fn sup_45_a_token_whose_reply_was_lost_is_not_stored_again_after_its_result() {
    let (sandbox, files) = (sandbox().await, Files::new());
    let app = TestApp::start_with_store(sandbox.url(), &files).await;
    let bank = app.server("bank");
    let (id, handle) = bank.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    app.store_faults.fail(&["reply of exchanged"]);
    let session = visitor.exchange(&code, STATE).await.assert_ok();
    let is_evaluated = async || app.store_faults.count("reply of verified") == 1;
    eventually("the result is there", is_evaluated).await;
    let before = app.store_faults.count("reply of exchanged");
    let is_repeated = async || app.store_faults.count("reply of exchanged") > before;
    eventually("the token is sent to the store again", is_repeated).await;
    let tokens = files.query("SELECT id FROM sign_ups WHERE token IS NOT NULL");
    assert!(tokens.await.is_empty());
    app.store_faults.fail(&[]);
    bank.claim(&id, &sign_up_code(&session)).await.assert_ok();
    bank.sign_up_once(&id, "verified").await;
}

#[tokio::test]
async fn sup_45_a_worker_that_was_stopped_for_longer_than_its_lease_ends_no_sign_up_with_a_result()
{
    let (sandbox, files) = (sandbox().await, Files::postgres());
    let app = TestApp::start_with_store(sandbox.url(), &files).await;
    let bank = app.server("bank");
    let (id, handle) = bank.create("a").await;
    let mut visitor = app.visitor();
    let code = visitor.identify_for(&handle, STATE, "anna").await;
    let session = visitor.exchange(&code, STATE).await.assert_ok();
    let is_evaluated = async || app.store_faults.count("reply of verified") == 1;
    eventually("the result is there", is_evaluated).await;
    let store = Location::parse(&files.database_url()).unwrap();
    let late = store.open().await.unwrap();
    let ending = Ending {
        id: id.clone(),
        from: &[SignUpStatus::Returned],
        fence: None,
        status: SignUpStatus::Failed,
        reason: Some("DATA_EXPIRED"),
        now: 1,
    };
    assert!(!late.end(&ending).await.unwrap());
    late.postpone_job(&id, 1, "DATA_EXPIRED").await.unwrap();
    let waiting = bank.sign_up(&id).await;
    assert_eq!(waiting["status"], "returned");
    assert_eq!(waiting.get("lastReason"), None);
    bank.claim(&id, &sign_up_code(&session)).await.assert_ok();
    bank.sign_up_once(&id, "verified").await;
}
