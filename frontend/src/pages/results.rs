//! `/results`: where the identity server sends the visitor back to.

use leptos::ev;
use leptos::prelude::*;

use crate::components::countdown::Countdown;
use crate::components::failure_card::FailureCard;
use crate::components::notice::{Notice, waiting};
use crate::components::verification_view::{Person, VerificationView};
use crate::locale::Locale;
use crate::pages::main_part;
use crate::sign_in;
use crate::visit::{Failed, Outcome, Shown, Stage, Visit};

/// The page of the verified data.
#[component]
pub fn Results() -> impl IntoView {
    let texts = Locale::current().texts();
    let visit = Visit::start();
    leave_nothing_behind(visit);
    move || match visit.outcome() {
        Outcome::Checking(stage) => {
            let sentence = match stage {
                Stage::Return => texts.results.checking_return,
                Stage::Data => texts.results.fetching,
            };
            let heading = texts.results.checking_heading;
            let card = waiting(heading, sentence, texts.patience.into_any());
            main_part("results", texts.results.title, Some("checking"), None, card)
        }
        Outcome::Shown(shown) => {
            let data = shown_data(&shown, visit);
            main_part("results", texts.results.title, Some("shown"), None, data)
        }
        Outcome::Failed(failed) => {
            let title = failed.failure.text(texts).title;
            let reason = Some(failed.failure.reason.code());
            let card = failure(&failed, visit).into_any();
            main_part("results", title, Some("failed"), reason, card)
        }
        Outcome::Ended { told } => {
            let card = view! { <Ended told /> }.into_any();
            main_part("results", texts.results.title, Some("ended"), None, card)
        }
    }
}

/// A page that was left may be kept whole by the browser, for whoever presses Back.
fn leave_nothing_behind(visit: Visit) {
    let left = window_event_listener(ev::pagehide, move |_| {
        visit.leave();
        document()
            .body()
            .inspect(|body| body.set_text_content(None));
    });
    let returned = window_event_listener(ev::pageshow, move |event| {
        if event.persisted() {
            // If even this fails, the page stays as empty as it was left.
            let _ = window().location().reload();
        }
    });
    on_cleanup(move || {
        left.remove();
        returned.remove();
    });
}

fn failure(failed: &Failed, visit: Visit) -> impl IntoView + use<> {
    let start = failed
        .pending
        .as_ref()
        .map_or_else(|| "start".to_owned(), sign_in::start_address);
    let again = failed
        .can_go_on()
        .then(|| Callback::new(move |()| visit.again()));
    view! { <FailureCard failure=failed.failure.clone() start again /> }
}

#[component]
fn Ended(told: bool) -> impl IntoView {
    let texts = &Locale::current().texts().results;
    let sentence = if told {
        texts.ended
    } else {
        texts.ended_untold
    };
    let start = view! {
        <a class="action" href="start" data-test="start-again">
            {texts.start_again}
        </a>
    };
    view! { <Notice heading=texts.ended_heading sentence>{start}</Notice> }
}

fn shown_data(shown: &Shown, visit: Visit) -> AnyView {
    let texts = Locale::current().texts();
    let verification = shown.verification.clone();
    let ends = shown.live.ends;
    let return_link = shown.live.session.return_url.clone().map(|url| {
        view! {
            <a class="action action--main" href=url data-test="return">
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
        <div class="actions">
            {return_link}
            <button
                class="action"
                type="button"
                data-test="logout"
                on:click=move |_| visit.log_out()
            >
                {texts.results.log_out}
            </button>
            <a class="action action--quiet" href="start" data-test="start-again">
                {texts.results.start_again}
            </a>
        </div>
    }
    .into_any()
}
