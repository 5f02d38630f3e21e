//! Every sentence a visitor reads, once per language. A missing one does not compile.

pub mod country;
mod english;
mod german;
pub mod locale;
pub mod visible_text;

pub use english::{ENGLISH, ENGLISH_BUTTON};
pub use german::{GERMAN, GERMAN_BUTTON};

/// One language.
pub struct Texts {
    /// The name of these pages.
    pub brand: &'static str,
    /// The foot of every page.
    pub footer: &'static str,
    /// While something is under way for longer than one likes.
    pub patience: &'static str,
    /// Page `/`.
    pub home: HomeTexts,
    /// Page `/start`.
    pub start: StartTexts,
    /// Page `/results`.
    pub results: ResultsTexts,
    /// Page `/integrate`, until its own program is there.
    pub integrate: IntegrateTexts,
    /// What the parts of a document are called.
    pub document: DocumentTexts,
    /// Page titles, links and words around a failure.
    pub failure: FailureWords,
    /// Every failure.
    pub failures: FailureTexts,
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

/// Page `/`.
#[expect(
    missing_docs,
    reason = "the names say it, and the words stand in the languages"
)]
pub struct HomeTexts {
    pub title: &'static str,
    pub heading: &'static str,
    pub lead: &'static str,
    pub steps_heading: &'static str,
    pub steps: [StepText; 3],
    pub leaves: &'static str,
    pub prepare_heading: &'static str,
    pub prepare: &'static str,
    pub privacy_heading: &'static str,
    pub privacy: &'static str,
}

/// One of the three steps.
#[expect(missing_docs, reason = "the names say it")]
pub struct StepText {
    pub title: &'static str,
    pub sentence: &'static str,
}

/// Page `/start`.
#[expect(missing_docs, reason = "the names say it")]
pub struct StartTexts {
    pub title: &'static str,
    pub heading: &'static str,
    pub sentence: &'static str,
    pub by_hand: &'static str,
}

/// Page `/results`.
#[expect(missing_docs, reason = "the names say it")]
pub struct ResultsTexts {
    pub title: &'static str,
    pub checking_heading: &'static str,
    pub checking_return: &'static str,
    pub fetching: &'static str,
    pub shown_heading: &'static str,
    pub shown_lead: &'static str,
    pub announcement: &'static str,
    pub time_left: &'static str,
    pub one_minute_left: &'static str,
    pub chip_yes: &'static str,
    pub chip_no: &'static str,
    pub verification_heading: &'static str,
    pub verification_id: &'static str,
    pub platform: &'static str,
    pub started: &'static str,
    pub finished: &'static str,
    pub chip: &'static str,
    pub address_proof: &'static str,
    pub address_proof_pdf: &'static str,
    pub no_documents: &'static str,
    pub save_heading: &'static str,
    pub save_lead: &'static str,
    pub no_export: &'static str,
    pub save_report: &'static str,
    pub save_data: &'static str,
    pub saving: &'static str,
    pub print: &'static str,
    pub back_to_site: &'static str,
    pub log_out: &'static str,
    pub start_again: &'static str,
    pub ended_heading: &'static str,
    pub ended: &'static str,
    pub ended_untold: &'static str,
}

/// Page `/integrate`, until its own program is there with [`crate::integrate::texts`].
#[expect(missing_docs, reason = "the names say it")]
pub struct IntegrateTexts {
    pub link: &'static str,
    pub loading: &'static str,
}

/// What the parts of a document are called.
#[expect(missing_docs, reason = "the names are those of the wire")]
pub struct DocumentTexts {
    pub document: &'static str,
    pub passport: &'static str,
    pub driving_licence: &'static str,
    pub identity_card: &'static str,
    pub document_type: &'static str,
    pub document_number: &'static str,
    pub show: &'static str,
    pub hide: &'static str,
    pub issuing_country: &'static str,
    pub jurisdiction: &'static str,
    pub nationality: &'static str,
    pub surname_and_given_names: &'static str,
    pub surname: &'static str,
    pub given_names: &'static str,
    pub name_suffixes: &'static str,
    pub name_prefixes: &'static str,
    pub sex: &'static str,
    pub female: &'static str,
    pub male: &'static str,
    pub unspecified: &'static str,
    pub date_of_birth: &'static str,
    pub date_of_issue: &'static str,
    pub date_of_expiry: &'static str,
    pub expired: &'static str,
    pub address: &'static str,
    pub license_class: &'static str,
    pub license_classes: &'static str,
    pub class: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub notes: &'static str,
    pub liveness_face_image: &'static str,
    pub cropped_front_image: &'static str,
    pub cropped_back_image: &'static str,
    pub face_image: &'static str,
    pub no_picture: &'static str,
    pub save_picture: &'static str,
}

/// Words around every failure.
#[expect(missing_docs, reason = "the names say it")]
pub struct FailureWords {
    pub support_code: &'static str,
    pub start_again: &'static str,
    pub try_again: &'static str,
    pub show_data: &'static str,
    pub home: &'static str,
    pub crashed_title: &'static str,
    pub crashed: &'static str,
    pub reload: &'static str,
}

/// One failure: what happened, and what to do.
pub struct FailureText {
    /// A few words.
    pub title: &'static str,
    /// A sentence or three.
    pub sentence: &'static str,
}

/// Every failure, named as in [`crate::sign_up::failure::Reason`].
#[expect(missing_docs, reason = "documented at the reasons")]
pub struct FailureTexts {
    pub storage_blocked: FailureText,
    pub no_randomness: FailureText,
    pub not_started_here: FailureText,
    pub already_used: FailureText,
    pub too_old: FailureText,
    pub state_differs: FailureText,
    pub state_missing: FailureText,
    pub bad_return: FailureText,
    pub no_code: FailureText,
    pub provider_error: FailureText,
    pub code_rejected: FailureText,
    pub data_expired: FailureText,
    pub provider_unreachable: FailureText,
    pub provider_failed: FailureText,
    pub provider_mismatch: FailureText,
    pub offline: FailureText,
    pub unreadable_answer: FailureText,
    pub nothing_here: FailureText,
    pub session_changed: FailureText,
    pub session_invalid: FailureText,
    pub state_invalid: FailureText,
    pub unknown_origin: FailureText,
    pub begins_elsewhere: FailureText,
    pub wrong_address: FailureText,
    pub too_busy: FailureText,
    pub internal: FailureText,
}
