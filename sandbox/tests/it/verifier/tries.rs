//! A sign-up has three challenges and three documents, whatever its browser does.

use super::*;

async fn assert_no_more_challenges(sign_up: &SignUp<'_>) {
    let none = text(challenge(sign_up, "challenge").await, 429).await;
    assert!(none.starts_with("Three tries were not enough."), "{none}");
}

#[tokio::test]
async fn liv_07_a_frame_that_the_verifier_refuses_costs_a_try() {
    let (stack, verifier) = stack_played().await;
    for status in [400, 409, 413, 415, 422] {
        verifier.answer("frames", status, json!({}));
        let sign_up = at_the_face(&stack).await;
        for again in [true, true, false] {
            state(challenge(&sign_up, "challenge").await).await;
            let failed = state(challenge(&sign_up, "frames?seq=0").await).await;
            assert_eq!(failed["state"], "failed", "{status}");
            assert_eq!(failed["again"], again, "{status}");
        }
        assert_no_more_challenges(&sign_up).await;
    }
}

#[tokio::test]
async fn liv_07_challenges_that_begin_together_count_each() {
    let (stack, _verifier) = stack_played().await;
    let sign_up = at_the_face(&stack).await;
    let begin = || async { challenge(&sign_up, "challenge").await.status().as_u16() };
    let (a, b, c, d) = tokio::join!(begin(), begin(), begin(), begin());
    let mut all = [a, b, c, d];
    all.sort_unstable();
    assert_eq!(all, [200, 200, 200, 429]);
}

#[tokio::test]
async fn liv_07_who_agrees_anew_has_no_more_tries() {
    let (stack, verifier) = stack_played().await;
    let sign_up = at_the_face(&stack).await;
    for _ in 0..3 {
        state(challenge(&sign_up, "challenge").await).await;
    }
    sign_up.press("introduction", "person=anna").await;
    sign_up.go_through("anna", &["introduction"]).await;
    assert_no_more_challenges(&sign_up).await;

    let sign_up = at_the_document(&stack).await;
    verifier.answer("documents", 200, retake("blur"));
    for _ in 0..2 {
        assert_eq!(show(&sign_up, FRONT).await.status().as_u16(), 422);
    }
    sign_up.press("introduction", "person=anna").await;
    sign_up.go_through("anna", &["introduction"]).await;
    pass(&sign_up).await;
    sign_up.go_through("anna", &["liveness"]).await;
    let last = state(show(&sign_up, FRONT).await).await;
    assert_eq!(last["location"], format!("{REDIRECT_URI}?state=s"));
}

#[tokio::test]
async fn liv_07_a_forgotten_face_brings_no_new_tries() {
    let (stack, verifier) = stack_played().await;
    let sign_up = at_the_document(&stack).await;
    show(&sign_up, FRONT).await;
    verifier.answer("match", 404, json!({ "code": "UNKNOWN_CHALLENGE" }));
    for _ in 0..2 {
        state(complete(&sign_up).await).await;
        pass(&sign_up).await;
    }
    state(complete(&sign_up).await).await;
    assert_no_more_challenges(&sign_up).await;
}
