//! The library's controls of one client, for tests.

use std::{convert::Infallible, sync::Arc, time::Duration};

use jiff::Timestamp;

use crate::{
    app_state::AppState,
    client::{Client, ClientError, ClientFlaw},
    fault::{Fault, Unplayable},
    journal::{ReceivedRequest, Search, SignUpRecord, SignUpSummary},
    scenario::{Scenario, UnknownScenario},
    verification::{Finished, Verification},
};

/// Controls one client. No other client is touched, so tests with a client each can share a
/// sandbox.
#[derive(Clone)]
pub struct Controls {
    app: Arc<AppState>,
    client_id: String,
}

impl Controls {
    pub(crate) fn new(app: Arc<AppState>, client_id: &str) -> Self {
        Self {
            app,
            client_id: client_id.to_owned(),
        }
    }

    /// The client's id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Lets the next sign-ups play these scenarios, one each, without any page.
    ///
    /// # Errors
    /// When there is no such scenario. Then nothing was changed.
    pub fn play_next<'a>(
        &self,
        scenarios: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), UnknownScenario> {
        let scenarios = scenarios
            .into_iter()
            .map(Scenario::named)
            .collect::<Result<Vec<_>, _>>()?;
        self.app
            .scripts
            .change(&self.client_id, |script| script.next.extend(scenarios));
        Ok(())
    }

    /// Lets every sign-up play this scenario, after those of [`Self::play_next`]; `None` brings
    /// the pages back.
    ///
    /// # Errors
    /// When there is no such scenario. Then nothing was changed.
    pub fn play_always(&self, scenario: Option<&str>) -> Result<(), UnknownScenario> {
        let scenario = scenario.map(Scenario::named).transpose()?;
        self.app
            .scripts
            .change(&self.client_id, |script| script.always = scenario);
        Ok(())
    }

    /// Plays a fault, after those that were asked for before at the same place.
    ///
    /// # Errors
    /// When it cannot be played there. Then nothing was changed.
    pub fn inject(&self, fault: Fault) -> Result<(), Unplayable> {
        fault.check()?;
        self.app
            .scripts
            .change(&self.client_id, |script| script.faults.push(fault));
        Ok(())
    }

    /// The faults that are still to be played.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.app.scripts.of(&self.client_id).faults
    }

    /// Takes back every fault and every scenario that was asked for.
    pub fn clear_script(&self) {
        self.app.scripts.forget(&self.client_id);
    }

    /// Moves this client's time forward and returns it.
    pub fn advance_clock(&self, by: Duration) -> Timestamp {
        self.app.clock.advance_of(&self.client_id, by)
    }

    /// This client's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.app.clock.now_of(&self.client_id)
    }

    /// Every request that spoke for this client, newest last.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.app.journal.requests_of(Some(&self.client_id))
    }

    /// Every verification of this client, newest last. The first call draws the pictures.
    #[must_use]
    pub fn verifications(&self) -> Vec<Verification> {
        let mut finished = self.app.store.verifications();
        finished.retain(|one| one.client_id == self.client_id);
        finished.into_iter().map(Finished::complete).collect()
    }

    /// Every sign-up of this client, newest first.
    #[must_use]
    pub fn sign_ups(&self) -> Vec<SignUpSummary> {
        self.app
            .journal
            .sign_ups(Some(&self.client_id), &Search::default())
    }

    /// One sign-up of this client with all that happened in it, secrets included.
    #[must_use]
    pub fn sign_up(&self, id: &str) -> Option<SignUpRecord> {
        let sign_up = self.app.journal.sign_up(id, &self.app.local_url, true)?;
        let is_ours = sign_up.summary.client_id.as_ref() == Some(&self.client_id);
        is_ours.then_some(sign_up)
    }

    /// Closes the account, or opens it again: see [`Client::deactivated`].
    pub fn deactivate(&self, deactivated: bool) {
        let change = |client: &mut Client| {
            client.deactivated = deactivated;
            Ok::<_, Infallible>(())
        };
        self.app.clients.change(&self.client_id, change);
    }

    /// Replaces the client's settings. Sign-ups under way keep the old ones.
    ///
    /// # Errors
    /// When it has another id than it had, or was removed.
    pub fn replace(&self, client: Client) -> Result<(), ClientError> {
        let refused = |flaw| ClientError::flawed(&client.id, flaw);
        if client.id != self.client_id {
            return Err(refused(ClientFlaw::AnotherId(self.client_id.clone())));
        }
        let change = |place: &mut Client| {
            *place = client.clone();
            Ok::<_, Infallible>(())
        };
        match self.app.clients.change(&self.client_id, change) {
            Some(_) => Ok(()),
            None => Err(refused(ClientFlaw::Unknown)),
        }
    }

    /// Forgets the client's sign-ups, records and script, and moves its clock back.
    pub fn reset(&self) {
        self.app.reset_client(&self.client_id);
    }

    /// Removes the client with everything that is known of it.
    pub fn remove(self) {
        self.app.clients.remove(&self.client_id);
        self.app.reset_client(&self.client_id);
    }
}
