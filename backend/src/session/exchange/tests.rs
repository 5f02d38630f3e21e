use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::authenteq;

fn flow() -> Flow {
    Flow {
        id: Uuid::nil(),
        state: Hash::of("state"),
        begun_at: 0,
        came_from: None,
        sign_up: None,
    }
}

fn session() -> SealedSession {
    let token = authenteq::AccessToken::new("token".to_owned());
    SealedSession {
        id: "session".to_owned(),
        grant: authenteq::Grant::Token(token.unwrap()),
        exchanged_at: 0,
        origin: Hash::of("state and code"),
        came_from: None,
        sign_up: None,
    }
}

async fn ask(exchanges: &Exchanges, code: &str, now: i64, calls: &Arc<AtomicUsize>) -> Outcome {
    let calls = calls.clone();
    let call = async move {
        calls.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        Ok(session())
    };
    exchanges.once(&flow(), Hash::of(code), now, call).await
}

#[tokio::test]
async fn oa_16_fifty_questions_at_once_are_one_call() {
    let (exchanges, calls) = (Exchanges::default(), Arc::default());
    let questions = (0..50).map(|_| ask(&exchanges, "code", 0, &calls));
    let answers = futures_util::future::join_all(questions).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn sup_22_the_end_of_the_process_waits_for_a_call_whose_browser_has_gone() {
    let exchanges = Exchanges::default();
    let (answer, answered) = tokio::sync::oneshot::channel::<()>();
    let call = async move {
        answered.await.unwrap();
        Ok(session())
    };
    let flow = flow();
    let asked = exchanges.once(&flow, Hash::of("code"), 0, call);
    let gone = tokio::time::timeout(Duration::from_secs(1), asked).await;
    assert!(gone.is_err(), "the browser waits no longer");
    let wait = || tokio::time::timeout(Duration::from_secs(10), exchanges.finish());
    assert!(wait().await.is_err(), "the call is under way");
    answer.send(()).unwrap();
    // Not for the minute in which the outcome is remembered.
    assert!(wait().await.is_ok());
}

#[tokio::test]
async fn oa_04_a_flow_spent_on_one_code_takes_no_other() {
    let (exchanges, calls) = (Exchanges::default(), Arc::default());
    ask(&exchanges, "code", 0, &calls).await.unwrap();
    let other = ask(&exchanges, "other", 1, &calls).await;
    assert!(matches!(other, Err(ApiError::StateInvalid)));
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn oa_04_an_outcome_is_remembered_for_a_minute_and_the_flow_is_spent_for_good() {
    let (exchanges, calls) = (Exchanges::default(), Arc::default());
    for now in [0, 59] {
        ask(&exchanges, "code", now, &calls).await.unwrap();
    }
    for (now, code) in [(60, "code"), (60, "other"), (3599, "code")] {
        let late = ask(&exchanges, code, now, &calls).await;
        assert!(matches!(late, Err(ApiError::StateInvalid)));
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn oa_23_at_the_limit_no_spent_flow_is_forgotten_and_no_other_is_begun() {
    let (exchanges, calls) = (Exchanges::default(), Arc::default());
    ask(&exchanges, "code", 0, &calls).await.unwrap();
    let may_begin = |now| exchanges.new_flow("state", None, now).is_ok();
    for _ in 1..SPENT_LIMIT {
        assert!(may_begin(1));
        let spent = Exchange {
            id: Uuid::nil(),
            code: Hash::of("other"),
            begun_at: 1,
            outcome: None,
        };
        exchanges.exchanges().insert(Uuid::new_v4(), spent, 3_601);
    }
    assert!(!may_begin(1));
    // A flow begun earlier can still be exchanged, and the oldest flow stays spent.
    let begun = Flow {
        id: Uuid::new_v4(),
        ..flow()
    };
    let session = async { Ok(session()) };
    let outcome = exchanges.once(&begun, Hash::of("code"), 1, session).await;
    assert!(outcome.is_ok());
    let late = ask(&exchanges, "code", 61, &calls).await;
    assert!(matches!(late, Err(ApiError::StateInvalid)));
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert!(may_begin(3_601));
}

#[tokio::test(start_paused = true)]
async fn prv_05_an_outcome_leaves_memory_when_no_request_comes_any_more() {
    let (exchanges, calls) = (Exchanges::default(), Arc::default());
    ask(&exchanges, "code", 0, &calls).await.unwrap();
    tokio::time::advance(Duration::from_secs(59)).await;
    assert!(
        exchanges
            .exchanges()
            .get(&Uuid::nil())
            .unwrap()
            .outcome
            .is_some()
    );
    tokio::time::advance(Duration::from_secs(2)).await;
    tokio::task::yield_now().await;
    assert!(
        exchanges
            .exchanges()
            .get(&Uuid::nil())
            .unwrap()
            .outcome
            .is_none()
    );
}

#[tokio::test]
async fn oa_18_a_call_that_was_not_sent_may_be_repeated() {
    let (exchanges, calls) = (Exchanges::default(), Arc::default());
    let busy = authenteq::Error::Busy { retry_after: 1 };
    let code = Hash::of("code");
    let failing = async move { Err(busy.into()) };
    assert!(exchanges.once(&flow(), code, 0, failing).await.is_err());
    assert!(ask(&exchanges, "code", 1, &calls).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn oa_16_fifty_who_were_turned_away_together_are_one_call_when_they_ask_again() {
    let (exchanges, calls) = (Exchanges::default(), Arc::default());
    let busy = Arc::new(AtomicUsize::new(0));
    let turned_away = async || {
        let busy = busy.clone();
        let failing = async move {
            busy.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Err(authenteq::Error::Busy { retry_after: 1 }.into())
        };
        let code = Hash::of("code");
        let outcome = exchanges.once(&flow(), code, 0, failing).await;
        assert!(outcome.is_err());
        // Starts at once, while other requests still wait for the first outcome.
        ask(&exchanges, "code", 0, &calls).await
    };
    let answers = futures_util::future::join_all((0..50).map(|_| turned_away())).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(busy.load(Ordering::SeqCst), 1);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn oa_04_a_call_that_was_not_sent_does_not_shorten_the_minute_of_the_next() {
    let (exchanges, calls) = (Exchanges::default(), Arc::default());
    let busy = authenteq::Error::Busy { retry_after: 1 };
    let failing = async move { Err(busy.into()) };
    let code = Hash::of("code");
    assert!(exchanges.once(&flow(), code, 0, failing).await.is_err());
    tokio::time::advance(Duration::from_secs(50)).await;
    ask(&exchanges, "code", 50, &calls).await.unwrap();
    tokio::time::advance(Duration::from_secs(12)).await;
    tokio::task::yield_now().await;
    ask(&exchanges, "code", 62, &calls).await.unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn ops_13_a_call_that_panics_is_our_fault_and_spends_the_flow() {
    let (exchanges, calls) = (Exchanges::default(), Arc::default());
    let code = Hash::of("code");
    let panicking = async { panic!("in a test") };
    let outcome = exchanges.once(&flow(), code, 0, panicking).await;
    assert!(matches!(outcome, Err(ApiError::Internal)));
    let again = ask(&exchanges, "code", 1, &calls).await;
    assert!(matches!(again, Err(ApiError::Internal)));
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}
