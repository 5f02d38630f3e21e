//! How the pages sort scenarios.

use super::Scenario;

/// A heading, and the scenarios below it.
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

    /// Its place among all groups.
    pub(crate) fn place(self) -> usize {
        Self::ALL.iter().take_while(|group| **group != self).count()
    }
}
