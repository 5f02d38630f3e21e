//! What a store holds, and every change that touches more than one kind of it.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use rand::Rng;

use super::access::Access;
use super::grant::Grant;
use super::{ATTEMPT_LIFETIME, CODE_LIFETIME, random_word};
use crate::aging::{Aging, KEPT};
use crate::attempt::{Attempt, AuthorizationRequest, Progress};
use crate::scenario::Scenario;
use crate::verification::Finished;

#[derive(Default)]
pub(super) struct Records {
    pub(super) attempts: Aging<Attempt>,
    pub(super) codes: Aging<Grant>,
    /// The token that each spent code was exchanged for.
    pub(super) spent: Aging<Spent>,
    pub(super) tokens: Aging<Access>,
    pub(super) verifications: VecDeque<Finished>,
}

pub(super) struct Spent {
    pub(super) client_id: String,
    pub(super) token: Option<String>,
}

impl Records {
    pub(super) fn attempt(&mut self, id: &str, now: Timestamp) -> Option<&mut Attempt> {
        let attempt = self.attempts.get_mut(id)?;
        (now.duration_since(attempt.started) < ATTEMPT_LIFETIME).then_some(attempt)
    }

    pub(super) fn leave(&mut self, id: &str, location: &str) {
        if let Some(attempt) = self.attempts.get_mut(id) {
            attempt.progress = Progress::Left(location.to_owned());
        }
    }

    /// Ends an attempt and sends the visitor back.
    pub(super) fn conclude(
        &mut self,
        id: &str,
        scenario: &'static Scenario,
        now: Timestamp,
    ) -> Option<String> {
        let attempt = self.attempts.get_mut(id)?;
        let (request, started) = (Arc::clone(&attempt.request), attempt.started);
        let location = self.play(&request, scenario, started, now);
        self.leave(id, &location);
        Some(location)
    }

    /// Verifies the person of a scenario, unless it goes another way. Answers where the visitor
    /// goes back to: with a code, or without one.
    pub(super) fn play(
        &mut self,
        request: &Arc<AuthorizationRequest>,
        scenario: &'static Scenario,
        started: Timestamp,
        now: Timestamp,
    ) -> String {
        if scenario.fails_after().is_some() {
            return request.cancelled();
        }
        let code = self.verify(request, scenario, started, now);
        request.approved(&code)
    }

    fn verify(
        &mut self,
        request: &Arc<AuthorizationRequest>,
        scenario: &'static Scenario,
        started: Timestamp,
        now: Timestamp,
    ) -> String {
        let code = random_word(32);
        let verification = Finished {
            id: uuid::Builder::from_random_bytes(rand::rng().random())
                .into_uuid()
                .to_string(),
            client_id: request.client.id.clone(),
            code: code.clone(),
            scenario,
            started,
            ended: now,
        };
        if self.verifications.len() == KEPT {
            self.verifications.pop_front();
        }
        self.verifications.push_back(verification.clone());
        let grant = Grant {
            request: Arc::clone(request),
            verification,
            expires: now.saturating_add(CODE_LIFETIME).unwrap_or(Timestamp::MAX),
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
        if let Some(token) = spent.and_then(|spent| spent.token.take()) {
            self.tokens.remove(&token);
        }
    }
}
