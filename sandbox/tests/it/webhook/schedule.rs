//! When a message is sent, and when it is sent again.

use std::time::Duration;

use serde_json::{Value, json};
use webkyc_sandbox::{Client, Delivery, DeliveryOutcome, ResendError};

use super::{
    MAX_WAIT, Receiver, failure, notified, outcomes,
    receiver::{Closed, WebhookAnswer},
};
use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack, location};

const UNKNOWN_ID: &str = "3631324b-5bcc-48b0-b717-4f12f45e0a1d";

fn ok() -> DeliveryOutcome {
    DeliveryOutcome::Status(200)
}

/// Ten seconds by which the clock was moved, and not ten of the machine's own besides.
#[track_caller]
fn assert_clock_brought(tries: &[Delivery]) {
    for pair in tries.windows(2) {
        let between = pair[1].at.duration_since(pair[0].at).as_secs();
        assert!((10..20).contains(&between), "{between} s");
    }
}

#[tokio::test]
async fn every_answer_but_200_leads_to_another_try() {
    let mut receiver = Receiver::answering(&[
        WebhookAnswer::Status(500),
        WebhookAnswer::Status(204),
        WebhookAnswer::Redirect,
        WebhookAnswer::Status(401),
    ])
    .await;
    let stack = Stack::of(vec![notified(&receiver)]).await;
    stack.approve("anna").await;
    for number in 1..=4 {
        stack.tries(number).await;
        stack.move_to_next_try();
    }
    let tries = stack.tries(5).await;
    assert_eq!(
        outcomes(&tries),
        [
            (1, DeliveryOutcome::Status(500)),
            (2, DeliveryOutcome::Status(204)),
            (3, failure("redirect not followed")),
            (4, DeliveryOutcome::Status(401)),
            (5, ok()),
        ]
    );
    assert_eq!(receiver.messages(5).await.len(), 5);
    assert_clock_brought(&tries);
    assert_eq!(tries[0].url, receiver.url);
    assert_eq!(tries[0].client_id, CLIENT_ID);
    assert_eq!(
        tries[0].verification_id,
        stack.sandbox.verifications()[0].id
    );

    // The schedule is over: only later visitors bring messages.
    stack.move_to_next_try();
    stack.approve("anna").await;
    let all = stack.tries(6).await;
    assert_eq!(all[5].number, 1);
    assert_ne!(all[5].verification_id, all[4].verification_id);
    assert_eq!(receiver.messages(6).await.len(), 6);
}

#[tokio::test]
async fn a_receiver_that_starts_late_gets_its_message() {
    let closed = Closed::new();
    let client = Client::demo().notifying(&closed.url).unwrap();
    let stack = Stack::of(vec![client]).await;
    stack.approve_for("com.authenteq.demo").await;
    stack.tries(1).await;
    stack.move_to_next_try();
    stack.tries(2).await;
    let mut receiver = closed.open();
    stack.move_to_next_try();
    receiver.messages(1).await;
    let refused = failure("connection refused");
    assert_eq!(
        outcomes(&stack.tries(3).await),
        [(1, refused.clone()), (2, refused), (3, ok())]
    );
}

#[tokio::test]
async fn the_clock_ends_the_wait_for_a_receiver_that_does_not_answer() {
    let mut receiver = Receiver::answering(&[WebhookAnswer::Never, WebhookAnswer::Never]).await;
    let stack = Stack::of(vec![notified(&receiver)]).await;
    stack.approve("anna").await;
    for number in 1..=2 {
        receiver.messages(number).await;
        stack.move_to_next_try();
    }
    let stalled = failure("no answer within 10 seconds");
    let tries = stack.tries(3).await;
    assert_eq!(
        outcomes(&tries),
        [(1, stalled.clone()), (2, stalled), (3, ok())]
    );
    assert_clock_brought(&tries);
}

#[tokio::test]
async fn after_168_tries_it_is_over() {
    let closed = Closed::new();
    let client = Client::new(CLIENT_ID, SECRET, REDIRECT_URI)
        .and_then(|client| client.notifying(&closed.url))
        .unwrap();
    let stack = Stack::of(vec![client]).await;
    stack.approve("anna").await;
    for number in 1..=168 {
        stack.tries(number).await;
        stack.move_to_next_try();
    }
    stack.approve("anna").await;
    let all = stack.tries(169).await;
    let numbers: Vec<u16> = all.iter().map(|one| one.number).collect();
    assert_eq!(numbers, (1..=168).chain([1]).collect::<Vec<u16>>());
    assert_ne!(all[168].verification_id, all[167].verification_id);
}

#[tokio::test]
async fn visitors_do_not_wait_for_a_receiver_that_never_answers() {
    let never = [WebhookAnswer::Never; 20];
    let mut receiver = Receiver::answering(&never).await;
    let stack = Stack::of(vec![notified(&receiver)]).await;
    for _ in 0..12 {
        assert!(stack.approve("anna").await.as_str().contains("code="));
    }
    assert_eq!(stack.sandbox.deliveries(), []);
    receiver.messages(1).await;
}

#[tokio::test]
async fn a_receiver_that_never_answers_delays_no_other_client() {
    let mut slow = Receiver::answering(&[WebhookAnswer::Never; 20]).await;
    let quick = Receiver::answering(&[]).await;
    let demo = Client::demo().notifying(&quick.url).unwrap();
    let stack = Stack::of(vec![notified(&slow), demo]).await;
    for _ in 0..12 {
        stack.approve("anna").await;
    }
    slow.messages(8).await;
    stack.approve_for("com.authenteq.demo").await;
    let tries = stack.tries(1).await;
    assert_eq!(tries[0].client_id, "com.authenteq.demo");
    assert_eq!(tries[0].outcome, ok());
}

#[tokio::test]
async fn no_message_goes_out_without_a_pass_or_a_webhook() {
    let mut receiver = Receiver::answering(&[]).await;
    let stack = Stack::of(vec![notified(&receiver), Client::demo()]).await;
    for scenario in ["cancelled", "liveness-failed", "no-code"] {
        stack.approve(scenario).await;
    }
    let sign_up = location(&stack.get(&stack.authorize_path("")).await);
    let cancel = format!(
        "{}/cancel",
        sign_up.as_str().trim_end_matches("/introduction")
    );
    location(&stack.http.post(cancel).send().await.unwrap());
    stack.approve_for("com.authenteq.demo").await;
    // An earlier message would have come first.
    stack.approve("anna").await;
    let tries = stack.tries(1).await;
    let issued = stack.sandbox.verifications();
    assert_eq!(issued.len(), 2);
    assert_eq!(tries.len(), 1);
    assert_eq!(tries[0].verification_id, issued[1].id);
    assert_eq!(receiver.messages(1).await.len(), 1);
}

#[tokio::test]
async fn a_message_is_sent_again_on_request() {
    let mut receiver =
        Receiver::answering(&[WebhookAnswer::Status(200), WebhookAnswer::Status(503)]).await;
    let stack = Stack::of(vec![notified(&receiver), Client::demo()]).await;
    stack.approve("anna").await;
    let id = stack.tries(1).await.remove(0).verification_id;
    let resend = |id: &str| {
        let path = format!("/_sandbox/api/verifications/{id}/webhook");
        stack.http.post(stack.at(&path)).send()
    };
    assert_eq!(resend(&id).await.unwrap().status().as_u16(), 202);
    stack.tries(2).await;
    stack.move_to_next_try();
    stack.tries(3).await;
    stack.sandbox.resend_webhook(&id).unwrap();
    let tries = stack.tries(4).await;
    assert_eq!(
        outcomes(&tries),
        [
            (1, ok()),
            (1, DeliveryOutcome::Status(503)),
            (2, ok()),
            (1, ok())
        ]
    );
    assert!(tries.iter().all(|one| one.verification_id == id));
    assert_eq!(receiver.messages(4).await.len(), 4);

    let refused = resend(UNKNOWN_ID).await.unwrap();
    assert_eq!(refused.status().as_u16(), 404);
    assert_eq!(
        stack.sandbox.resend_webhook(UNKNOWN_ID),
        Err(ResendError::UnknownVerification)
    );
    stack.approve_for("com.authenteq.demo").await;
    let demos = stack.sandbox.verifications().pop().unwrap().id;
    let refused = resend(&demos).await.unwrap();
    assert_eq!(refused.status().as_u16(), 409);
    let refused: Value = refused.json().await.unwrap();
    assert_eq!(
        refused,
        json!({
            "errorCode": "CONFLICT",
            "errorMessage": "the client of this verification has no webhook URL",
        })
    );
    assert_eq!(
        stack.sandbox.resend_webhook(&demos),
        Err(ResendError::NoWebhook)
    );
}

#[tokio::test]
async fn a_resend_replaces_the_rest_of_the_schedule() {
    let mut receiver =
        Receiver::answering(&[WebhookAnswer::Status(500), WebhookAnswer::Status(500)]).await;
    let stack = Stack::of(vec![notified(&receiver)]).await;
    stack.approve("anna").await;
    let id = stack.tries(1).await.remove(0).verification_id;
    stack.sandbox.resend_webhook(&id).unwrap();
    stack.tries(2).await;
    stack.move_to_next_try();
    stack.tries(3).await;
    stack.move_to_next_try();
    stack.approve("anna").await;
    let tries = stack.tries(4).await;
    let numbers: Vec<u16> = tries.iter().map(|one| one.number).collect();
    assert_eq!(numbers, [1, 1, 2, 1]);
    assert_eq!(receiver.messages(4).await.len(), 4);
}

#[tokio::test]
async fn the_sandbox_stops_while_a_receiver_does_not_answer() {
    use tokio::io::AsyncReadExt;
    for by_shutdown in [true, false] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let client = Client::new(CLIENT_ID, SECRET, REDIRECT_URI)
            .and_then(|client| client.notifying(&url))
            .unwrap();
        let stack = Stack::of(vec![client]).await;
        stack.approve("anna").await;
        let accepted = tokio::time::timeout(MAX_WAIT, listener.accept());
        let (mut connection, _) = accepted.await.unwrap().unwrap();
        let mut byte = [0];
        connection.read_exact(&mut byte).await.unwrap();
        let stopping = async {
            if by_shutdown {
                stack.sandbox.shutdown().await;
            } else {
                drop(stack.sandbox);
            }
            let mut rest = Vec::new();
            // Closed in either way, in the middle of the message or after it.
            let _ = connection.read_to_end(&mut rest).await;
        };
        // Well before the try would have come to its own end.
        let soon = Duration::from_secs(8);
        tokio::time::timeout(soon, stopping).await.unwrap();
    }
}

#[tokio::test]
async fn a_reset_ends_the_deliveries_of_a_client() {
    let mut slow = Receiver::answering(&[WebhookAnswer::Never; 20]).await;
    let quick = Receiver::answering(&[]).await;
    let demo = Client::demo().notifying(&quick.url).unwrap();
    let stack = Stack::of(vec![notified(&slow), demo]).await;
    stack.approve("anna").await;
    slow.messages(1).await;
    stack.sandbox.client(CLIENT_ID).unwrap().reset();
    // By when the try would have ended.
    stack.sandbox.advance_clock(Duration::from_secs(10));
    stack.approve_for("com.authenteq.demo").await;
    let tries = stack.tries(1).await;
    assert_eq!(tries[0].client_id, "com.authenteq.demo");
    assert_eq!(tries.len(), 1);
}
