//! One visit of the page that visitors come back to, drawn: what is under way, the data, a failure.

use leptos::{ev, prelude::*};

use crate::{
    components::{
        countdown::Countdown,
        downloads::Downloads,
        failure_card::FailureCard,
        notice::{Notice, waiting},
        start_link::StartLink,
        verification_view::{Person, VerificationView},
    },
    sign_up::{
        begin::is_web,
        results::{Failed, Outcome, Shown, Stage, Visit},
    },
    texts::locale::Locale,
};

/// Checks the return that the page's address carries, has it exchanged, and shows the data until it
/// can no longer be fetched or the page is put away. Without a return it shows the data of the
/// browser's session. Needs `styles/components.css`, under an element of the class `authenteq`.
#[component]
pub fn Results(
    /// What it is about: [`Visit::start`].
    visit: Visit,
) -> impl IntoView {
    let texts = Locale::current().texts();
    leave_nothing_behind(visit);
    let content = move || match visit.outcome() {
        Outcome::Away => waiting(
            texts.results.checking_heading,
            texts.results.checking_return,
            texts.patience.into_any(),
        ),
        Outcome::Checking(stage) => {
            let sentence = match stage {
                Stage::Return => texts.results.checking_return,
                Stage::Data => texts.results.fetching,
            };
            let heading = texts.results.checking_heading;
            waiting(heading, sentence, texts.patience.into_any())
        }
        Outcome::Shown(shown) => shown_data(&shown, visit),
        Outcome::Failed(failed) => failure(&failed, visit).into_any(),
        Outcome::Ended { told } => view! { <Ended told visit /> }.into_any(),
    };
    view! {
        <div
            class="results"
            data-outcome=move || visit.outcome().name()
            data-reason=move || visit.outcome().failure().map(|failure| failure.reason.code())
        >
            {content}
        </div>
    }
}

/// A page that was left may be kept whole by the browser, for whoever presses Back.
fn leave_nothing_behind(visit: Visit) {
    let left = window_event_listener(ev::pagehide, move |_| visit.leave());
    let returned = window_event_listener(ev::pageshow, move |event| {
        if event.persisted() {
            visit.resume();
        }
    });
    on_cleanup(move || {
        left.remove();
        returned.remove();
    });
}

fn failure(failed: &Failed, visit: Visit) -> impl IntoView + use<> {
    let again = failed
        .can_go_on()
        .then(|| Callback::new(move |()| visit.again()));
    view! { <FailureCard failure=failed.failure.clone() came_from=visit.came_from() again /> }
}

#[component]
fn Ended(told: bool, visit: Visit) -> impl IntoView {
    let texts = &Locale::current().texts().results;
    let sentence = if told {
        texts.ended
    } else {
        texts.ended_untold
    };
    let start = view! {
        <StartLink class="action" label=texts.start_again came_from=visit.came_from() />
    };
    view! { <Notice heading=texts.ended_heading sentence>{start}</Notice> }
}

fn shown_data(shown: &Shown, visit: Visit) -> AnyView {
    let texts = Locale::current().texts();
    let verification = shown.verification.clone();
    let ends = shown.live.ends;
    let session = shown.live.session.clone();
    let return_url = shown.live.session.return_url.clone();
    let return_link = return_url.filter(|url| is_web(url)).map(|url| {
        view! {
            <a class="action action--main" part="action" href=url data-test="return">
                {texts.results.back_to_site}
            </a>
        }
    });
    view! {
        <p class="aside-voice" role="status">
            {texts.results.announcement}
        </p>
        <Person verification=&verification>
            <Countdown ends on_end=move || visit.expire() />
        </Person>
        <VerificationView verification=&verification />
        <Downloads verification=&verification session />
        <div class="actions">
            {return_link}
            <button
                class="action"
                part="action"
                type="button"
                data-test="logout"
                on:click=move |_| visit.log_out()
            >
                {texts.results.log_out}
            </button>
            <StartLink
                class="action action--quiet"
                label=texts.results.start_again
                came_from=visit.came_from()
            />
        </div>
    }
    .into_any()
}
