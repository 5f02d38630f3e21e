//! `/start`: makes and keeps the state, then leaves for the identity server.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::UrlSearchParams;
use webkyc_shared::api::ErrorCode;

use crate::api::Backend;
use crate::components::failure_card::FailureCard;
use crate::components::notice::waiting;
use crate::departure;
use crate::failure::{Failure, Reason};
use crate::locale::Locale;
use crate::pages::main_part;

#[derive(Clone)]
enum Outcome {
    Checking,
    Leaving(String),
    Failed(Failure),
}

/// The page that a plain link on another site points to.
#[component]
pub fn Start() -> impl IntoView {
    let texts = Locale::current().texts();
    let outcome = RwSignal::new(Outcome::Checking);
    let search = window().location().search().unwrap_or_default();
    let again = ["start", &search].concat();
    spawn_local(async move {
        outcome.set(match leave(&search).await {
            Ok(url) => Outcome::Leaving(url),
            Err(failure) => Outcome::Failed(failure),
        });
    });
    move || {
        let waiting = |late| waiting(texts.start.heading, texts.start.sentence, late);
        let title = texts.start.title;
        match outcome.get() {
            Outcome::Checking => {
                let card = waiting(texts.patience.into_any());
                main_part("start", title, Some("checking"), None, card)
            }
            Outcome::Leaving(url) => {
                let card = waiting(view! { <a href=url>{texts.start.by_hand}</a> }.into_any());
                main_part("start", title, Some("leaving"), None, card)
            }
            Outcome::Failed(failure) => {
                let (title, reason) = (failure.text(texts).title, failure.reason);
                let start = match reason {
                    Reason::Backend(ErrorCode::UnknownSite | ErrorCode::UnknownReturn) => {
                        "start".to_owned()
                    }
                    _ => again.clone(),
                };
                let card = view! { <FailureCard failure start again=None /> }.into_any();
                main_part("start", title, Some("failed"), Some(reason.code()), card)
            }
        }
    }
}

/// Goes to the identity server, and says where that is.
async fn leave(search: &str) -> Result<String, Failure> {
    let query = UrlSearchParams::new_with_str(search).ok();
    let key = |name| query.as_ref().and_then(|query| query.get(name));
    let url = departure::prepare(Backend::current().base(), key("site"), key("return")).await?;
    // Replaced, so that Back leads to the page before this one and not into another sign-up.
    let left = window().location().replace(&url);
    left.map_err(|_| Reason::UnreadableAnswer)?;
    Ok(url)
}
