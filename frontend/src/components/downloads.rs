//! What a visitor takes along: the verification as a file, or on paper.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlElement};
use webkyc_shared::api::{ErrorCode, Session};
use webkyc_shared::verification::Verification;

use crate::api::{self, Backend, Format};
use crate::components::card::Card;
use crate::failure::{Failure, Reason};
use crate::json;
use crate::locale::Locale;
use crate::object_url::{NotShowable, ObjectUrl};

/// By then every browser has begun to save.
const UNTIL_SAVED: Duration = Duration::from_secs(10);

/// Report and data as files, and the page on paper.
#[component]
pub fn Downloads<'a>(
    /// What the page shows.
    verification: &'a Verification,
    /// Whose it is.
    session: Session,
) -> impl IntoView + use<> {
    let texts = &Locale::current().texts().results;
    let files = if verification.id.is_some() {
        let again = session.clone();
        view! {
            <Export format=Format::Pdf label=texts.save_report session />
            <Export format=Format::Json label=texts.save_data session=again />
        }
        .into_any()
    } else {
        view! { <ShownData verification=verification.clone() /> }.into_any()
    };
    let lead = if verification.id.is_some() {
        texts.save_lead
    } else {
        texts.no_export
    };
    // Where the browser cannot print, there is nothing to be done about it here.
    let print = |_| drop(window().print());
    view! {
        <div class="downloads">
            <Card heading=texts.save_heading>
                <p>{lead}</p>
                <div class="actions">
                    {files}
                    <button class="action" type="button" data-test="print" on:click=print>
                        {texts.print}
                    </button>
                </div>
            </Card>
        </div>
    }
}

#[derive(Clone, PartialEq, Eq)]
enum Saving {
    Idle,
    Working,
    Failed(Failure),
}

/// A button that fetches one file and hands it over. While it does, it is not pressed again.
#[component]
fn Export(format: Format, label: &'static str, session: Session) -> impl IntoView {
    let texts = Locale::current().texts();
    let backend = Backend::current();
    let saving = RwSignal::new(Saving::Idle);
    let press = move |_| {
        if saving.get_untracked() == Saving::Working {
            return;
        }
        saving.set(Saving::Working);
        let (backend, session) = (backend.clone(), session.clone());
        spawn_local(async move {
            let file = backend.export(format, &session).await;
            // Whoever ended the visit in the meantime does not get the file any more.
            if saving.is_disposed() {
                return;
            }
            let saved = file
                .map_err(failure)
                .and_then(|file| save(&file, format).map_err(|_| Reason::UnreadableAnswer.into()));
            saving.set(saved.map_or_else(Saving::Failed, |()| Saving::Idle));
        });
    };
    let is_working = move || saving.get() == Saving::Working;
    let word = move || match saving.get() {
        Saving::Working => texts.results.saving.to_owned(),
        Saving::Failed(failure) if failure.retryable => {
            [label, ": ", texts.failure.try_again].concat()
        }
        Saving::Idle | Saving::Failed(_) => label.to_owned(),
    };
    let told = move || {
        let Saving::Failed(failure) = saving.get() else {
            return ().into_any();
        };
        view! {
            <p class="support" data-test="export-failed">
                {failure.text(texts).sentence}
                " "
                <code data-test="support-code">{failure.support_line()}</code>
            </p>
        }
        .into_any()
    };
    // Not `disabled`, which would take the focus away.
    view! {
        <button
            class="action"
            type="button"
            data-test=["export-", format.name()].concat()
            aria-disabled=move || if is_working() { "true" } else { "false" }
            on:click=press
        >
            {word}
        </button>
        <div class="export-told" role="status">
            {told}
        </div>
    }
}

/// The same for data that Authenteq exports nothing of: made of what the page shows.
#[component]
fn ShownData(verification: Verification) -> impl IntoView {
    let texts = &Locale::current().texts().results;
    let verification = StoredValue::new(verification);
    let press = move |_| {
        let json = verification.with_value(json::write).unwrap_or_default();
        let parts = js_sys::Array::of1(&json.into());
        // A browser without blobs has shown no picture either.
        let _ = ObjectUrl::of_parts(&parts, Format::Json.media_type())
            .and_then(|url| hand_over(url, Format::Json.file_name()));
    };
    view! {
        <button class="action" type="button" data-test="export-shown" on:click=press>
            {texts.save_data}
        </button>
    }
}

fn save(file: &Blob, format: Format) -> Result<(), NotShowable> {
    let parts = js_sys::Array::of1(file);
    hand_over(
        ObjectUrl::of_parts(&parts, format.media_type())?,
        format.file_name(),
    )
}

/// Leaves a file to the browser's downloads, and takes its address back.
fn hand_over(url: ObjectUrl, name: &str) -> Result<(), NotShowable> {
    let link = document().create_element("a").ok();
    let link = link.and_then(|link| link.dyn_into::<HtmlElement>().ok());
    let link = link.ok_or(NotShowable)?;
    // Attribute names that are valid ones.
    let _ = link.set_attribute("href", url.as_str());
    let _ = link.set_attribute("download", name);
    link.click();
    set_timeout(move || drop(url), UNTIL_SAVED);
    Ok(())
}

fn failure(error: api::Error) -> Failure {
    let mut failure = Failure::from(error);
    match failure.reason {
        // There was data, so there was a session: its cookie has ended with the data.
        Reason::Backend(ErrorCode::SessionInvalid) => failure.reason = Reason::DataExpired,
        // Unlike a code, an export can be asked for again, whatever broke on the way.
        Reason::ProviderDown => failure.retryable = true,
        _ => {}
    }
    failure
}

#[cfg(test)]
mod tests {
    use webkyc_shared::api::Problem;

    use super::*;

    fn refused(code: ErrorCode) -> Failure {
        failure(api::Error::Refused(Problem {
            title: String::new(),
            status: 500,
            code,
            request_id: "7f3a".to_owned(),
            retryable: false,
        }))
    }

    #[test]
    fn an_export_after_the_end_of_the_session_says_that_the_time_is_over() {
        for code in [ErrorCode::SessionInvalid, ErrorCode::SessionExpired] {
            assert_eq!(refused(code).reason, Reason::DataExpired);
            assert!(!refused(code).retryable);
            assert!(refused(code).support_line().contains(code.name()));
        }
    }

    #[test]
    fn an_export_that_broke_off_can_be_asked_for_again() {
        assert!(refused(ErrorCode::UpstreamFailed).retryable);
        assert!(!refused(ErrorCode::UpstreamBadType).retryable);
    }
}
