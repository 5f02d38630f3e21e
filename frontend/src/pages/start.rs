//! `/start`: begins a sign-up, then leaves for the identity server.

use leptos::{prelude::*, task::spawn_local};
use web_sys::UrlSearchParams;
use webkyc_shared::{
    problem::ErrorClass,
    sign_up::{FailureReason, SiteReturn},
};

use crate::{
    api::Backend,
    browser,
    components::{failure_card::FailureCard, notice::waiting},
    pages::frame::main_part,
    sign_up::{
        begin::{Origin, begin},
        failure::Failure,
        ways::Ways,
    },
    texts::locale::Locale,
};

#[derive(Clone)]
enum Progress {
    Checking,
    Leaving(String),
    Failed(Failure),
}

/// The page that a plain link on another site points to.
#[component]
pub(crate) fn StartPage() -> impl IntoView {
    let locale = Locale::current();
    let (texts, words) = (locale.texts(), locale.portal_texts().start());
    let progress = RwSignal::new(Progress::Checking);
    let site_return = site_return();
    let leaving = site_return.clone();
    if !browser::is_prerendered() {
        spawn_local(async move {
            progress.set(match leave(leaving).await {
                Ok(url) => Progress::Leaving(url),
                Err(failure) => Progress::Failed(failure),
            });
        });
    }
    move || {
        let waiting = |late| waiting(words.heading(), words.sentence(), late);
        let title = words.title();
        match progress.get() {
            Progress::Checking => {
                let card = waiting(texts.patience().into_any());
                main_part("start", title, Some("checking"), None, card)
            }
            Progress::Leaving(url) => {
                let card = waiting(view! { <a href=url>{words.by_hand()}</a> }.into_any());
                main_part("start", title, Some("leaving"), None, card)
            }
            Progress::Failed(failure) => {
                let (title, reason) = (failure.text(texts).title, failure.reason);
                let ways = match reason {
                    // These keys would only be refused again.
                    FailureReason::Backend(code) if code.class() == ErrorClass::Site => {
                        Ways::default()
                    }
                    _ => site_return.clone().into(),
                };
                let card = view! { <FailureCard failure ways retry=None /> }.into_any();
                main_part("start", title, Some("failed"), Some(reason.code()), card)
            }
        }
    }
}

fn site_return() -> SiteReturn {
    let search = window().location().search().unwrap_or_default();
    let query = UrlSearchParams::new_with_str(&search).ok();
    let key = |name| query.as_ref().and_then(|query| query.get(name));
    SiteReturn {
        site: key("site"),
        return_key: key("return"),
    }
}

/// Leaves for the identity server, and returns its address.
async fn leave(site_return: SiteReturn) -> Result<String, Failure> {
    let url = begin(Backend::current().base(), Origin::Link(site_return)).await?;
    // Replaced, so that Back leads to the page before this one and not into another sign-up.
    let left = window().location().replace(&url);
    left.map_err(|_| FailureReason::UnreadableAnswer)?;
    Ok(url)
}
