//! The beginning of a sign-up: the visitor is led to the configured server, with the configured
//! redirect URI and the page's state.

#![no_main]

mod configuration;

use std::{
    pin::pin,
    sync::LazyLock,
    task::{Context, Poll, Waker},
};

use url::Url;
use webkyc_backend::{
    authenteq::{CallLimits, Client, FlowMarks},
    metrics::Metrics,
};
use webkyc_shared::api::BeginRequest;

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let metrics = Metrics::new().expect("counters");
    Client::new(&configuration::read(), CallLimits::default(), metrics).expect("a client")
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(request) = serde_json::from_slice::<BeginRequest>(bytes) else {
        return;
    };
    let state = request.state.as_str();
    let marks = FlowMarks { state, name: "" };
    // It calls nothing.
    let mut departure = pin!(CLIENT.departure(&marks, None));
    let Poll::Ready(Ok(url)) = departure.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    else {
        panic!("no address");
    };
    // As the browser reads it.
    let url: Url = url.as_str().parse().expect("an address");
    assert_eq!(url.origin().ascii_serialization(), "https://identity.example");
    assert_eq!(url.path(), "/authorize");
    for (name, expected) in [
        ("client_id", "client!+ID"),
        ("redirect_uri", "https://kyc.example/results"),
        ("response_type", "code"),
        ("state", state),
    ] {
        let values: Vec<_> = url.query_pairs().filter(|(n, _)| n == name).collect();
        assert_eq!(values.len(), 1, "{name}");
        assert_eq!(values[0].1, expected, "{name}");
    }
});
