//! `/start`: makes and keeps the state, then leaves for the identity server.

use leptos::{prelude::*, task::spawn_local};
use web_sys::UrlSearchParams;
use webkyc_shared::problem::ErrorCode;

use crate::{
    api::Backend,
    components::{failure_card::FailureCard, notice::waiting},
    pages::main_part,
    sign_up::{
        begin,
        failure::{Failure, Reason},
        state::CameFrom,
    },
    texts::locale::Locale,
};

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
    let came_from = came_from();
    let leaving = came_from.clone();
    spawn_local(async move {
        outcome.set(match leave(leaving).await {
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
                let came_from = match reason {
                    Reason::Backend(ErrorCode::UnknownSite | ErrorCode::UnknownReturn) => {
                        CameFrom::default()
                    }
                    _ => came_from.clone(),
                };
                let card = view! { <FailureCard failure came_from again=None /> }.into_any();
                main_part("start", title, Some("failed"), Some(reason.code()), card)
            }
        }
    }
}

fn came_from() -> CameFrom {
    let search = window().location().search().unwrap_or_default();
    let query = UrlSearchParams::new_with_str(&search).ok();
    let key = |name| query.as_ref().and_then(|query| query.get(name));
    CameFrom {
        site: key("site"),
        return_key: key("return"),
    }
}

/// Goes to the identity server, and says where that is.
async fn leave(came_from: CameFrom) -> Result<String, Failure> {
    let CameFrom { site, return_key } = came_from;
    let url = begin::prepare(Backend::current().base(), site, return_key).await?;
    // Replaced, so that Back leads to the page before this one and not into another sign-up.
    let left = window().location().replace(&url);
    left.map_err(|_| Reason::UnreadableAnswer)?;
    Ok(url)
}
