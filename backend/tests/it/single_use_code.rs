//! A code is sent once, whether or not the request succeeds.

use std::time::Duration;

use futures_util::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use webkyc_backend::{Limits, authenteq::Deadlines};
use webkyc_test_kit::fault_proxy::{Fault, FaultProxy, Phase};

use crate::{
    fault_matrix::impatient,
    harness::{Answer, Flow, STATE, Visitor},
    stub::Stub,
};

/// The number of lanes to Authenteq, each with separate faults.
const LANES: u64 = 20;
const EXCHANGES: usize = 50;

fn limits() -> Limits {
    let mut limits = impatient();
    // Long enough that on a busy machine only silence runs into it.
    let deadlines = Deadlines {
        head: Duration::from_secs(3),
        total: Duration::from_secs(3),
    };
    limits.authenteq.token = deadlines;
    limits.authenteq.result = deadlines;
    // Sign-ups begin without a fault.
    limits.authenteq.verification_url = Limits::default().authenteq.verification_url;
    limits
}

/// From a separate address, because one address is rate-limited.
async fn post(visitor: &mut Visitor<'_>, client: &str, path: &str, body: &Value) -> Answer {
    let request = visitor.request(Method::POST, path).json(body);
    let request = request.header("x-forwarded-for", client);
    visitor.send(request).await
}

/// The exchanges of one lane, and how many of them never got through to Authenteq.
async fn exchanges(flow: Flow, lane: u64) -> usize {
    let stub = Stub::start().await;
    let proxy = FaultProxy::start(stub.address).await;
    let app = flow.start_limited(&proxy.url(), |_| {}, limits()).await;
    let mut rng = StdRng::seed_from_u64(lane);
    let mut lost = 0;
    for n in 0..EXCHANGES {
        let fault = Fault::ALL[rng.random_range(0..Fault::ALL.len())];
        let phase = Phase::ALL[rng.random_range(0..Phase::ALL.len())];
        let what = format!("exchange {n} of lane {lane}: {fault:?} {phase:?}");
        let (code, client) = (format!("code{n}"), format!("198.51.{lane}.{n}"));
        let body = json!({"code": code, "state": STATE});

        let mut visitor = app.visitor();
        let begin = json!({"state": STATE});
        let begun = post(&mut visitor, &client, "/api/begin", &begin).await;
        begun.assert_ok();
        let before = visitor.clone();
        proxy.arm(Some((fault, phase))).await;
        let mut first = post(&mut visitor, &client, "/api/exchange", &body).await;
        let calls = stub.times_spent(&code);
        proxy.arm(None).await;
        if first.body["code"] == "UPSTREAM_CONNECT" {
            // The one case in which the visitor may try again, with the cookies from before.
            assert_eq!(
                (calls, &first.body["retryable"]),
                (0, &json!(true)),
                "{what}"
            );
            first = post(&mut visitor, &client, "/api/exchange", &body).await;
            assert!(first.status.is_success(), "{what}: {}", first.body);
        } else if phase == Phase::Connecting && !fault.passes_on() {
            lost += 1;
        } else {
            assert_eq!(calls, 1, "{what}");
        }
        assert_ne!(first.body["retryable"], true, "{what}");

        // Repeated from the same page, and repeated as if the answer had been lost.
        let (calls, connections) = (stub.times_spent(&code), proxy.connections());
        assert!(calls <= 1, "{what}");
        let again = post(&mut visitor, &client, "/api/exchange", &body).await;
        let without_answer = post(&mut before.clone(), &client, "/api/exchange", &body).await;
        for member in ["sessionId", "code"] {
            assert_eq!(without_answer.body[member], first.body[member], "{what}");
        }
        assert_eq!(
            again.status.is_success(),
            first.status.is_success(),
            "{what}"
        );
        assert_eq!(stub.times_spent(&code), calls, "{what}");
        assert_eq!(proxy.connections(), connections, "{what}");
    }
    lost
}

#[rstest]
#[tokio::test]
async fn oa_17_a_thousand_exchanges_under_faults_send_each_code_once(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let lost: usize = join_all((0..LANES).map(|lane| exchanges(flow, lane)))
        .await
        .iter()
        .sum();
    // Of 32 cells, 4 lose the request before it is read: enough of each kind was tried.
    assert!((60..200).contains(&lost), "{lost}");
}
