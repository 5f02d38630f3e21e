//! Named outcomes, for programs that have no use for pages.

use crate::persona::Persona;

/// How a sign-up ends when `sandbox_scenario` names the end.
#[derive(Clone, Copy)]
pub(crate) enum Scenario {
    /// This person is verified.
    Verified(&'static Persona),
    /// The visitor gives up and comes back without a code.
    Cancelled,
}

impl Scenario {
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        match name {
            "cancelled" => Some(Self::Cancelled),
            _ => Persona::by_key(name).map(Self::Verified),
        }
    }

    /// What `sandbox_scenario` may be.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Persona::ALL
            .into_iter()
            .map(|person| person.key)
            .chain(["cancelled"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_is_known() {
        assert!(Scenario::names().all(|name| Scenario::by_name(name).is_some()));
        assert!(Scenario::by_name("").is_none());
    }
}
