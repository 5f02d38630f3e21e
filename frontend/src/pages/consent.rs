//! `/start` for a sign-up that a site's server created: says for whom it is and what the site will store, and
//! begins it when the visitor presses Continue.

use leptos::{ev, prelude::*, task::spawn_local};
use webkyc_shared::{
    api::SignUpResponse,
    problem::{ErrorClass, ErrorCode},
    sign_up::{FailureReason, SignUpStatus},
};

use crate::{
    api::Backend,
    components::{
        failure_card::FailureCard,
        links::back_link,
        notice::{Notice, waiting},
    },
    pages::frame::{main_part, say_test},
    sign_up::{
        begin::{Origin, begin},
        failure::Failure,
        handle::Kept,
        ways::Ways,
    },
    texts::{
        FailureText, PortalTexts, filled, locale::Locale, portal::ConsentTexts,
        visible_text::visible,
    },
};

#[derive(Clone)]
enum ConsentProgress {
    Opening,
    Asking(SignUpResponse),
    Finished {
        sign_up: SignUpResponse,
        /// This browser still has the session of the sign-up, whose data it can show.
        has_data: bool,
    },
    Leaving,
    /// The browser leaves for this address.
    Left(String),
    Failed(Failure, fn(Consent)),
}

/// The sign-up and how far this page is with it.
#[derive(Clone, Copy)]
struct Consent {
    kept: StoredValue<Kept>,
    progress: RwSignal<ConsentProgress>,
}

impl Consent {
    fn open(self) {
        self.progress.set(ConsentProgress::Opening);
        spawn_local(async move {
            let handle = self.kept.with_value(|kept| kept.handle.clone());
            let backend = Backend::default();
            let opened = backend.sign_up(&handle).await;
            self.progress.set(match opened {
                Ok(mut sign_up) => {
                    if sign_up.test {
                        say_test();
                    }
                    if sign_up.status.may_begin() {
                        ConsentProgress::Asking(sign_up)
                    } else {
                        let way_back = backend.way_back_of(&sign_up).await;
                        let has_data = way_back.is_some();
                        sign_up.return_url = way_back.or(sign_up.return_url);
                        ConsentProgress::Finished { sign_up, has_data }
                    }
                }
                Err(error) => ConsentProgress::Failed(error.into(), Self::open),
            });
        });
    }

    fn begin(self) {
        self.progress.set(ConsentProgress::Leaving);
        spawn_local(async move {
            let backend = Backend::default();
            let begun = begin(backend.base(), Origin::SignUp(self.kept.get_value())).await;
            match begun.map_err(Failure::from) {
                Ok(url) => {
                    self.progress.set(ConsentProgress::Left(url.clone()));
                    // The page shows a link to it.
                    let _ = window().location().assign(&url);
                }
                // The page says how.
                Err(failure)
                    if failure.reason == FailureReason::Backend(ErrorCode::SignUpEnded) =>
                {
                    self.open();
                }
                Err(failure) => {
                    // One that would be refused again, such as a begin without the owner's cookie.
                    let again = if failure.retryable {
                        Self::begin
                    } else {
                        Self::open
                    };
                    self.progress.set(ConsentProgress::Failed(failure, again));
                }
            }
        });
    }
}

/// The page of a sign-up that a site's server created.
#[component]
pub(crate) fn ConsentPage(
    /// From the address.
    kept: Kept,
) -> impl IntoView {
    let locale = Locale::current();
    let (texts, words) = (locale.texts(), locale.portal_texts());
    let title = words.consent().title();
    let sign_up = Consent {
        kept: StoredValue::new(kept),
        progress: RwSignal::new(ConsentProgress::Opening),
    };
    sign_up.open();
    // The visitor comes back to the page as it was left.
    let returned = window_event_listener(ev::pageshow, move |event| {
        if event.persisted() {
            sign_up.open();
        }
    });
    on_cleanup(move || returned.remove());
    let content = move || match sign_up.progress.get() {
        ConsentProgress::Opening => opening(),
        ConsentProgress::Asking(asked) => {
            let card = question(asked, words, move || sign_up.begin());
            main_part("start", title, Some("asking"), None, card)
        }
        ConsentProgress::Finished { sign_up, has_data } => finished(sign_up, has_data),
        ConsentProgress::Leaving => leaving(words, "checking", texts.patience().into_any()),
        ConsentProgress::Left(url) => {
            let link = view! { <a href=url>{words.start().by_hand()}</a> };
            leaving(words, "leaving", link.into_any())
        }
        ConsentProgress::Failed(failure, again) => {
            failed(failure, Some(Callback::new(move |()| again(sign_up))))
        }
    };
    content.into_any()
}

/// Until it is known what the sign-up is.
pub(super) fn opening() -> AnyView {
    let locale = Locale::current();
    let (texts, words) = (locale.texts(), locale.portal_texts().consent());
    let card = waiting(
        texts.one_moment(),
        words.opening(),
        texts.patience().into_any(),
    );
    main_part("start", words.title(), Some("checking"), None, card)
}

fn leaving(words: PortalTexts, outcome: &'static str, late: AnyView) -> AnyView {
    let start = words.start();
    let card = waiting(start.heading(), start.sentence(), late);
    main_part("start", start.title(), Some(outcome), None, card)
}

/// Without the sign-up, there is nothing to try again.
pub(super) fn failed(failure: Failure, again: Option<Callback<()>>) -> AnyView {
    let texts = Locale::current().texts();
    let (title, reason) = (failure.text(texts).title, failure.reason);
    // To begin again here is to try again; to begin without the sign-up is of no use to the visitor.
    let ways = Ways {
        is_over: true,
        ..Ways::default()
    };
    let is_over =
        matches!(reason, FailureReason::Backend(code) if code.class() == ErrorClass::SignUp);
    let retry = again.filter(|_| !is_over);
    let card = view! { <FailureCard failure ways retry /> }.into_any();
    main_part("start", title, Some("failed"), Some(reason.code()), card)
}

fn back_to_site(
    class: &'static str,
    asked: &SignUpResponse,
    words: ConsentTexts,
) -> Option<AnyView> {
    let ways = Ways {
        return_url: asked.return_url.clone(),
        ..Ways::default()
    };
    back_link(class, filled(words.back(), &visible(&asked.site)), &ways)
}

fn question(
    asked: SignUpResponse,
    words: PortalTexts,
    on_continue: impl Fn() + 'static,
) -> AnyView {
    let consent = words.consent();
    let site = visible(&asked.site);
    let back = back_to_site("action action--quiet", &asked, consent);
    let account = asked.display_name.map(|name| {
        view! {
            <p class="consent-account">
                {consent.account()} " " <strong translate="no">{visible(&name)}</strong>
            </p>
        }
    });
    let not_yours = account.is_some().then_some(consent.not_yours());
    view! {
        <section class="card consent">
            <h1>{filled(consent.heading(), &site)}</h1>
            {account}
            {stored(&site, &asked.claims, words)}
            <p class="consent-lead">{filled(consent.lead(), &site)}</p>
            <div class="actions">
                <button
                    class="action action--main"
                    type="button"
                    data-test="begin"
                    on:click=move |_| on_continue()
                >
                    {consent.proceed()}
                </button>
                {back}
            </div>
            {not_yours.map(|sentence| view! { <p class="hint">{sentence}</p> })}
        </section>
    }
    .into_any()
}

/// One claim ends the sentence; several are a list.
fn stored(site: &str, claims: &[String], words: PortalTexts) -> AnyView {
    let consent = words.consent();
    let mut claims = claims
        .iter()
        .map(|claim| visible(&words.claims().of(claim)));
    let sentence =
        |text: String| view! { <p class="consent-stores" data-test="stores">{text}</p> }.into_any();
    match (claims.next(), claims.len()) {
        (None, _) => sentence(filled(consent.stores_nothing(), site)),
        (Some(only), 0) => sentence([&filled(consent.stores(), site), &*only, "."].concat()),
        (Some(first), _) => {
            let items = std::iter::once(first).chain(claims);
            let items: Vec<_> = items.map(|item| view! { <li>{item}</li> }).collect();
            view! {
                <div class="consent-stores" data-test="stores">
                    <p>{filled(consent.stores(), site)}</p>
                    <ul>{items}</ul>
                </div>
            }
            .into_any()
        }
    }
}

fn finished(sign_up: SignUpResponse, has_data: bool) -> AnyView {
    let locale = Locale::current();
    let consent = locale.portal_texts().consent();
    let end: FailureText = match sign_up.status {
        SignUpStatus::Failed => consent.ended().failed(),
        SignUpStatus::Expired => consent.ended().expired(),
        SignUpStatus::Canceled => consent.ended().canceled(),
        SignUpStatus::Verified => consent.ended().verified(),
        SignUpStatus::Created | SignUpStatus::Started | SignUpStatus::Returned => {
            consent.ended().returned()
        }
    }
    .into();
    let back = back_to_site("action action--main", &sign_up, consent);
    let data = has_data.then(|| {
        view! {
            <a class="action" href="./results" data-test="show-data">
                {locale.texts().failure().show_data()}
            </a>
        }
    });
    let card = view! {
        <Notice heading=end.title sentence=end.sentence>
            <div class="actions">{back} {data}</div>
        </Notice>
    };
    main_part("start", end.title, Some("finished"), None, card.into_any())
}
