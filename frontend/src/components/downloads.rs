//! The verification to keep: as a file, or on paper.

use std::time::Duration;

use js_sys::Uint8Array;
use leptos::{ev::MouseEvent, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use webkyc_shared::{
    api::Session, problem::ErrorCode, sign_up::FailureReason, verification::Verification,
};

use crate::{
    api::{self, Backend, export::ExportFormat},
    components::{
        card::Card,
        object_url::{NotShowable, ObjectUrl},
    },
    sign_up::failure::Failure,
    texts::{Texts, locale::Locale},
};

/// After this time every browser has begun to save the file.
const UNTIL_SAVED: Duration = Duration::from_secs(10);

/// Marks a button whose request is under way.
const WORKING: &str = "aria-disabled";

/// Report and data as files, and the page on paper.
#[component]
pub(crate) fn Downloads<'a>(
    verification: &'a Verification<'static>,
    session: Session,
) -> impl IntoView + use<> {
    let locale = Locale::current();
    let words = locale.results_texts();
    let (lead, formats) = if verification.id.is_some() {
        (
            words.save_lead(),
            [ExportFormat::Pdf, ExportFormat::Json].as_slice(),
        )
    } else {
        (words.no_export(), [ExportFormat::Details].as_slice())
    };
    let mut buttons: Vec<AnyView> = Vec::new();
    for &format in formats {
        let (label, hook) = match format {
            ExportFormat::Pdf => (words.save_report(), "export-pdf"),
            ExportFormat::Json => (words.save_data(), "export-json"),
            ExportFormat::Details => (words.save_data(), "export-details"),
        };
        let (backend, session) = (Backend::current(), session.clone());
        let locale = locale.clone();
        let press = move |button: Element| {
            let (backend, session) = (backend.clone(), session.clone());
            export(format, label, button, backend, session, &locale);
        };
        buttons.push(button(label, hook, Box::new(press)));
    }
    // A page of another site would be printed with all that is around this.
    if Backend::current().base().is_empty() {
        // A browser that cannot print says so itself.
        let print = |_| drop(window().print());
        buttons.push(button(words.print(), "print", Box::new(print)));
    }
    view! {
        <div class="downloads">
            <Card heading=words.save_heading()>
                <p>{lead}</p>
                <div class="actions">{buttons}</div>
            </Card>
        </div>
    }
}

/// A button, and an empty paragraph for a failure.
fn button(label: &'static str, hook: &'static str, press: Box<dyn Fn(Element)>) -> AnyView {
    let press = move |event: MouseEvent| {
        let button = event.current_target();
        if let Some(button) = button.and_then(|button| button.dyn_into().ok()) {
            press(button);
        }
    };
    view! {
        <button class="action" part="action" type="button" data-test=hook on:click=press>
            {label}
        </button>
        <p class="export-status" role="status"></p>
    }
    .into_any()
}

/// Fetches one file and saves it. Does nothing while a request of the same button is under way.
///
/// It changes the page directly, because a signal for each word weighs kilobytes.
fn export(
    format: ExportFormat,
    label: &'static str,
    button: Element,
    backend: Backend,
    session: Session,
    locale: &Locale,
) {
    let texts = locale.texts();
    if button.has_attribute(WORKING) {
        return;
    }
    // `disabled` would take the focus away. Cannot fail: the name is valid.
    let _ = button.set_attribute(WORKING, "true");
    button.set_text_content(Some(locale.results_texts().saving()));
    spawn_local(async move {
        let file = backend.export(format, &session).await;
        // The visitor has logged out or left meanwhile.
        if !button.is_connected() {
            return;
        }
        let saved = file.map_err(failure).and_then(|file| {
            hand_over(&file, format).map_err(|_| Failure::from(FailureReason::UnreadableAnswer))
        });
        let failure = saved.err();
        let again = failure.as_ref().is_some_and(|failure| failure.retryable);
        let word = if again {
            [label, ": ", texts.failure().try_again()].concat()
        } else {
            label.to_owned()
        };
        button.set_text_content(Some(&word));
        let _ = button.remove_attribute(WORKING);
        tell(&button, failure.as_ref(), texts);
    });
}

/// Writes the failure below the button, or empties the place.
fn tell(button: &Element, failure: Option<&Failure>, texts: Texts) {
    let Some(place) = button.next_element_sibling() else {
        return;
    };
    let sentence = failure.map(|failure| failure.text(texts).sentence);
    place.set_text_content(sentence);
    let code = document().create_element("code").ok();
    if let (Some(failure), Some(code)) = (failure, code) {
        code.set_text_content(Some(&failure.support_line()));
        // Cannot fail: the element is new.
        let _ = place.append_child(&code);
    }
}

/// Has the browser save a file, and revokes its address later.
fn hand_over(file: &Uint8Array, format: ExportFormat) -> Result<(), NotShowable> {
    let url = ObjectUrl::new(file, format.media_type())?;
    let link = document().create_element("a").ok();
    let link = link.and_then(|link| link.dyn_into::<HtmlElement>().ok());
    let link = link.ok_or(NotShowable)?;
    // Cannot fail: the names are valid.
    let _ = link.set_attribute("href", url.as_str());
    let _ = link.set_attribute("download", format.file_name());
    link.click();
    set_timeout(move || drop(url), UNTIL_SAVED);
    Ok(())
}

fn failure(error: api::Error) -> Failure {
    let mut failure = Failure::from(error);
    match failure.reason {
        // The page had a session: its cookie ended with the data.
        FailureReason::Backend(ErrorCode::SessionInvalid) => {
            failure.reason = FailureReason::DataExpired
        }
        // Unlike a code, an export can always be fetched again.
        FailureReason::ProviderDown => failure.retryable = true,
        _ => {}
    }
    failure
}

#[cfg(test)]
mod tests {
    use webkyc_shared::problem::Problem;

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
            assert_eq!(refused(code).reason, FailureReason::DataExpired);
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
