//! The frame around every page of the dashboard.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::{super::reader::Reader, HOME, page};
use crate::{
    app_state::AppState,
    texts::{TEXTS, Texts},
};

/// The entries of the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    SignUps,
    Clients,
    Verifications,
    Persons,
    Programs,
}

impl Section {
    pub(super) const ALL: [Self; 5] = [
        Self::SignUps,
        Self::Clients,
        Self::Verifications,
        Self::Persons,
        Self::Programs,
    ];

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::SignUps => HOME,
            Self::Clients => "/_sandbox/clients",
            Self::Verifications => "/_sandbox/verifications",
            Self::Persons => "/_sandbox/persons",
            Self::Programs => "/_sandbox/programs",
        }
    }
}

/// The frame, and the language of what is in it.
pub(super) struct Frame {
    pub(super) texts: &'static Texts,
    pub(super) exposed: bool,
    pub(super) section: Section,
    /// Whether this is a page of one thing, and not the section's own.
    below: bool,
    /// The number of the journal's last change when the page was made. The page's script compares
    /// it with the events.
    pub(super) change: u64,
}

impl Frame {
    /// Made before the page looks at anything, so that no change falls between the two.
    pub(super) fn of(app: &AppState, reader: Reader, section: Section) -> Self {
        Self {
            texts: reader.texts(),
            exposed: app.exposed,
            section,
            below: false,
            change: *app.journal.subscribe().borrow(),
        }
    }

    pub(super) fn below(self) -> Self {
        Self {
            below: true,
            ..self
        }
    }

    /// The value of `aria-current` for an entry of the navigation.
    pub(super) fn current(&self, section: Section) -> Option<&'static str> {
        (section == self.section).then_some(if self.below { "true" } else { "page" })
    }

    /// The name of an entry of the navigation.
    pub(super) fn label(&self, section: Section) -> &'static str {
        let names = Section::ALL.iter().zip(self.texts.dashboard.sections);
        let mut names = names.filter(|(known, _)| **known == section);
        names.next().expect("every section has a name").1
    }

    /// The name of the section that the page belongs to.
    pub(super) fn own_label(&self) -> &'static str {
        self.label(self.section)
    }

    /// Where the language is chosen.
    pub(super) fn address(&self) -> &'static str {
        "/_sandbox"
    }

    pub(super) fn languages(&self) -> &'static [Texts] {
        &TEXTS
    }

    /// The texts of the page's script.
    pub(super) fn live(&self) -> String {
        serde_json::to_string(&self.texts.dashboard.live).expect("texts are plain data")
    }
}

#[derive(Template)]
#[template(path = "dashboard/missing.html")]
struct Missing {
    frame: Frame,
    heading: &'static str,
}

/// The page for an unknown id in this section.
pub(super) fn missing(app: &AppState, reader: Reader, section: Section) -> Response {
    let frame = Frame::of(app, reader, section).below();
    let texts = &frame.texts.dashboard;
    let heading = match section {
        Section::Clients => texts.missing_client,
        Section::Verifications => texts.missing_verification,
        _ => texts.missing_sign_up,
    };
    page(StatusCode::NOT_FOUND, &Missing { frame, heading })
}
