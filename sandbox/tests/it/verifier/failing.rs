//! A verifier that is away, wrong or ends meanwhile, and documents that will not do.

use super::{
    played::{BREAKS_OFF, likeness},
    *,
};

/// The visitor, who is at the document, reads the sentence, stays on the page and goes on with a test person.
async fn assert_can_go_on(sign_up: &SignUp<'_>, status: u16, sentence: &str) {
    let answer = show(sign_up, FRONT).await;
    assert_eq!(answer.status().as_u16(), status);
    assert_eq!(answer.text().await.unwrap(), sentence);
    // A form is answered with its page, which says the same.
    let page = sign_up
        .upload(FRONT, "it", plain(RED, ImageFormat::Jpeg))
        .await;
    assert_eq!(page.status().as_u16(), status);
    assert!(page.text().await.unwrap().contains(sentence));
    assert_eq!(sign_up.shown("front").await, None);
    // Never a specimen in place of what was not read.
    let answer = complete(sign_up).await;
    assert_eq!(answer.status().as_u16(), 422);
    assert_eq!(
        answer.text().await.unwrap(),
        "No document has been read yet. Show yours first."
    );
    sign_up.press("introduction", "person=anna&play=all").await;
    let left = location(&sign_up.press("verification", "").await);
    assert!(parameter(&left, "code").is_some());
}

const AWAY: &str = "The verifier does not answer, so your document was not read. Try again, or go on without a camera.";
const WRONG: &str =
    "The verifier failed, so your document was not read. Try again, or go on without a camera.";

#[tokio::test]
async fn a_verifier_that_is_away_is_said_to_be() {
    let verifier = Played::start().await;
    let stack = stack_with(&verifier.address).await;
    let sign_up = at_the_document(&stack).await;
    verifier.end().await;
    assert_can_go_on(&sign_up, 502, AWAY).await;
}

#[tokio::test]
async fn a_verifier_that_ends_while_it_reads_is_said_to_be_away() {
    let stack = stack_answering(BREAKS_OFF, "").await;
    let sign_up = at_the_document(&stack).await;
    assert_can_go_on(&sign_up, 502, AWAY).await;
}

#[tokio::test]
async fn what_is_no_verifiers_answer_is_not_taken() {
    let mut not_a_picture = passport();
    not_a_picture["picture"] = STANDARD.encode("<svg/>").into();
    for (status, body) in [
        (200, "<h1>It works</h1>".to_owned()),
        (200, "{}".to_owned()),
        (200, not_a_picture.to_string()),
        (500, String::new()),
        (302, String::new()),
    ] {
        let stack = stack_answering(status, body).await;
        let sign_up = at_the_document(&stack).await;
        assert_can_go_on(&sign_up, 502, WRONG).await;
    }
}

#[tokio::test]
async fn a_busy_verifier_is_said_to_be() {
    let stack = stack_answering(503, "{}").await;
    let sentence = "Others are before you. Try again in a moment.";
    let sign_up = at_the_document(&stack).await;
    assert_can_go_on(&sign_up, 503, sentence).await;
}

#[tokio::test]
async fn each_refusal_has_its_sentence_and_the_third_ends_the_sign_up() {
    for (reason, sentence) in [
        ("noDocument", "No document can be seen."),
        ("cutOff", "A part of the document is cut off."),
        ("tooSmall", "The text is too small."),
        ("glare", "Light is reflected."),
        ("blur", "The picture is blurred."),
        ("unsure", "Not everything could be read for certain."),
    ] {
        let stack = stack_answering(200, retake(reason)).await;
        let sign_up = at_the_document(&stack).await;
        for _ in 0..2 {
            let answer = show(&sign_up, FRONT).await;
            assert_eq!(answer.status().as_u16(), 422, "{reason}");
            let text = answer.text().await.unwrap();
            assert!(text.starts_with(sentence), "{text}");
        }
        let last = show(&sign_up, FRONT).await;
        assert_eq!(last.status().as_u16(), 200);
        let last: Value = last.json().await.unwrap();
        assert_eq!(last["location"], format!("{REDIRECT_URI}?state=s"));
        assert_eq!(show(&sign_up, FRONT).await.status().as_u16(), 410);
    }
}

#[tokio::test]
async fn a_document_of_which_too_little_was_read_is_refused_with_the_reason() {
    for (changes, sentence) in [
        (
            vec![("/zone", Value::Null)],
            "No machine-readable zone was found",
        ),
        (
            vec![("/zone/fields/kind", Value::Null)],
            "This kind of document is not read here",
        ),
        (
            vec![("/zone/fields/issuingCountry", Value::Null)],
            "The country that issued the document",
        ),
        (
            vec![("/zone/fields/dateOfExpiry", Value::Null)],
            "Not everything could be read for certain",
        ),
    ] {
        let mut side = passport();
        for (at, value) in changes {
            *side.pointer_mut(at).unwrap() = value;
        }
        let stack = stack_answering(200, side).await;
        let sign_up = at_the_document(&stack).await;
        assert_eq!(show(&sign_up, FRONT).await.status().as_u16(), 204);
        let answer = complete(&sign_up).await;
        assert_eq!(answer.status().as_u16(), 422);
        let text = answer.text().await.unwrap();
        assert!(text.starts_with(sentence), "{text}");
        assert_eq!(complete(&sign_up).await.status().as_u16(), 422);
        let last: Value = complete(&sign_up).await.json().await.unwrap();
        assert_eq!(last["location"], format!("{REDIRECT_URI}?state=s"));
    }
}

#[tokio::test]
async fn who_stays_after_a_failure_reads_why_and_may_try_again() {
    let verifier = Played::start().await;
    verifier.answer("documents", 200, retake("blur"));
    let settings = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(
        settings.path(),
        format!(
            "verifier = \"{}\"\n[[client]]\nid = \"{CLIENT_ID}\"\nsecret = \"{SECRET}\"\n\
             redirect_uris = [\"{REDIRECT_URI}\"]\nafter_failure = \"stay\"\n",
            verifier.address
        ),
    )
    .unwrap();
    let stack = Stack::with(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        ..Config::from_file(settings.path()).unwrap()
    })
    .await;
    let sign_up = at_the_document(&stack).await;
    for _ in 0..3 {
        show(&sign_up, FRONT).await;
    }
    let page = sign_up.page("failed").await;
    assert!(page.contains("Your document could not be read"), "{page}");
    let again = location(&sign_up.press("again", "").await);
    assert!(again.path().ends_with("/introduction"));
    verifier.answer("documents", 200, passport());
    verifier.answer("match", 200, likeness(0.2));
    let sign_up = at_the_document(&stack).await;
    show(&sign_up, FRONT).await;
    complete(&sign_up).await;
    let page = sign_up.page("failed").await;
    assert!(page.contains("Face and document differ"), "{page}");
    assert!(page.contains("do not look alike") && !page.contains("played"));
}
