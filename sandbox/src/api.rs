//! The two ways to sign up that Authenteq has had, and their pages.

use serde::{Deserialize, Serialize};

/// Which API a sign-up was begun with. A code of one is worth nothing at the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = Flow)]
pub enum Api {
    /// `/authorize`, token, details: the face is shown first.
    WebKyc,
    /// Verification URL, `/verify`, result: the document is shown first.
    WebIdv,
}

impl Api {
    /// The pages, in order.
    pub(crate) fn steps(self) -> [Step; 4] {
        let (first, second) = match self {
            Self::WebKyc => (Step::Liveness, Step::Document),
            Self::WebIdv => (Step::Document, Step::Liveness),
        };
        [Step::Introduction, first, second, Step::Verification]
    }

    /// The page after `step`, unless that is the last.
    pub(crate) fn after(self, step: Step) -> Option<Step> {
        self.steps().get(self.place(step) + 1).copied()
    }

    /// Whether a page comes later than another.
    pub(crate) fn is_later(self, step: Step, other: Step) -> bool {
        self.place(step) > self.place(other)
    }

    fn place(self, step: Step) -> usize {
        self.steps()
            .into_iter()
            .take_while(|other| *other != step)
            .count()
    }
}

/// One page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Step {
    Introduction,
    Liveness,
    Document,
    Verification,
}

impl Step {
    /// The last segment of the page's address.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Introduction => "introduction",
            Self::Liveness => "liveness",
            Self::Document => "document",
            Self::Verification => "verification",
        }
    }

    /// Its name in the progress bar.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Introduction => "Start",
            Self::Liveness => "Face",
            Self::Document => "Document",
            Self::Verification => "Result",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_found_by_its_slug() {
        for step in Api::WebKyc.steps() {
            let read: Step = serde_json::from_value(step.slug().into()).unwrap();
            assert_eq!(read, step);
        }
    }

    #[test]
    fn the_face_comes_first_in_one_flow_and_the_document_in_the_other() {
        assert!(Api::WebKyc.is_later(Step::Document, Step::Liveness));
        assert!(Api::WebIdv.is_later(Step::Liveness, Step::Document));
        for api in [Api::WebKyc, Api::WebIdv] {
            assert_eq!(api.after(Step::Verification), None);
            assert!(!api.is_later(Step::Document, Step::Document));
        }
    }
}
