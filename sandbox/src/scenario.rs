//! The scenarios that visitors choose on the pages and programs name in a link.

mod group;
mod list;

use std::fmt;

pub(crate) use group::Group;
use webkyc_specimen::persona::{COMPLETE, Persona};

use crate::{
    api::Step,
    fault::{Effect, Endpoint},
};

/// A person who signs up, and what goes wrong on the way.
pub(crate) struct Scenario {
    /// Its name for programs, in kebab case.
    pub(crate) name: &'static str,
    pub(crate) group: Group,
    /// Its name for people.
    pub(crate) title: &'static str,
    /// Its effect in a few words.
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

/// No scenario has this name.
#[derive(Debug, thiserror::Error)]
#[error("there is no scenario `{0}`: choose one of {list}", list = Scenario::list())]
pub struct UnknownScenario(pub String);

impl Scenario {
    /// The person whom the pages offer first: one with everything that there is.
    pub(crate) fn first_choice() -> &'static Self {
        Self::by_name(COMPLETE.key).expect("everybody is in a scenario")
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

    /// All names, as `sandbox_scenario` takes them.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|scenario| scenario.name)
    }

    pub(crate) fn is_failure(&self) -> bool {
        self.group == Group::Failures
    }

    /// Its fault at an endpoint.
    pub(crate) fn effect_at(&self, endpoint: Endpoint) -> Option<Effect> {
        match &self.failure {
            Some(Failure::Fault { at, effect }) if at.contains(&endpoint) => Some(effect.clone()),
            _ => None,
        }
    }

    /// Whether its visitor fails on this page. Cancelling on the first page, or coming back without
    /// a code from the last, is no failure.
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
