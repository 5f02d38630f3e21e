//! Everything a sandbox remembers: attempts, codes, tokens, verifications. All of it in memory.

mod access;
mod grant;
mod records;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rand::distr::{Alphanumeric, SampleString};

use crate::attempt::{Attempt, AuthorizationRequest, Next, Progress};
use crate::flow::{Flow, Step};
use crate::scenario::Scenario;
use crate::verification::Finished;
use access::Access;
use records::{Records, Spent};

pub(crate) use grant::CodeRefused;

/// How long a code can be exchanged. Nothing documents it.
pub(crate) const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// How long the token opens the data, from the exchange on: documented as fifteen minutes.
pub(crate) const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// How long a visitor may take for the pages.
pub(crate) const ATTEMPT_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// The memory of one sandbox.
#[derive(Default)]
pub(crate) struct Store(Mutex<Records>);

/// What a visitor sees after pressing a button.
pub(crate) enum Answer {
    Page(Step),
    /// The client's page at this address.
    Leave(String),
    NobodyChosen,
}

impl Store {
    pub(crate) fn begin(&self, attempt: Attempt) -> String {
        let id = random_word(24);
        self.records().attempts.insert(id.clone(), attempt);
        id
    }

    /// What an attempt is about, and how far it has come.
    pub(crate) fn attempt(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Option<(Arc<AuthorizationRequest>, Progress)> {
        let mut records = self.records();
        let attempt = records.attempt(id, now)?;
        Some((Arc::clone(&attempt.request), attempt.progress.clone()))
    }

    /// Presses the button of one page. Answers what follows, unless the attempt is unknown or
    /// too old.
    pub(crate) fn complete(
        &self,
        id: &str,
        step: Step,
        chosen: Option<&'static Scenario>,
        now: Timestamp,
    ) -> Option<Answer> {
        let mut records = self.records();
        let attempt = records.attempt(id, now)?;
        let scenario = match attempt.complete(step, chosen) {
            Next::Page(step) => return Some(Answer::Page(step)),
            Next::NobodyChosen => return Some(Answer::NobodyChosen),
            Next::LeftBefore(location) => return Some(Answer::Leave(location)),
            Next::Ended(scenario) => scenario,
        };
        records.conclude(id, scenario, now).map(Answer::Leave)
    }

    /// Skips the pages that are left. Answers where to, unless the attempt is unknown or too old.
    pub(crate) fn finish(
        &self,
        id: &str,
        scenario: &'static Scenario,
        now: Timestamp,
    ) -> Option<String> {
        let mut records = self.records();
        if let Progress::Left(location) = &records.attempt(id, now)?.progress {
            return Some(location.clone());
        }
        records.conclude(id, scenario, now)
    }

    /// Gives up. Answers where to, unless the attempt is unknown or too old.
    pub(crate) fn cancel(&self, id: &str, now: Timestamp) -> Option<String> {
        let mut records = self.records();
        let attempt = records.attempt(id, now)?;
        if let Progress::Left(location) = &attempt.progress {
            return Some(location.clone());
        }
        let location = attempt.request.cancelled();
        records.leave(id, &location);
        Some(location)
    }

    /// Plays a scenario without pages. Answers where to.
    pub(crate) fn play(
        &self,
        request: &Arc<AuthorizationRequest>,
        scenario: &'static Scenario,
        now: Timestamp,
    ) -> String {
        self.records().play(request, scenario, now, now)
    }

    /// Exchanges a code for a token, once. The code is removed before anything about it is
    /// checked: a wrong attempt spends it too, and of two at the same time one finds nothing.
    pub(crate) fn exchange(
        &self,
        code: &str,
        client_id: &str,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<String, CodeRefused> {
        let mut records = self.records();
        let Some(grant) = records.codes.remove(code) else {
            records.revoke(code, client_id);
            return Err(CodeRefused::Invalid);
        };
        let owner = grant.request.client.id.clone();
        let opened = grant.open(Flow::WebKyc, client_id, redirect_uri, now);
        let token = opened.map(|verification| {
            let access = Access {
                verification,
                expires: now.saturating_add(TOKEN_LIFETIME).unwrap_or(Timestamp::MAX),
            };
            let token = access.mint(now);
            records.tokens.insert(token.clone(), access);
            token
        });
        let spent = Spent {
            client_id: owner,
            token: token.as_ref().ok().cloned(),
        };
        records.spent.insert(code.to_owned(), spent);
        token
    }

    /// Takes the verification that a Web IDV code stands for, once. As with [`Self::exchange`], a
    /// wrong attempt spends the code too.
    pub(crate) fn redeem(
        &self,
        code: &str,
        client_id: &str,
        redirect_url: &str,
        now: Timestamp,
    ) -> Result<Finished, CodeRefused> {
        let grant = self.records().codes.remove(code);
        grant
            .ok_or(CodeRefused::Invalid)?
            .open(Flow::WebIdv, client_id, redirect_url, now)
    }

    /// The verification that a token opens.
    pub(crate) fn verification(&self, token: &str, now: Timestamp) -> Option<Finished> {
        let mut records = self.records();
        let access = records.tokens.get_mut(token)?;
        (now < access.expires).then(|| access.verification.clone())
    }

    /// Every verification so far, newest last.
    pub(crate) fn verifications(&self) -> Vec<Finished> {
        self.records().verifications.iter().cloned().collect()
    }

    /// The verification of this id, if it is this client's.
    pub(crate) fn finished(&self, id: &str, client_id: &str) -> Option<Finished> {
        let records = self.records();
        let found = records.verifications.iter().find(|one| one.id == id)?;
        (found.client_id == client_id).then(|| found.clone())
    }

    /// A panic of one request must not stop the others: every change is made in one step.
    fn records(&self) -> MutexGuard<'_, Records> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn random_word(length: usize) -> String {
    Alphanumeric.sample_string(&mut rand::rng(), length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;

    const START: Timestamp = Timestamp::UNIX_EPOCH;
    const CLIENT: &str = "com.authenteq.demo";
    const REDIRECT_URI: &str = "http://localhost:8080/results";

    fn store_with_code() -> (Store, String) {
        let store = Store::default();
        let client = Arc::new(Client::demo());
        let request = Arc::new(AuthorizationRequest {
            flow: Flow::WebKyc,
            redirect_uri: client.redirect_uris[0].clone(),
            client,
            state: None,
            back: None,
            remarks: Vec::new(),
        });
        let scenario = Scenario::by_name("anna").unwrap();
        let location = store.play(&request, scenario, START);
        let code = location.split_once("?code=").unwrap().1.to_owned();
        (store, code)
    }

    #[test]
    fn sbx_03_a_code_is_taken_once_and_reuse_revokes_its_token() {
        let (store, code) = store_with_code();
        let token = store.exchange(&code, CLIENT, REDIRECT_URI, START).unwrap();
        assert!(store.verification(&token, START).is_some());
        assert_eq!(
            store.exchange(&code, CLIENT, REDIRECT_URI, START),
            Err(CodeRefused::Invalid)
        );
        assert!(store.verification(&token, START).is_none());
    }

    #[test]
    fn another_clients_reuse_revokes_nothing() {
        let (store, code) = store_with_code();
        let token = store.exchange(&code, CLIENT, REDIRECT_URI, START).unwrap();
        assert!(store.exchange(&code, "other", REDIRECT_URI, START).is_err());
        assert!(store.verification(&token, START).is_some());
    }

    #[test]
    fn a_refused_code_is_spent() {
        let (store, code) = store_with_code();
        assert_eq!(
            store.exchange(&code, CLIENT, "http://localhost/", START),
            Err(CodeRefused::RedirectUri)
        );
        assert_eq!(
            store.exchange(&code, CLIENT, REDIRECT_URI, START),
            Err(CodeRefused::Invalid)
        );
    }

    #[test]
    fn codes_and_tokens_end_on_the_second() {
        let just = SignedDuration::from_secs(1);
        for (age, taken) in [(CODE_LIFETIME - just, true), (CODE_LIFETIME, false)] {
            let (store, code) = store_with_code();
            assert_eq!(
                store
                    .exchange(&code, CLIENT, REDIRECT_URI, START + age)
                    .is_ok(),
                taken
            );
        }
        let (store, code) = store_with_code();
        let token = store.exchange(&code, CLIENT, REDIRECT_URI, START).unwrap();
        assert!(
            store
                .verification(&token, START + TOKEN_LIFETIME - just)
                .is_some()
        );
        assert!(store.verification(&token, START + TOKEN_LIFETIME).is_none());
    }

    #[test]
    fn codes_are_alphanumerical_and_tokens_fit_a_header() {
        let (store, code) = store_with_code();
        assert!(code.len() == 32 && code.chars().all(|c| c.is_ascii_alphanumeric()));
        let token = store.exchange(&code, CLIENT, REDIRECT_URI, START).unwrap();
        assert!(
            token.starts_with("eyJhbGc") && token.split('.').count() == 3,
            "{token}"
        );
    }
}
