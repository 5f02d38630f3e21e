//! A failure: its sentence, the ways on, and the code for support.

use leptos::prelude::*;
use webkyc_shared::{problem::ErrorCode, sign_up::SiteReturn};

use crate::{
    api::Backend,
    components::start_link::StartLink,
    sign_up::failure::{Failure, Reason},
    texts::locale::Locale,
};

/// The heading takes the focus, so that a screen reader reads it and the keyboard starts there.
#[component]
pub fn FailureCard(
    /// The failure.
    failure: Failure,
    /// The keys for a new sign-up.
    site_return: SiteReturn,
    /// The action of the button "try again" or "show my data"; `None` leaves it out.
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let texts = Locale::current().texts();
    let words = &texts.failure;
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
        Reason::AlreadyUsed
        | Reason::NoCode
        | Reason::NotStartedHere
        | Reason::StateDiffers
        | Reason::SessionChanged => words.show_data,
        _ => words.try_again,
    };
    let start_class = if retry.is_some() {
        "action"
    } else {
        "action action--main"
    };
    // The backend would refuse a sign-up from here again.
    let is_elsewhere = failure.reason == Reason::Backend(ErrorCode::RedirectElsewhere);
    let start = (!is_elsewhere)
        .then(|| view! { <StartLink class=start_class label=words.start_again site_return /> });
    let home = (is_ours && !is_elsewhere).then(|| {
        view! {
            <a class="action action--quiet" href="./">
                {words.home}
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
                {home}
            </div>
            <p class="support">
                {words.support_code} " "
                <code data-test="support-code">{failure.support_line()}</code>
            </p>
        </section>
    }
}
