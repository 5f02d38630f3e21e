//! Everything a sandbox remembers: attempts, codes, tokens, verifications. All of it in memory.

mod access;
mod failure;
mod grant;
mod pictures;
mod records;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::attempt::{Attempt, AuthorizationRequest, Next, Progress};
use crate::fault::{Effect, Endpoint};
use crate::flow::{Flow, Step};
use crate::lots::Lots;
use crate::scenario::Scenario;
use crate::script::Scripts;
use crate::verification::Finished;
use crate::webhook::Orders;
use access::Access;
use records::{Ending, Records, Spent};

pub(crate) use grant::CodeRefused;

/// How long a code can be exchanged, unless the configuration says otherwise. Nothing documents
/// it.
pub(crate) const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// How long the token opens the data, from the exchange on: documented as fifteen minutes.
pub(crate) const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// How long a visitor may take for the pages.
pub(crate) const ATTEMPT_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// The memory of one sandbox.
pub(crate) struct Store {
    records: Mutex<Records>,
    scripts: Arc<Scripts>,
    orders: Orders,
    seed: u64,
    code_lifetime: SignedDuration,
}

/// What a visitor sees after pressing a button.
pub(crate) enum Answer {
    Page(Step),
    Leave(Left),
    /// The page that says that the visitor has failed, before or just now.
    Failure {
        again: bool,
    },
    NobodyChosen,
}

/// A visitor goes back to the client.
pub(crate) struct Left {
    /// The client's page, and what came of it.
    pub(crate) location: String,
    /// Nobody's, after giving up.
    pub(crate) scenario: Option<&'static Scenario>,
    pub(crate) effect: Option<Effect>,
    /// Whether the visitor was sent there before: a double click, or the browser's back button.
    pub(crate) again: bool,
}

impl Left {
    fn without_code(request: &AuthorizationRequest) -> Self {
        Self {
            location: request.cancelled(),
            scenario: None,
            effect: None,
            again: false,
        }
    }

    fn again(location: &str) -> Self {
        Self {
            location: location.to_owned(),
            scenario: None,
            effect: None,
            again: true,
        }
    }
}

/// A code that was exchanged.
#[derive(Debug)]
pub(crate) struct Exchanged {
    pub(crate) token: String,
    pub(crate) verification: Finished,
}

/// A code that was not taken, and the attempt it came from, where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotTaken {
    pub(crate) because: CodeRefused,
    pub(crate) attempt: Option<String>,
}

impl Store {
    pub(crate) fn new(
        scripts: Arc<Scripts>,
        orders: Orders,
        seed: u64,
        code_lifetime: SignedDuration,
    ) -> Self {
        Self {
            records: Mutex::default(),
            scripts,
            orders,
            seed,
            code_lifetime,
        }
    }

    pub(crate) fn begin(&self, attempt: Attempt) -> String {
        let mut records = self.records();
        let id = records.lots(self.seed, &attempt.request.client.id).word(24);
        records.attempts.insert(id.clone(), attempt);
        id
    }

    /// The client that an attempt was begun for, however old it is.
    pub(crate) fn client_of_attempt(&self, id: &str) -> Option<String> {
        let mut records = self.records();
        let attempt = records.attempts.get_mut(id)?;
        Some(attempt.request.client.id.clone())
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
        let client_id = attempt.request.client.id.clone();
        let scenario = match attempt.complete(step, chosen) {
            Next::Page(step) => return Some(Answer::Page(step)),
            Next::NobodyChosen => return Some(Answer::NobodyChosen),
            Next::LeftBefore(location) => return Some(Answer::Leave(Left::again(&location))),
            Next::Failed => return records.fail(id, step),
            Next::Ended(scenario) => scenario,
        };
        let ending = self.ending(&client_id, scenario);
        records.conclude(id, ending, now).map(Answer::Leave)
    }

    /// Skips the pages that are left. Answers where to, unless the attempt is unknown or too old.
    pub(crate) fn finish(
        &self,
        id: &str,
        scenario: &'static Scenario,
        now: Timestamp,
    ) -> Option<Left> {
        let mut records = self.records();
        let attempt = records.attempt(id, now)?;
        if let Progress::Left(location) = &attempt.progress {
            return Some(Left::again(location));
        }
        let client_id = attempt.request.client.id.clone();
        records.conclude(id, self.ending(&client_id, scenario), now)
    }

    /// Gives up. Answers where to, unless the attempt is unknown or too old.
    pub(crate) fn cancel(&self, id: &str, now: Timestamp) -> Option<Left> {
        let mut records = self.records();
        let attempt = records.attempt(id, now)?;
        if let Progress::Left(location) = &attempt.progress {
            return Some(Left::again(location));
        }
        let left = Left::without_code(&attempt.request);
        records.leave(id, &left);
        Some(left)
    }

    /// Exchanges a code for a token, once. The code is removed before anything about it is
    /// checked: a wrong attempt spends it too, and of two at the same time one finds nothing.
    pub(crate) fn exchange(
        &self,
        code: &str,
        client_id: &str,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<Exchanged, NotTaken> {
        let mut records = self.records();
        let verification = take(
            &mut records,
            code,
            Flow::WebKyc,
            client_id,
            redirect_uri,
            now,
        )?;
        let access = Access {
            verification: verification.clone(),
            expires: now.saturating_add(TOKEN_LIFETIME).unwrap_or(Timestamp::MAX),
        };
        let token = access.mint(records.lots(self.seed, client_id), now);
        records.tokens.insert(token.clone(), access);
        if let Some(spent) = records.spent.get_mut(code) {
            spent.token = Some(token.clone());
        }
        Ok(Exchanged {
            token,
            verification,
        })
    }

    /// Takes the verification that a Web IDV code stands for, once. As with [`Self::exchange`], a
    /// wrong attempt spends the code too.
    pub(crate) fn redeem(
        &self,
        code: &str,
        client_id: &str,
        redirect_url: &str,
        now: Timestamp,
    ) -> Result<Finished, NotTaken> {
        let mut records = self.records();
        take(
            &mut records,
            code,
            Flow::WebIdv,
            client_id,
            redirect_url,
            now,
        )
    }

    /// The verification that a token was issued for, and when it ends to open it.
    pub(crate) fn access(&self, token: &str) -> Option<(Finished, Timestamp)> {
        let mut records = self.records();
        let access = records.tokens.get_mut(token)?;
        Some((access.verification.clone(), access.expires))
    }

    /// Every verification so far, newest last.
    pub(crate) fn verifications(&self) -> Vec<Finished> {
        self.records().verifications.iter().cloned().collect()
    }

    /// The verification of this id, whoever's it is.
    pub(crate) fn finished(&self, id: &str) -> Option<Finished> {
        let records = self.records();
        records
            .verifications
            .iter()
            .find(|one| one.id == id)
            .cloned()
    }

    /// Draws what belongs to no client.
    pub(crate) fn draw<T>(&self, draw: impl FnOnce(&mut Lots) -> T) -> T {
        draw(self.records().lots(self.seed, ""))
    }

    /// As if the client had never been there.
    pub(crate) fn forget(&self, client_id: &str) {
        self.records().forget(client_id);
    }

    pub(crate) fn forget_all(&self) {
        *self.records() = Records::default();
    }

    fn ending(&self, client_id: &str, scenario: &'static Scenario) -> Ending {
        Ending {
            scenario,
            effect: self.scripts.take_effect(client_id, Endpoint::Return),
            seed: self.seed,
            code_lifetime: self.code_lifetime,
            orders: self.orders.clone(),
        }
    }

    /// A panic of one request must not stop the others: every change is made in one step.
    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(
    records: &mut Records,
    code: &str,
    flow: Flow,
    client_id: &str,
    redirect_uri: &str,
    now: Timestamp,
) -> Result<Finished, NotTaken> {
    let Some(grant) = records.codes.remove(code) else {
        records.revoke(code, client_id);
        let spent = records.spent.get_mut(code);
        return Err(NotTaken {
            because: match spent {
                Some(_) => CodeRefused::Spent,
                None => CodeRefused::Unknown,
            },
            attempt: spent.map(|spent| spent.attempt.clone()),
        });
    };
    let attempt = grant.verification.attempt.clone();
    let spent = Spent {
        attempt: attempt.clone(),
        client_id: grant.request.client.id.clone(),
        token: None,
    };
    records.spent.insert(code.to_owned(), spent);
    grant
        .open(flow, client_id, redirect_uri, now)
        .map_err(|because| NotTaken {
            because,
            attempt: Some(attempt),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use crate::pictures::Pictures;

    const START: Timestamp = Timestamp::UNIX_EPOCH;
    const CLIENT: &str = "com.authenteq.demo";
    const REDIRECT_URI: &str = "http://localhost:8080/results";

    fn store_with_code() -> (Store, String) {
        let store = Store::new(Arc::default(), Orders::default(), 0, CODE_LIFETIME);
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
        let id = store.begin(Attempt {
            request,
            started: START,
            progress: Progress::Introduced,
            pictures: Pictures::default(),
        });
        let left = store.finish(&id, scenario, START).unwrap();
        let code = left.location.split_once("?code=").unwrap().1.to_owned();
        (store, code)
    }

    fn opens(store: &Store, token: &str, now: Timestamp) -> bool {
        store
            .access(token)
            .is_some_and(|(_, expires)| now < expires)
    }

    fn refused(exchanged: Result<Exchanged, NotTaken>) -> CodeRefused {
        exchanged.unwrap_err().because
    }

    #[test]
    fn sbx_03_a_code_is_taken_once_and_reuse_revokes_its_token() {
        let (store, code) = store_with_code();
        let token = store
            .exchange(&code, CLIENT, REDIRECT_URI, START)
            .unwrap()
            .token;
        assert!(opens(&store, &token, START));
        assert_eq!(
            refused(store.exchange(&code, CLIENT, REDIRECT_URI, START)),
            CodeRefused::Spent
        );
        assert!(!opens(&store, &token, START));
    }

    #[test]
    fn another_clients_reuse_revokes_nothing() {
        let (store, code) = store_with_code();
        let token = store
            .exchange(&code, CLIENT, REDIRECT_URI, START)
            .unwrap()
            .token;
        assert!(store.exchange(&code, "other", REDIRECT_URI, START).is_err());
        assert!(opens(&store, &token, START));
    }

    #[test]
    fn a_refused_code_is_spent() {
        let (store, code) = store_with_code();
        assert_eq!(
            refused(store.exchange(&code, CLIENT, "http://localhost/", START)),
            CodeRefused::RedirectUri
        );
        assert_eq!(
            refused(store.exchange(&code, CLIENT, REDIRECT_URI, START)),
            CodeRefused::Spent
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
        let token = store
            .exchange(&code, CLIENT, REDIRECT_URI, START)
            .unwrap()
            .token;
        assert!(opens(&store, &token, START + TOKEN_LIFETIME - just));
        assert!(!opens(&store, &token, START + TOKEN_LIFETIME));
    }

    #[test]
    fn codes_are_alphanumerical_and_tokens_fit_a_header() {
        let (store, code) = store_with_code();
        assert!(code.len() == 32 && code.chars().all(|c| c.is_ascii_alphanumeric()));
        let token = store
            .exchange(&code, CLIENT, REDIRECT_URI, START)
            .unwrap()
            .token;
        assert!(
            token.starts_with("eyJhbGc") && token.split('.').count() == 3,
            "{token}"
        );
    }
}
