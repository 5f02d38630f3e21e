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
    if !browser::is_prerendered() {
        spawn_local(async move {
            progress.set(match leave().await {
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
                    _ => site_return().unwrap_or_default().into(),
                };
                let card = view! { <FailureCard failure ways retry=None /> }.into_any();
                main_part("start", title, Some("failed"), Some(reason.code()), card)
            }
        }
    }
}

/// The keys in the page's address.
fn site_return() -> Result<Option<SiteReturn>, FailureReason> {
    let search = window().location().search().unwrap_or_default();
    let query = UrlSearchParams::new_with_str(&search).ok();
    let key = |name| query.as_ref().and_then(|query| query.get(name));
    SiteReturn::of_keys(key("site"), key("return")).map_err(FailureReason::Backend)
}

/// Leaves for the identity server, and returns its address.
async fn leave() -> Result<String, Failure> {
    let origin = Origin::Link(site_return()?);
    let url = begin(Backend::current().base(), origin).await?;
    // Replaced, so that Back leads to the page before this one and not into another sign-up.
    let left = window().location().replace(&url);
    left.map_err(|_| FailureReason::UnreadableAnswer)?;
    Ok(url)
}
