//! Everything a sandbox remembers: sign-ups, codes, tokens, verifications. All of it in memory.

mod access;
mod codes;
mod failure;
mod grant;
mod liveness;
mod pictures;
mod records;
mod sign_ups;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use access::TokenRefused;
pub(crate) use codes::{Exchanged, NotTaken};
pub(crate) use grant::CodeRefused;
use jiff::SignedDuration;
pub(crate) use pictures::{Judged, NotKept, Reason};
use records::Records;
pub(crate) use sign_ups::{Ended, Left, NextPage};

use crate::{
    ids::Ids, pictures::Handling, script::Scripts, verification::Finished, webhook::DeliveryQueue,
};

/// How long the token opens the data, from the exchange on: documented as fifteen minutes.
pub(crate) const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// The memory of one sandbox.
pub(crate) struct Store {
    records: Mutex<Records>,
    scripts: Arc<Scripts>,
    delivery_queue: DeliveryQueue,
    seed: Option<u64>,
    code_lifetime: SignedDuration,
    /// Of visitors' own pictures.
    handling: Handling,
}

impl Store {
    pub(crate) fn new(
        scripts: Arc<Scripts>,
        delivery_queue: DeliveryQueue,
        seed: Option<u64>,
        code_lifetime: SignedDuration,
        handling: Handling,
    ) -> Self {
        Self {
            records: Mutex::default(),
            scripts,
            delivery_queue,
            seed,
            code_lifetime,
            handling,
        }
    }

    /// Every verification so far, newest last.
    pub(crate) fn verifications(&self) -> Vec<Finished> {
        self.records().verifications.iter().cloned().collect()
    }

    /// The verification of this id, of any client.
    pub(crate) fn finished(&self, id: &str) -> Option<Finished> {
        let records = self.records();
        records
            .verifications
            .iter()
            .find(|one| one.id == id)
            .cloned()
    }

    /// The verification of this id, unless something that its visitor has shown was erased.
    pub(crate) fn to_hand_over(&self, id: &str) -> Option<Finished> {
        self.finished(id).filter(|one| !one.is_erased())
    }

    /// Draws from the source of ids that belong to no client.
    pub(crate) fn draw<T>(&self, draw: impl FnOnce(&mut Ids) -> T) -> T {
        draw(self.records().ids(self.seed, ""))
    }

    /// As if the client had never been there.
    pub(crate) fn forget(&self, client_id: &str) {
        self.records().forget(client_id);
    }

    pub(crate) fn forget_all(&self) {
        *self.records() = Records::default();
    }

    /// A panic of one request must not stop the others: every change is made in one step.
    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use jiff::Timestamp;

    use super::{
        codes::{Exchanged, NotTaken},
        *,
    };
    use crate::{
        api::{Api, Step},
        client::Client,
        pictures::{KEPT_AFTER, Side},
        scenario::Scenario,
        sign_up::{AuthorizationRequest, SignUp},
    };

    const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);

    const START: Timestamp = Timestamp::UNIX_EPOCH;
    const CLIENT: &str = "com.authenteq.demo";
    const REDIRECT_URI: &str = "http://localhost:8080/results";

    fn store_with_sign_up() -> (Store, String) {
        let store = Store::new(
            Arc::default(),
            DeliveryQueue::default(),
            Some(0),
            CODE_LIFETIME,
            Handling::AsTheyAre,
        );
        let client = Arc::new(Client::demo());
        let request = AuthorizationRequest {
            api: Api::WebKyc,
            redirect_uri: client.redirect_uris[0].clone(),
            client,
            state: None,
            back: None,
            remarks: Vec::new(),
        };
        let id = store.begin(SignUp::of(request, START));
        (store, id)
    }

    fn store_with_code() -> (Store, String) {
        let (store, id) = store_with_sign_up();
        let scenario = Scenario::by_name("anna").unwrap();
        let left = store.finish(&id, scenario, START).unwrap();
        let code = left.location.split_once("?code=").unwrap().1.to_owned();
        (store, code)
    }

    fn opens(store: &Store, token: &str, now: Timestamp) -> bool {
        store.access(token).unwrap().refused(now).is_none()
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

    #[test]
    fn sbx_13_a_quarter_of_an_hour_after_the_exchange_what_was_shown_makes_room() {
        const HALF: usize = 32 * 1024 * 1024;
        let (store, id) = store_with_sign_up();
        store.complete(&id, Step::Introduction, Scenario::by_name("anna"), START);
        store.agree(&id, "secret", START);
        let consent = store.shown(&id, START).unwrap().1.unwrap();
        for side in [Side::Face, Side::Front] {
            let kept = store.keep_picture(&id, consent, side, vec![0; HALF], START);
            kept.unwrap();
        }
        assert!(!store.has_room());
        store.complete(&id, Step::Liveness, None, START);
        store.complete(&id, Step::Document, None, START);
        let left = store.complete(&id, Step::Verification, None, START);
        let Some(NextPage::Leave(left)) = left else {
            panic!("the visitor does not leave");
        };
        // The client's clock erases nothing.
        let almost_expired = START + CODE_LIFETIME - SignedDuration::from_secs(1);
        let code = left.location.split_once("?code=").unwrap().1;
        let before = Instant::now();
        let exchanged = store.exchange(code, CLIENT, REDIRECT_URI, almost_expired);
        let verification = exchanged.unwrap().verification;
        store.erase_due(before + KEPT_AFTER - Duration::from_secs(1));
        assert!(store.to_hand_over(&verification.id).is_some() && !store.has_room());
        store.erase_due(Instant::now() + KEPT_AFTER);
        assert!(store.to_hand_over(&verification.id).is_none() && store.has_room());
    }
}
