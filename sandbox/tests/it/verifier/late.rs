//! Answers of the verifier that come when the visitor shows nothing of their own any more.

use super::*;

#[tokio::test]
async fn sbx_15_what_is_read_after_the_consent_was_taken_back_is_dropped() {
    let (stack, verifier) = stack_played().await;
    for again in ["person=john", "person=john&consent=given"] {
        let sign_up = at_the_document(&stack).await;
        let held = verifier.hold("documents");
        let (shown, ()) = tokio::join!(show(&sign_up, FRONT), async {
            held.arrived.notified().await;
            sign_up.press("introduction", "person=john").await;
            sign_up.press("introduction", again).await;
            held.goes_on.notify_one();
        });
        assert_eq!(shown.status().as_u16(), 409);
        assert_eq!(sign_up.shown("front").await, None);
        for step in ["liveness", "document", "verification"] {
            sign_up.press(step, "").await;
        }
    }
    // The test person of the first, and nothing of the second, who has agreed anew.
    let issued = stack.sandbox.verifications();
    assert_eq!(issued.len(), 1);
    assert_eq!(issued[0].scenario, "john");
    assert!(!issued[0].details.to_string().contains(SURNAME));
}

#[tokio::test]
async fn sbx_15_a_face_that_is_seen_after_the_consent_was_taken_back_is_dropped() {
    let (stack, verifier) = stack_played().await;
    for again in ["person=john", "person=john&consent=given"] {
        for (call, held) in [("challenges", "challenge"), ("frames", "frames?seq=0")] {
            let sign_up = at_the_face(&stack).await;
            if call == "frames" {
                state(challenge(&sign_up, "challenge").await).await;
            }
            let waits = verifier.hold(call);
            let (answer, ()) = tokio::join!(challenge(&sign_up, held), async {
                waits.arrived.notified().await;
                sign_up.press("introduction", "person=john").await;
                sign_up.press("introduction", again).await;
                waits.goes_on.notify_one();
            });
            assert_eq!(answer.status().as_u16(), 409, "{call}");
            assert_eq!(sign_up.shown("face").await, None);
            let frame = challenge(&sign_up, "frames?seq=1").await;
            assert_eq!(frame.status().as_u16(), 409, "{call}");
        }
    }
}
