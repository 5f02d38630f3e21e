//! The records of a store, and every change that touches more than one kind of them.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Instant,
};

use jiff::Timestamp;

use super::{Ended, Left, NextPage, NotKept, access::Access, grant::Grant};
use crate::{
    api::Step,
    eviction::{EvictingMap, KEPT},
    expiry::Expiry,
    fault::Effect,
    ids::Ids,
    outcome::{CANCELLED, CODE, FAILED, NO_CODE},
    pictures::{Album, Handling, KEPT_AFTER},
    scenario::Scenario,
    sign_up::{AuthorizationRequest, Consent, Progress, SignUp},
    subject::Subject,
    verification::Finished,
    webhook::DeliveryQueue,
};

#[derive(Default)]
pub(super) struct Records {
    pub(super) sign_ups: EvictingMap<SignUp>,
    /// The ids of sign-ups, by the token in the address that opens them.
    pub(super) addresses: EvictingMap<String>,
    pub(super) codes: EvictingMap<Grant>,
    pub(super) spent: EvictingMap<Spent>,
    pub(super) tokens: EvictingMap<Access>,
    pub(super) verifications: VecDeque<Finished>,
    pub(super) album: Album,
    ids: HashMap<String, Ids>,
}

/// A spent code, and the token it was exchanged for.
pub(super) struct Spent {
    pub(super) sign_up: String,
    pub(super) client_id: String,
    pub(super) token: Option<String>,
}

impl Records {
    pub(super) fn ids(&mut self, seed: Option<u64>, client_id: &str) -> &mut Ids {
        self.ids
            .entry(client_id.to_owned())
            .or_insert_with(|| Ids::of(seed, client_id))
    }

    pub(super) fn sign_up(&mut self, id: &str, now: Timestamp) -> Option<&mut SignUp> {
        let sign_up = self.sign_ups.get_mut(id)?;
        let is_over = sign_up.expires.is_over(sign_up.consent.is_some(), now);
        (!is_over).then_some(sign_up)
    }

    /// The sign-up under way whose visitor has given this consent, which still stands: what comes late is kept
    /// nowhere else.
    pub(super) fn agreed(
        &mut self,
        id: &str,
        consent: Consent,
        now: Timestamp,
    ) -> Result<&mut SignUp, NotKept> {
        let sign_up = self.sign_up(id, now).ok_or(NotKept::Over)?;
        sign_up.reached().ok_or(NotKept::Over)?;
        let stands = sign_up.consent == Some(consent);
        stands.then_some(sign_up).ok_or(NotKept::Late)
    }

    /// Ends a sign-up. Verifies the person of a scenario, or the visitor, unless it goes another way, and says
    /// where the visitor goes back to: with a code, or without one. Where a verifier reads, visitors who agreed
    /// to it are verified with all that it checks, or stay on the page that lacks it.
    pub(super) fn conclude(
        &mut self,
        id: &str,
        ending: Ending,
        now: Timestamp,
    ) -> Option<NextPage> {
        let sign_up = self.sign_ups.get_mut(id)?;
        let (request, started) = (Arc::clone(&sign_up.request), sign_up.started);
        let (person, own) = (ending.scenario.person, &sign_up.pictures);
        let subject = match (sign_up.consent, ending.handling) {
            (None, _) => Some(Subject::played(person)),
            (Some(_), Handling::AsTheyAre) => Some(Subject::played(person).showing(own)),
            (Some(_), Handling::Read) => own.verified().map(|whole| Subject::read(whole, own)),
        };
        let lacking = match &own.document.whole {
            _ if own.liveness.passed().is_none() => Step::Liveness,
            None => Step::Document,
            Some(_) => Step::Verification,
        };
        // A scenario's faults are for its test person.
        let is_read = subject.as_ref().is_some_and(Subject::is_read);
        let played = (!is_read).then_some(ending.scenario);
        let ending = Ending {
            effect: ending.effect.filter(|_| !is_read),
            ..ending
        };
        let fails_after = played.and_then(Scenario::fails_after);
        let (outcome, location) = match (&ending.effect, fails_after, subject) {
            (_, Some(Step::Introduction), _) => (CANCELLED, request.cancelled()),
            (_, Some(Step::Liveness | Step::Document), _) => (FAILED, request.cancelled()),
            (_, Some(Step::Verification), _) => (NO_CODE, request.cancelled()),
            (_, None, None) => return Some(NextPage::Step(lacking)),
            (Some(Effect::NoCode), ..) => (NO_CODE, request.cancelled()),
            (Some(Effect::ErrorResponse), ..) => (NO_CODE, request.refused()),
            (effect, None, Some(subject)) => {
                let code = self.verify(id, &request, &ending, (played, subject), (started, now));
                let location = match effect {
                    Some(Effect::StateChanged) => request.approved_with_another_state(&code),
                    _ => request.approved(&code),
                };
                (CODE, location)
            }
        };
        let left = Left {
            location,
            ended: Some(Ended {
                outcome,
                scenario: played,
                effect: ending.effect,
            }),
        };
        self.leave(id, &left);
        Some(NextPage::Leave(left))
    }

    pub(super) fn leave(&mut self, id: &str, left: &Left) {
        if let Some(sign_up) = self.sign_ups.get_mut(id) {
            sign_up.progress = Progress::Left(left.location.clone());
            sign_up.withdraw();
        }
    }

    fn verify(
        &mut self,
        sign_up: &str,
        request: &Arc<AuthorizationRequest>,
        ending: &Ending,
        (played, subject): (Option<&'static Scenario>, Subject),
        (started, now): (Timestamp, Timestamp),
    ) -> String {
        subject.keep_until(Instant::now() + KEPT_AFTER);
        let client_id = &request.client.id;
        let ids = self.ids(ending.seed, client_id);
        let code = ids.word(32);
        let verification = Finished {
            id: ids.uuid(),
            sign_up: sign_up.to_owned(),
            client_id: client_id.clone(),
            code: code.clone(),
            played,
            started,
            ended: now,
            subject: Arc::new(subject),
        };
        if self.verifications.len() == KEPT {
            self.verifications.pop_front();
        }
        self.verifications.push_back(verification.clone());
        ending.delivery_queue.push(&verification);
        verification.draw_ahead();
        let grant = Grant {
            request: Arc::clone(request),
            verification,
            expires: Expiry::after(ending.code_lifetime, now),
        };
        self.codes.insert(code.clone(), grant);
        code
    }

    /// A code that comes a second time may have been stolen, so its token is revoked (RFC 6749,
    /// section 4.1.2).
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
        self.sign_ups
            .retain(|sign_up| sign_up.request.client.id != client_id);
        let sign_ups = &self.sign_ups;
        self.addresses.retain(|id| sign_ups.has(id));
        self.codes
            .retain(|grant| grant.request.client.id != client_id);
        self.spent.retain(|spent| spent.client_id != client_id);
        self.tokens
            .retain(|access| access.verification.client_id != client_id);
        self.verifications.retain(|one| one.client_id != client_id);
        self.ids.remove(client_id);
    }
}

/// How a sign-up ends.
pub(super) struct Ending {
    pub(super) scenario: &'static Scenario,
    /// The fault of the way back.
    pub(super) effect: Option<Effect>,
    pub(super) seed: Option<u64>,
    pub(super) handling: Handling,
    pub(super) code_lifetime: jiff::SignedDuration,
    pub(super) delivery_queue: DeliveryQueue,
}
