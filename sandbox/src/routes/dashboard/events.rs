//! `GET /_sandbox/api/events`: a server-sent event whenever something happened.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{Stream, stream};
use serde_json::json;

use super::App;

/// A sign-up adds several entries at once; one event announces them all.
const TOGETHER: Duration = Duration::from_millis(120);
/// Networks forget connections on which nothing is said.
const KEPT_ALIVE: Duration = Duration::from_secs(15);

/// The first event comes at once, so that a page that was disconnected sees whether it missed one.
/// The stream ends when the sandbox stops, which would otherwise wait for it.
pub(super) async fn follow_events(
    State(app): App,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changes = app.journal.subscribe();
    changes.mark_changed();
    let events = stream::unfold(
        (changes, app.stopping.clone()),
        |(mut changes, mut stopping)| async move {
            let change = async {
                changes.changed().await.ok()?;
                tokio::time::sleep(TOGETHER).await;
                Some(*changes.borrow_and_update())
            };
            let change = tokio::select! {
                change = change => change?,
                // An error means that the sandbox was dropped.
                _ = stopping.wait_for(|stop| *stop) => return None,
            };
            let event = Event::default().data(json!({ "change": change }).to_string());
            Some((Ok(event), (changes, stopping)))
        },
    );
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEPT_ALIVE))
}
