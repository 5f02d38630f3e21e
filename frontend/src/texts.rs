//! Every sentence that a visitor reads, once per language: a missing one does not compile.

pub(crate) mod calendar;
pub(crate) mod country;
mod english;
mod german;
pub(crate) mod locale;
pub(crate) mod portal;
pub(crate) mod visible_text;

pub(crate) use english::{ENGLISH, ENGLISH_BUTTON, ENGLISH_PORTAL};
pub(crate) use german::{GERMAN, GERMAN_BUTTON, GERMAN_PORTAL};

/// One language.
pub(crate) struct Texts {
    /// The name of these pages.
    pub(crate) brand: &'static str,
    /// The foot of every page.
    pub(crate) footer: &'static str,
    /// While a request takes long.
    pub(crate) patience: &'static str,
    /// A deployment that verifies no real persons.
    pub(crate) test: TestTexts,
    /// Page `/results`.
    pub(crate) results: ResultsTexts,
    /// Page `/integrate`, until its own program is there.
    pub(crate) integrate: IntegrateTexts,
    /// The names of a document's parts.
    pub(crate) document: DocumentTexts,
    /// Page titles, links and words around a failure.
    pub(crate) failure: FailureWords,
    /// Every failure.
    pub(crate) failures: FailureTexts,
}

/// The button, which is a program of its own and carries no more words than these.
#[expect(missing_docs, reason = "the names say it")]
pub struct ButtonTexts {
    pub sign_up: &'static str,
    pub storage_blocked: &'static str,
    pub offline: &'static str,
    pub misconfigured: &'static str,
    pub failed: &'static str,
}

/// A deployment that verifies no real persons.
pub(crate) struct TestTexts {
    pub(crate) badge: &'static str,
    pub(crate) meaning: &'static str,
}

/// Page `/results`.
pub(crate) struct ResultsTexts {
    pub(crate) title: &'static str,
    pub(crate) checking_heading: &'static str,
    pub(crate) checking_return: &'static str,
    pub(crate) fetching: &'static str,
    pub(crate) shown_heading: &'static str,
    pub(crate) announcement: &'static str,
    pub(crate) time_left: &'static str,
    pub(crate) one_minute_left: &'static str,
    pub(crate) chip_yes: &'static str,
    pub(crate) chip_no: &'static str,
    pub(crate) verification_heading: &'static str,
    pub(crate) verification_id: &'static str,
    pub(crate) platform: &'static str,
    pub(crate) started: &'static str,
    pub(crate) finished: &'static str,
    pub(crate) chip: &'static str,
    pub(crate) address_proof: &'static str,
    pub(crate) address_proof_pdf: &'static str,
    pub(crate) no_documents: &'static str,
    pub(crate) save_heading: &'static str,
    pub(crate) save_lead: &'static str,
    pub(crate) no_export: &'static str,
    pub(crate) save_report: &'static str,
    pub(crate) save_data: &'static str,
    pub(crate) saving: &'static str,
    pub(crate) print: &'static str,
    pub(crate) back_to_site: &'static str,
    pub(crate) log_out: &'static str,
    pub(crate) start_again: &'static str,
    pub(crate) leaving_heading: &'static str,
    pub(crate) leaving: &'static str,
    pub(crate) by_hand: &'static str,
    pub(crate) ended_heading: &'static str,
    pub(crate) ended: &'static str,
    pub(crate) ended_untold: &'static str,
}

/// Page `/integrate`, until its own program is there with the texts of `integrate`.
pub(crate) struct IntegrateTexts {
    pub(crate) link: &'static str,
    pub(crate) loading: &'static str,
}

/// The names of a document's parts.
pub(crate) struct DocumentTexts {
    pub(crate) document: &'static str,
    pub(crate) passport: &'static str,
    pub(crate) driving_licence: &'static str,
    pub(crate) identity_card: &'static str,
    pub(crate) document_type: &'static str,
    pub(crate) document_number: &'static str,
    pub(crate) show: &'static str,
    pub(crate) hide: &'static str,
    pub(crate) issuing_country: &'static str,
    pub(crate) jurisdiction: &'static str,
    pub(crate) nationality: &'static str,
    pub(crate) surname_and_given_names: &'static str,
    pub(crate) surname: &'static str,
    pub(crate) given_names: &'static str,
    pub(crate) name_suffixes: &'static str,
    pub(crate) name_prefixes: &'static str,
    pub(crate) sex: &'static str,
    pub(crate) female: &'static str,
    pub(crate) male: &'static str,
    pub(crate) unspecified: &'static str,
    pub(crate) date_of_birth: &'static str,
    pub(crate) date_of_issue: &'static str,
    pub(crate) date_of_expiry: &'static str,
    pub(crate) expired: &'static str,
    pub(crate) address: &'static str,
    pub(crate) license_class: &'static str,
    pub(crate) license_classes: &'static str,
    pub(crate) class: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) notes: &'static str,
    pub(crate) liveness_face_image: &'static str,
    pub(crate) cropped_front_image: &'static str,
    pub(crate) cropped_back_image: &'static str,
    pub(crate) face_image: &'static str,
    pub(crate) no_picture: &'static str,
    pub(crate) save_picture: &'static str,
}

/// Words around every failure.
pub(crate) struct FailureWords {
    pub(crate) support_code: &'static str,
    pub(crate) start_again: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) show_data: &'static str,
    pub(crate) home: &'static str,
    pub(crate) back: &'static str,
    pub(crate) crashed_title: &'static str,
    pub(crate) crashed: &'static str,
    pub(crate) reload: &'static str,
}

/// A failure: its heading, and a way on.
pub(crate) struct FailureText {
    /// A few words.
    pub(crate) title: &'static str,
    /// A sentence or three.
    pub(crate) sentence: &'static str,
}

/// Every failure, named like its reason.
pub(crate) struct FailureTexts {
    pub(crate) storage_blocked: FailureText,
    pub(crate) no_randomness: FailureText,
    pub(crate) not_started_here: FailureText,
    pub(crate) already_used: FailureText,
    pub(crate) too_old: FailureText,
    pub(crate) state_differs: FailureText,
    pub(crate) state_missing: FailureText,
    pub(crate) bad_return: FailureText,
    pub(crate) no_code: FailureText,
    pub(crate) provider_error: FailureText,
    pub(crate) code_rejected: FailureText,
    pub(crate) data_expired: FailureText,
    pub(crate) provider_unreachable: FailureText,
    pub(crate) provider_failed: FailureText,
    pub(crate) provider_mismatch: FailureText,
    pub(crate) offline: FailureText,
    pub(crate) unreadable_answer: FailureText,
    pub(crate) nothing_here: FailureText,
    pub(crate) session_changed: FailureText,
    pub(crate) session_invalid: FailureText,
    pub(crate) state_invalid: FailureText,
    pub(crate) unknown_origin: FailureText,
    pub(crate) begins_elsewhere: FailureText,
    pub(crate) wrong_address: FailureText,
    pub(crate) too_busy: FailureText,
    pub(crate) sign_up_not_found: FailureText,
    pub(crate) sign_up_taken: FailureText,
    pub(crate) sign_up_ended: FailureText,
    pub(crate) internal: FailureText,
}
