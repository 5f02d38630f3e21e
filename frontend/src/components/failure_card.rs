//! A failure: its sentence, the ways on, and the code for support.

use leptos::prelude::*;
use webkyc_shared::{
    problem::{ErrorClass, ErrorCode},
    sign_up::FailureReason,
};

use crate::{
    api::Backend,
    components::links::{back_link, start_link},
    sign_up::{failure::Failure, ways::Ways},
    texts::locale::Locale,
};

/// The heading takes the focus, so that a screen reader reads it and the keyboard starts there.
#[component]
pub fn FailureCard(
    /// The failure.
    failure: Failure,
    /// Where the visitor may go on.
    ways: Ways,
    /// The action of the button "try again", "show my data" or "show the newer one"; `None` leaves it out.
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let texts = Locale::current().texts();
    let words = texts.failure();
    let text = failure.text(texts);
    let heading = NodeRef::<leptos::html::H1>::new();
    // Another site's page keeps its focus, and has its own way home.
    let is_ours = Backend::current().base().is_empty();
    heading.on_load(move |heading| {
        if is_ours {
            // A heading that cannot take the focus is still read out as an alert.
            let _ = heading.focus();
        }
    });
    let retry_label = match failure.reason {
        FailureReason::AlreadyUsed
        | FailureReason::NoCode
        | FailureReason::NotStartedHere
        | FailureReason::StateDiffers => words.show_data(),
        FailureReason::Backend(ErrorCode::SessionChanged) => words.show_newer(),
        _ => words.try_again(),
    };
    let class = match failure.reason {
        FailureReason::Backend(code) => Some(code.class()),
        _ => None,
    };
    // The backend would refuse to begin again from here.
    let is_refused = class == Some(ErrorClass::SignUp)
        || failure.reason == FailureReason::Backend(ErrorCode::RedirectElsewhere);
    let can_start = !is_refused && !ways.is_over;
    // It may be chosen, but would end the same way until the operator has changed something.
    let start_helps = can_start && class != Some(ErrorClass::UpstreamMismatch);
    let style = |is_main| {
        if is_main {
            "action action--main"
        } else {
            "action"
        }
    };
    let back_class = style(retry.is_none() && !start_helps);
    let start_class = style(retry.is_none() && start_helps);
    let start = start_link(start_class, words.start_again(), &ways).filter(|_| can_start);
    let back = back_link(back_class, words.back(), &ways);
    let is_dead_end = retry.is_none() && start.is_none() && back.is_none();
    let has_home = is_ours && !is_refused && (is_dead_end || !ways.is_of_server());
    let home = has_home.then(|| {
        view! {
            <a class="action action--quiet" href="./">
                {words.home()}
            </a>
        }
    });
    view! {
        <section class="card failure" part="card" role="alert">
            <h1 part="heading" tabindex="-1" node_ref=heading>{text.title}</h1>
            <p>{text.sentence}</p>
            <div class="actions">
                {retry
                    .map(|retry| {
                        view! {
                            <button
                                class="action action--main"
                                part="action"
                                type="button"
                                data-test="try-again"
                                on:click=move |_| retry.run(())
                            >
                                {retry_label}
                            </button>
                        }
                    })}
                {start}
                {back}
                {home}
            </div>
            <p class="support">
                {words.support_code()} " "
                <code data-test="support-code">{failure.support_line()}</code>
            </p>
        </section>
    }
}
