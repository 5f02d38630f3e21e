//! What one can choose on the pages, and name to programs that have no use for pages.

use std::fmt;

use crate::controls::UnknownScenario;
use crate::fault::{Effect, Endpoint};
use crate::flow::Step;
use crate::persona::{
    ANNA, ARABIC, CHINESE, DIACRITICS, EXPIRED, JOHN, LARGE_IMAGES, LICENCE, LONG_NAME,
    NATIONAL_ID, NFC, ONE_NAME, PASSPORT, PROOF_OF_ADDRESS, Persona, SCRIPT_IN_NAMES, SEX_X,
    THREE_DOCUMENTS, TWO_DOCUMENTS,
};

/// Who signs up, and what goes wrong.
pub(crate) struct Scenario {
    /// What programs call it, in kebab case.
    pub(crate) name: &'static str,
    pub(crate) group: Group,
    /// What people call it.
    pub(crate) title: &'static str,
    /// What to expect, in a few words.
    pub(crate) summary: &'static str,
    pub(crate) person: &'static Persona,
    pub(crate) failure: Option<Failure>,
}

/// How a scenario goes wrong.
pub(crate) enum Failure {
    /// The visitor goes back after this page, and takes no code along.
    NoCode { after: Step },
    /// The answers of these endpoints suffer.
    Fault {
        at: &'static [Endpoint],
        effect: Effect,
    },
}

/// How the pages sort scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Persons,
    Documents,
    Failures,
}

impl Group {
    pub(crate) const ALL: [Self; 3] = [Self::Persons, Self::Documents, Self::Failures];

    /// The heading above the group's scenarios.
    pub(crate) fn heading(self) -> &'static str {
        match self {
            Self::Persons => "Persons",
            Self::Documents => "Documents",
            Self::Failures => "Failures",
        }
    }

    pub(crate) fn scenarios(self) -> impl Iterator<Item = &'static Scenario> {
        Scenario::ALL.iter().filter(move |one| one.group == self)
    }

    /// Whether a page shows the group unfolded: the first, and the one that was chosen from.
    pub(crate) fn is_open(self, chosen: &Scenario) -> bool {
        self == Self::ALL[0] || self == chosen.group
    }
}

impl Scenario {
    /// All of them, in the order in which the pages list them.
    pub(crate) const ALL: &'static [Self] = &[
        Self::verified(&ANNA, Group::Persons),
        Self::verified(&JOHN, Group::Persons),
        Self::verified(&SEX_X, Group::Persons),
        Self::verified(&ONE_NAME, Group::Persons),
        Self::verified(&DIACRITICS, Group::Persons),
        Self::verified(&ARABIC, Group::Persons),
        Self::verified(&CHINESE, Group::Persons),
        Self::verified(&LONG_NAME, Group::Persons),
        Self::verified(&PASSPORT, Group::Documents),
        Self::verified(&NATIONAL_ID, Group::Documents),
        Self::verified(&LICENCE, Group::Documents),
        Self::verified(&TWO_DOCUMENTS, Group::Documents),
        Self::verified(&THREE_DOCUMENTS, Group::Documents),
        Self::verified(&NFC, Group::Documents),
        Self::verified(&PROOF_OF_ADDRESS, Group::Documents),
        Self::verified(&EXPIRED, Group::Documents),
        Self::verified(&LARGE_IMAGES, Group::Documents),
        Self::failing(
            "cancelled",
            "Cancelled",
            "The visitor gives up at once",
            Failure::NoCode {
                after: Step::Introduction,
            },
        ),
        Self::failing(
            "liveness-failed",
            "Face not recognised",
            "Back without a code after the face",
            Failure::NoCode {
                after: Step::Liveness,
            },
        ),
        Self::failing(
            "no-code",
            "No code",
            "All is well, but no code comes back",
            Failure::NoCode {
                after: Step::Verification,
            },
        ),
        Self::failing(
            "slow-token",
            "Slow token",
            "The token takes 20 seconds",
            Failure::Fault {
                at: &[Endpoint::Token, Endpoint::Result],
                effect: Effect::Delay { seconds: 20 },
            },
        ),
        Self::failing(
            "token-500",
            "No token",
            "Error 500 in place of the token",
            Failure::Fault {
                at: &[Endpoint::Token, Endpoint::Result],
                effect: Effect::ServerError,
            },
        ),
        Self::failing(
            "code-refused",
            "Code refused",
            "The code is invalid or expired",
            Failure::Fault {
                at: &[Endpoint::Token, Endpoint::Result],
                effect: Effect::CodeRefused,
            },
        ),
        Self::failing(
            "details-expired",
            "Details expired",
            "The token is too old at once",
            Failure::Fault {
                at: &[Endpoint::Details],
                effect: Effect::TokenExpired,
            },
        ),
        Self::failing(
            "account-deactivated",
            "Account deactivated",
            "Token and exports are refused",
            Failure::Fault {
                at: &[
                    Endpoint::Token,
                    Endpoint::Result,
                    Endpoint::ExportJson,
                    Endpoint::ExportMultipart,
                    Endpoint::ExportPdf,
                ],
                effect: Effect::AccountDeactivated,
            },
        ),
        Self::failing(
            "truncated-details",
            "Details cut short",
            "The connection ends too early",
            Failure::Fault {
                at: &[Endpoint::Details, Endpoint::Result],
                effect: Effect::Truncated,
            },
        ),
        Self::failing(
            "corrupt-image",
            "Corrupt image",
            "The document’s front cannot be shown",
            Failure::Fault {
                at: &[
                    Endpoint::Details,
                    Endpoint::Result,
                    Endpoint::ExportJson,
                    Endpoint::ExportMultipart,
                ],
                effect: Effect::CorruptImage,
            },
        ),
        Self::failing(
            "lying-image",
            "Lying image",
            "The document’s front is HTML",
            Failure::Fault {
                at: &[
                    Endpoint::Details,
                    Endpoint::Result,
                    Endpoint::ExportJson,
                    Endpoint::ExportMultipart,
                ],
                effect: Effect::LyingImage,
            },
        ),
        Self::verified(&SCRIPT_IN_NAMES, Group::Failures),
        Self::failing(
            "endless-multipart",
            "Endless multipart",
            "The multipart export never ends",
            Failure::Fault {
                at: &[Endpoint::ExportMultipart],
                effect: Effect::Endless,
            },
        ),
        Self::failing(
            "false-pdf",
            "False PDF",
            "The PDF export is HTML",
            Failure::Fault {
                at: &[Endpoint::ExportPdf],
                effect: Effect::FalsePdf,
            },
        ),
    ];

    const fn verified(person: &'static Persona, group: Group) -> Self {
        Self {
            name: person.key,
            group,
            title: person.name,
            summary: person.document_title,
            person,
            failure: None,
        }
    }

    /// With the reference's own person, whose data hides nothing of the fault.
    const fn failing(
        name: &'static str,
        title: &'static str,
        summary: &'static str,
        failure: Failure,
    ) -> Self {
        Self {
            name,
            group: Group::Failures,
            title,
            summary,
            person: &JOHN,
            failure: Some(failure),
        }
    }

    pub(crate) fn by_name(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|scenario| scenario.name == name)
    }

    pub(crate) fn named(name: &str) -> Result<&'static Self, UnknownScenario> {
        Self::by_name(name).ok_or_else(|| UnknownScenario(name.to_owned()))
    }

    /// All names, for people.
    pub(crate) fn list() -> String {
        Self::names().collect::<Vec<_>>().join(", ")
    }

    /// What `sandbox_scenario` may be.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|scenario| scenario.name)
    }

    pub(crate) fn is_failure(&self) -> bool {
        self.group == Group::Failures
    }

    /// What the answers of an endpoint suffer.
    pub(crate) fn effect_at(&self, endpoint: Endpoint) -> Option<Effect> {
        match &self.failure {
            Some(Failure::Fault { at, effect }) if at.contains(&endpoint) => Some(effect.clone()),
            _ => None,
        }
    }

    /// Whether the visitor of it is told on this page of having failed. Who gives up on the first
    /// page, or comes back without a code from the last, is not.
    pub(crate) fn fails_at(&self, step: Step) -> bool {
        matches!(step, Step::Liveness | Step::Document) && self.fails_after() == Some(step)
    }

    /// The page after which the visitor goes back without a code.
    pub(crate) fn fails_after(&self) -> Option<Step> {
        match self.failure {
            Some(Failure::NoCode { after }) => Some(after),
            _ => None,
        }
    }
}

/// By its name, which says it all.
impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_is_known_and_in_kebab_case() {
        for name in Scenario::names() {
            assert_eq!(Scenario::by_name(name).unwrap().name, name);
            assert!(
                name.chars()
                    .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')),
                "{name}"
            );
        }
        assert!(Scenario::by_name("").is_none());
        assert!(Scenario::by_name("Anna").is_none());
    }

    #[test]
    fn what_fails_has_a_fault_unless_the_person_is_one() {
        for scenario in Scenario::ALL {
            let fails = scenario.is_failure() && scenario.name != scenario.person.key;
            assert_eq!(scenario.failure.is_some(), fails, "{}", scenario.name);
        }
    }

    #[test]
    fn everybody_is_in_a_scenario() {
        for person in Persona::ALL {
            assert_eq!(
                Scenario::by_name(person.key).unwrap().person.key,
                person.key
            );
        }
    }

    #[test]
    fn the_pages_list_every_scenario_in_its_group() {
        let listed: Vec<&str> = Group::ALL
            .into_iter()
            .flat_map(Group::scenarios)
            .map(|scenario| scenario.name)
            .collect();
        assert_eq!(listed, Scenario::names().collect::<Vec<_>>());
    }
}
