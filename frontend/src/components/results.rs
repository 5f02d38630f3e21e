//! The results of a sign-up: the data, a failure, or a request under way.

use leptos::{ev, prelude::*};

use crate::{
    api::Backend,
    components::{
        countdown::Countdown,
        downloads::Downloads,
        failure_card::FailureCard,
        links::{back_link, start_link},
        notice::{Notice, waiting},
        test_badge::TestBadge,
        verification_view::{Person, VerificationView},
    },
    sign_up::{
        outcome::{Failed, Outcome, Shown, Stage},
        results::SignUp,
    },
    texts::{filled, locale::Locale},
};

/// Draws a [`SignUp`]: the data until the session ends or the visitor leaves the page, or a failure. Needs
/// `styles/components.css`, under an element of the class `authenteq`.
#[component]
pub fn Results(
    /// From [`SignUp::open`].
    sign_up: SignUp,
) -> impl IntoView {
    let locale = Locale::current();
    let (texts, words) = (locale.texts(), locale.results_texts());
    leave_nothing_behind(sign_up);
    let content = move || match sign_up.outcome() {
        Outcome::Away | Outcome::Checking(Stage::Session) => waiting(
            texts.one_moment(),
            words.checking_return(),
            texts.patience().into_any(),
        ),
        // Of another type than the view before it, so that Leptos draws it anew: a browser that translates
        // the page has replaced the text nodes, and changes to them would show nothing.
        Outcome::Checking(Stage::Data) => (waiting(
            texts.one_moment(),
            words.fetching(),
            texts.patience().into_any(),
        ),)
            .into_any(),
        Outcome::Shown(shown) => shown_data(&shown, sign_up),
        Outcome::Leaving(url) => leaving(url),
        Outcome::Failed(failed) => failure(&failed, sign_up).into_any(),
        Outcome::Ended { confirmed } => view! { <Ended confirmed sign_up /> }.into_any(),
    };
    view! {
        <div
            class="results"
            data-outcome=move || sign_up.outcome().name()
            data-reason=move || sign_up.outcome().failure().map(|failure| failure.reason.code())
        >
            {content}
        </div>
    }
}

/// Takes the data off the page when the visitor leaves, because the back-forward cache keeps pages whole, or clears it in
/// another tab.
fn leave_nothing_behind(sign_up: SignUp) {
    let left = window_event_listener(ev::pagehide, move |_| sign_up.leave());
    let returned = window_event_listener(ev::pageshow, move |event| {
        if event.persisted() {
            sign_up.resume();
        }
    });
    let cleared = window_event_listener(ev::storage, move |event| {
        sign_up.clear(Some(event.key().unwrap_or_default()));
    });
    on_cleanup(move || {
        for listener in [left, returned, cleared] {
            listener.remove();
        }
    });
}

fn failure(failed: &Failed, sign_up: SignUp) -> impl IntoView + use<> {
    let retry = failed
        .can_retry()
        .then(|| Callback::new(move |()| sign_up.retry()));
    view! { <FailureCard failure=failed.failure.clone() ways=sign_up.ways() retry /> }
}

#[component]
fn Ended(confirmed: bool, sign_up: SignUp) -> impl IntoView {
    let locale = Locale::current();
    let (texts, words) = (locale.results_texts(), locale.texts().failure());
    let sentence = if confirmed {
        texts.ended()
    } else {
        texts.ended_unconfirmed()
    };
    let ways = sign_up.ways();
    let links = view! {
        <div class="actions">
            {back_link("action action--main", words.back(), &ways)}
            {start_link("action", texts.start_again(), &ways)}
        </div>
    };
    view! { <Notice heading=texts.ended_heading() sentence>{links}</Notice> }
}

/// The site wants its visitors back at once.
fn leaving(url: String) -> AnyView {
    let words = Locale::current().results_texts();
    let link = view! { <a href=url>{words.by_hand()}</a> }.into_any();
    waiting(words.leaving_heading(), words.leaving(), link)
}

fn shown_data(shown: &Shown, sign_up: SignUp) -> AnyView {
    let texts = Locale::current().results_texts();
    let (verification, files) = (shown.verification(), &shown.details.files);
    let ends = shown.live.ends;
    let session = shown.live.session.clone();
    let is_test = session.test;
    let announcement = if is_test {
        texts.shown_test()
    } else {
        texts.announcement()
    };
    let ways = sign_up.ways();
    // The portal's visitors see which site the link leads to.
    let address = ways.back().unwrap_or_default();
    let host = address.split(['/', '?', '#']).nth(2).unwrap_or_default();
    let back = filled(texts.back_to_site(), host);
    // The portal's own page says it above.
    let is_elements = !Backend::current().base().is_empty();
    let badge = (is_test && is_elements).then(|| view! { <TestBadge /> });
    view! {
        {badge}
        <p class="aside-voice" role="status">
            {announcement}
        </p>
        <Person verification files is_test>
            <Countdown ends on_end=move || sign_up.expire() />
        </Person>
        <VerificationView verification files />
        <Downloads verification session />
        <div class="actions">
            {back_link("action action--main", back, &ways)}
            <button
                class="action"
                part="action"
                type="button"
                data-test="logout"
                on:click=move |_| sign_up.log_out()
            >
                {texts.log_out()}
            </button>
            {start_link("action action--quiet", texts.start_again(), &ways)}
        </div>
    }
    .into_any()
}
