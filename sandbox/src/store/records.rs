//! What a store holds, and every change that touches more than one kind of it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use jiff::Timestamp;

use super::{ATTEMPT_LIFETIME, Left, access::Access, grant::Grant};
use crate::{
    attempt::{Attempt, AuthorizationRequest, Progress},
    eviction::{EvictingMap, KEPT},
    fault::Effect,
    ids::Ids,
    pictures::{Album, Pictures},
    scenario::Scenario,
    verification::Finished,
    webhook::DeliveryQueue,
};

#[derive(Default)]
pub(super) struct Records {
    pub(super) attempts: EvictingMap<Attempt>,
    /// The ids of attempts, by what opens them from outside.
    pub(super) addresses: EvictingMap<String>,
    pub(super) codes: EvictingMap<Grant>,
    pub(super) spent: EvictingMap<Spent>,
    pub(super) tokens: EvictingMap<Access>,
    pub(super) verifications: VecDeque<Finished>,
    pub(super) album: Album,
    ids: HashMap<String, Ids>,
}

/// A code that came, and what it was exchanged for.
pub(super) struct Spent {
    pub(super) attempt: String,
    pub(super) client_id: String,
    pub(super) token: Option<String>,
}

impl Records {
    pub(super) fn ids(&mut self, seed: u64, client_id: &str) -> &mut Ids {
        self.ids
            .entry(client_id.to_owned())
            .or_insert_with(|| Ids::of(seed, client_id))
    }

    pub(super) fn attempt(&mut self, id: &str, now: Timestamp) -> Option<&mut Attempt> {
        let attempt = self.attempts.get_mut(id)?;
        (now.duration_since(attempt.started) < ATTEMPT_LIFETIME).then_some(attempt)
    }

    /// Ends an attempt. Verifies the person of a scenario, unless it goes another way, and says
    /// where the visitor goes back to: with a code, or without one.
    pub(super) fn conclude(&mut self, id: &str, ending: Ending, now: Timestamp) -> Option<Left> {
        let attempt = self.attempts.get_mut(id)?;
        let (request, started) = (Arc::clone(&attempt.request), attempt.started);
        let pictures = attempt.pictures.clone();
        let fails = ending.scenario.fails_after().is_some();
        let location = match &ending.effect {
            _ if fails => request.cancelled(),
            Some(Effect::NoCode) => request.cancelled(),
            Some(Effect::ErrorResponse) => request.refused(),
            effect => {
                let code = self.verify(id, &request, &ending, pictures, (started, now));
                match effect {
                    Some(Effect::StateChanged) => request.approved_with_another_state(&code),
                    _ => request.approved(&code),
                }
            }
        };
        let left = Left {
            location,
            scenario: Some(ending.scenario),
            effect: ending.effect,
            again: false,
        };
        self.leave(id, &left);
        Some(left)
    }

    pub(super) fn leave(&mut self, id: &str, left: &Left) {
        if let Some(attempt) = self.attempts.get_mut(id) {
            attempt.progress = Progress::Left(left.location.clone());
            attempt.pictures = Pictures::default();
        }
    }

    fn verify(
        &mut self,
        attempt: &str,
        request: &Arc<AuthorizationRequest>,
        ending: &Ending,
        pictures: Pictures,
        (started, now): (Timestamp, Timestamp),
    ) -> String {
        let client_id = &request.client.id;
        let ids = self.ids(ending.seed, client_id);
        let code = ids.word(32);
        let verification = Finished {
            id: ids.uuid(),
            attempt: attempt.to_owned(),
            client_id: client_id.clone(),
            code: code.clone(),
            scenario: ending.scenario,
            started,
            ended: now,
            pictures,
        };
        if self.verifications.len() == KEPT {
            self.verifications.pop_front();
        }
        self.verifications.push_back(verification.clone());
        ending.delivery_queue.push(&verification);
        let grant = Grant {
            request: Arc::clone(request),
            verification,
            expires: now
                .saturating_add(ending.code_lifetime)
                .unwrap_or(Timestamp::MAX),
        };
        self.codes.insert(code.clone(), grant);
        code
    }

    /// A code that comes a second time may have been stolen, so what the first one bought is
    /// taken away (RFC 6749, section 4.1.2).
    pub(super) fn revoke(&mut self, code: &str, client_id: &str) {
        let spent = self
            .spent
            .get_mut(code)
            .filter(|spent| spent.client_id == client_id);
        let token = spent.and_then(|spent| spent.token.take());
        if let Some(access) = token.and_then(|token| self.tokens.get_mut(&token)) {
            access.revoked = true;
        }
    }

    /// As if the client had never been there.
    pub(super) fn forget(&mut self, client_id: &str) {
        self.attempts
            .retain(|attempt| attempt.request.client.id != client_id);
        let attempts = &self.attempts;
        self.addresses.retain(|id| attempts.has(id));
        self.codes
            .retain(|grant| grant.request.client.id != client_id);
        self.spent.retain(|spent| spent.client_id != client_id);
        self.tokens
            .retain(|access| access.verification.client_id != client_id);
        self.verifications.retain(|one| one.client_id != client_id);
        self.ids.remove(client_id);
    }
}

/// How an attempt ends.
pub(super) struct Ending {
    pub(super) scenario: &'static Scenario,
    /// What the way back suffers.
    pub(super) effect: Option<Effect>,
    pub(super) seed: u64,
    pub(super) code_lifetime: jiff::SignedDuration,
    pub(super) delivery_queue: DeliveryQueue,
}
