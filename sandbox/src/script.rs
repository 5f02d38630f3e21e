//! The scripts of clients: the scenarios and faults of their next sign-ups and calls.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    fault::{Effect, Endpoint, Fault, Times},
    scenario::Scenario,
};

/// The script of each client that has one.
#[derive(Default)]
pub(crate) struct Scripts(Mutex<HashMap<String, Script>>);

/// The script of one client.
#[derive(Clone, Default)]
pub(crate) struct Script {
    /// The scenarios of the next sign-ups, which see no pages.
    pub(crate) next: VecDeque<&'static Scenario>,
    /// The scenario of every sign-up after these.
    pub(crate) always: Option<&'static Scenario>,
    pub(crate) faults: Vec<Fault>,
}

impl Scripts {
    pub(crate) fn of(&self, client_id: &str) -> Script {
        self.scripts().get(client_id).cloned().unwrap_or_default()
    }

    pub(crate) fn change(&self, client_id: &str, change: impl FnOnce(&mut Script)) {
        change(self.scripts().entry(client_id.to_owned()).or_default());
    }

    pub(crate) fn forget(&self, client_id: &str) {
        self.scripts().remove(client_id);
    }

    pub(crate) fn forget_all(&self) {
        self.scripts().clear();
    }

    /// Takes the scenario for a sign-up that begins now, if the script has one.
    pub(crate) fn take_scenario(&self, client_id: &str) -> Option<&'static Scenario> {
        let mut scripts = self.scripts();
        let script = scripts.get_mut(client_id)?;
        script.next.pop_front().or(script.always)
    }

    /// Takes the effect for a call that comes now, if the script has one.
    pub(crate) fn take_effect(&self, client_id: &str, endpoint: Endpoint) -> Option<Effect> {
        let mut scripts = self.scripts();
        let faults = &mut scripts.get_mut(client_id)?.faults;
        let place = faults.iter().position(|fault| fault.at == endpoint)?;
        Some(match faults[place].times {
            Times::Once => faults.remove(place).effect,
            Times::Always => faults[place].effect.clone(),
        })
    }

    fn scripts(&self) -> MutexGuard<'_, HashMap<String, Script>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(effect: Effect, times: Times) -> Fault {
        Fault {
            at: Endpoint::Token,
            effect,
            times,
        }
    }

    #[test]
    fn faults_are_played_in_order_and_those_for_once_are_gone_then() {
        let scripts = Scripts::default();
        scripts.change("shop", |script| {
            script.faults = vec![
                fault(Effect::CodeRefused, Times::Once),
                fault(Effect::ServerError, Times::Always),
            ];
        });
        let take = || scripts.take_effect("shop", Endpoint::Token);
        assert_eq!(take(), Some(Effect::CodeRefused));
        assert_eq!(take(), Some(Effect::ServerError));
        assert_eq!(take(), Some(Effect::ServerError));
        assert_eq!(scripts.take_effect("shop", Endpoint::Details), None);
        assert_eq!(scripts.take_effect("bank", Endpoint::Token), None);
    }

    #[test]
    fn the_next_sign_ups_come_before_all_others() {
        let scripts = Scripts::default();
        scripts.change("shop", |script| {
            script.next = [Scenario::by_name("john").unwrap()].into();
            script.always = Scenario::by_name("anna");
        });
        let names = || scripts.take_scenario("shop").map(|scenario| scenario.name);
        assert_eq!(
            [names(), names(), names()],
            [Some("john"), Some("anna"), Some("anna")]
        );
        scripts.forget("shop");
        assert_eq!(names(), None);
    }
}
