//! A sealed cookie with any change opens nothing.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderValue, Request, header},
};
use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use tower::ServiceExt;
use webkyc_backend::Limits;
use webkyc_test_kit::raw_server::{RawServer, complete};

use crate::{
    harness::{EXPORT, Flow, PUBLIC_URL, SESSION, SESSION_REST, STATE, TestApp},
    stub::ID,
};

type Jar = BTreeMap<String, Vec<u8>>;

/// One request of a browser, and its error when the cookie does not open.
#[derive(Clone, Copy)]
struct Door {
    method: &'static str,
    path: &'static str,
    refusal: (u16, &'static str),
}

const DETAILS: Door = Door {
    method: "GET",
    path: "/api/details",
    refusal: (401, "SESSION_INVALID"),
};
const FILE: Door = Door {
    method: "GET",
    path: "/api/export/pdf",
    refusal: (409, "EXPORT_NOT_READY"),
};
const EXCHANGE: Door = Door {
    method: "POST",
    path: "/api/exchange",
    refusal: (400, "STATE_INVALID"),
};

/// Calls the router without a socket, because there are tens of thousands of requests. `None` if
/// these cookies are no valid header value.
async fn asked(router: &Router, door: Door, jar: &Jar) -> Option<(u16, Value)> {
    let pairs: Vec<_> = jar
        .iter()
        .map(|(name, value)| [name.as_bytes(), b"=", value].concat())
        .collect();
    let cookies = HeaderValue::from_bytes(&pairs.join(&b"; "[..])).ok()?;
    let body = json!({"code": "code", "state": STATE}).to_string();
    let request = Request::builder()
        .method(door.method)
        .uri(door.path)
        .header(header::HOST, "kyc.example")
        .header(header::ORIGIN, PUBLIC_URL)
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-webkyc", "1")
        .header(header::COOKIE, cookies)
        .body(Body::from(body));
    let response = router.clone().oneshot(request.unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Some((status, serde_json::from_slice(&body).unwrap_or_default()))
}

/// Asserts that the request is rejected; returns false if it cannot be sent.
async fn is_refused(router: &Router, door: Door, jar: &Jar, what: &str) -> bool {
    let Some((status, body)) = asked(router, door, jar).await else {
        return false;
    };
    let code = body["code"].as_str().unwrap_or_default();
    assert_eq!((status, code), door.refusal, "{what}");
    true
}

/// Tries each value that differs from this cookie's in one bit. Returns how many were rejected and
/// how many are no valid header value.
async fn flip(router: Router, door: Door, jar: Jar, name: String) -> (usize, usize) {
    let (mut refused, mut impossible) = (0, 0);
    for at in 0..jar[&name].len() {
        for bit in 0..8 {
            let mut jar = jar.clone();
            jar.get_mut(&name).unwrap()[at] ^= 1 << bit;
            if is_refused(&router, door, &jar, &format!("{name} {at} {bit}")).await {
                refused += 1
            } else {
                impossible += 1
            }
        }
    }
    (refused, impossible)
}

/// The cookies of a sign-up under way, and of a completed one, with a session in two cookies.
async fn jars(app: &TestApp) -> (Jar, Jar) {
    let bytes = |cookies: &BTreeMap<String, String>| {
        let cookies = cookies.iter();
        cookies
            .map(|(name, value)| (name.clone(), value.clone().into_bytes()))
            .collect()
    };
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    let begun = bytes(&visitor.cookies);
    visitor.exchange("code", STATE).await.assert_ok();
    visitor.get("/api/details").await.assert_ok();
    (begun, bytes(&visitor.cookies))
}

async fn authenteq(flow: Flow) -> RawServer {
    // One answer for all but the way there: a token, an id, and details.
    let body = json!({"token": "t".repeat(3_000), "id": ID, "details": {"surname": "A"}});
    let answer = complete("application/json", &body.to_string());
    RawServer::answering(move |line| {
        let is_begin = line.contains("verification-url");
        let scripted = flow.scripted(line).filter(|_| is_begin);
        scripted.unwrap_or_else(|| answer.clone())
    })
    .await
}

/// The cookies of a completed sign-up, each with the request that needs it.
fn doors(flow: Flow) -> Vec<(Door, &'static str)> {
    match flow {
        Flow::WebKyc => vec![(DETAILS, SESSION), (DETAILS, SESSION_REST), (FILE, EXPORT)],
        // The session is short, and holds the id.
        Flow::WebIdv => vec![(DETAILS, SESSION)],
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ses_03_every_single_bit_of_a_sealed_cookie_counts(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = authenteq(flow).await;
    let app = flow.start_scripted(&server.url(), Limits::default()).await;
    let (begun, over) = jars(&app).await;
    let router = &app.router;
    let mut names: Vec<_> = doors(flow).into_iter().map(|(_, name)| name).collect();
    names.sort_unstable();
    assert_eq!(over.keys().collect::<Vec<_>>(), names);
    let sealed = begun.first_key_value().unwrap().0.clone();
    // Unchanged, all of them open. Tested first, because the exchange is remembered for a minute
    // only.
    for (door, jar) in [(DETAILS, &over), (EXCHANGE, &begun)] {
        assert_eq!(
            asked(router, door, jar).await.unwrap().0,
            200,
            "{}",
            door.path
        );
    }
    let (status, body) = asked(router, FILE, &over).await.unwrap();
    assert_eq!((status, &body["code"]), (502, &json!("UPSTREAM_BAD_TYPE")));
    let calls = server.connections();

    let doors = doors(flow).into_iter();
    let tasks = doors.map(|(door, name)| (door, &over, name.to_owned()));
    let tasks = tasks.chain([(EXCHANGE, &begun, sealed)]);
    let tasks =
        tasks.map(|(door, jar, name)| tokio::spawn(flip(router.clone(), door, jar.clone(), name)));
    let tasks: Vec<_> = tasks.collect();
    let (mut refused, mut impossible) = (0, 0);
    for counts in join_all(tasks).await {
        let counts = counts.unwrap();
        refused += counts.0;
        impossible += counts.1;
    }
    let bytes: usize = over.values().chain(begun.values()).map(Vec::len).sum();
    assert_eq!(refused + impossible, 8 * bytes);
    assert!(refused > 3_000, "{refused}");
    assert_eq!(server.connections(), calls);
}

#[rstest]
#[tokio::test]
async fn ses_03_a_part_less_or_more_or_in_another_place_opens_nothing(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = authenteq(flow).await;
    let app = flow.start_scripted(&server.url(), Limits::default()).await;
    let (begun, over) = jars(&app).await;
    let sealed = begun.first_key_value().unwrap().0.as_str();
    let calls = server.connections();
    let doors = doors(flow);
    let of_session = doors.iter().map(|(door, name)| (*door, &over, *name));
    for (door, jar, name) in of_session.chain([(EXCHANGE, &begun, sealed)]) {
        let value = jar[name].clone();
        let mut others: Vec<Vec<u8>> = Vec::new();
        for length in (0..value.len()).step_by(13).chain([value.len() - 1]) {
            others.push(value[..length].to_vec());
            others.push(value[value.len() - length..].to_vec());
        }
        for more in ["A", "=", "==", ".", "%00", "AAAA"] {
            others.push([&value, more.as_bytes()].concat());
            others.push([more.as_bytes(), &value].concat());
        }
        let (start, end) = value.split_at(value.len() / 2);
        others.push([end, start].concat());
        others.push([&value[..], &value].concat());
        for other in others {
            if other == value {
                continue;
            }
            let mut jar = jar.clone();
            jar.insert(name.to_owned(), other);
            assert!(is_refused(&app.router, door, &jar, name).await);
        }
        let mut without = jar.clone();
        without.remove(name);
        assert!(is_refused(&app.router, door, &without, name).await);
    }

    // Each cookie's value under each other name.
    let all: Jar = over.into_iter().chain(begun.clone()).collect();
    for (door, name) in doors.into_iter().chain([(EXCHANGE, sealed)]) {
        for other in all.keys().filter(|other| *other != name) {
            let mut jar = all.clone();
            if door.path == EXCHANGE.path {
                // With a session, the exchange has already been made.
                jar.retain(|kept, _| kept == name);
            }
            jar.insert(name.to_owned(), all[other].clone());
            assert!(is_refused(&app.router, door, &jar, name).await);
        }
    }
    assert_eq!(server.connections(), calls);
}
