//! The sign-ups that sites' servers created, their events and their jobs, in a database.
//!
//! Each method is one transaction. A state and its event are written together, so a reader of the
//! feed learns of every terminal state exactly once. Everything personal arrives here sealed.

#[cfg(feature = "store")]
mod dialect;
#[cfg(feature = "store")]
mod filesystem;
mod location;
#[cfg(feature = "store")]
mod postgres;
#[cfg(feature = "store")]
mod sqlite;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use webkyc_shared::sign_up::SignUpStatus;

pub use self::location::{Location, PostgresUrl};

/// The longest that a call of the store takes: then it has failed.
pub const LONGEST_CALL: Duration = Duration::from_secs(15);

/// A SHA-256.
pub type Digest = [u8; 32];

/// The store did not answer, or not in a usable way. Its message names no content.
#[derive(Debug, thiserror::Error)]
#[error("the store of sign-ups failed: {0}")]
pub struct Error(pub String);

#[cfg(feature = "store")]
impl From<sqlx::Error> for Error {
    /// Only what the database says: it names tables and columns, never values.
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => Self(error.message().to_owned()),
            sqlx::Error::PoolTimedOut => Self("it is busy or away".to_owned()),
            sqlx::Error::Io(error) => Self(error.kind().to_string()),
            sqlx::Error::Tls(error) => Self(format!("TLS: {error}")),
            _ => Self("the database is not as it should be".to_owned()),
        }
    }
}

/// The answer of a store.
pub type Result<T> = std::result::Result<T, Error>;

/// A sign-up as stored. Times are seconds since 1970 (UTC); sealed fields are opaque here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// `su_` and 32 hexadecimal digits, which grow with time.
    pub id: String,
    /// The key of the site that created it.
    pub site: String,
    /// The return key of that site.
    pub return_key: String,
    /// The names of the claims it asks for, in a JSON list.
    pub claims: String,
    /// Whether its events are sent to its site.
    pub webhook: bool,
    /// Whether it ends only when the site sends the code that came with the visitor.
    pub on_return: bool,
    /// Whether verifications are of real people.
    pub livemode: bool,
    /// How far it has come.
    pub status: SignUpStatus,
    /// The reason for the last failure.
    pub last_reason: Option<String>,
    /// Sealed: the site's name for its user.
    pub reference: Option<Vec<u8>>,
    /// Sealed: how the page names the account.
    pub display_name: Option<Vec<u8>>,
    /// Sealed: what the account says, until the end.
    pub expected: Option<Vec<u8>>,
    /// Sealed: the answers to the claims.
    pub result: Option<Vec<u8>>,
    /// The hash of the browser that began it.
    pub owner: Option<Digest>,
    /// When it was created.
    pub created_at: i64,
    /// When it first began.
    pub started_at: Option<i64>,
    /// When the code came back.
    pub returned_at: Option<i64>,
    /// When it reached its terminal state.
    pub ended_at: Option<i64>,
    /// When it was redacted.
    pub redacted_at: Option<i64>,
    /// When it expires, unless a code comes back before.
    pub expires_at: i64,
}

/// A sign-up to be created.
pub struct NewSignUp {
    /// With the status `created`.
    pub sign_up: SignUp,
    /// The hash of its handle.
    pub handle: Digest,
    /// The keyed hash of its reference.
    pub reference_hash: Digest,
}

/// A creation as it is remembered for 24 hours, for requests that repeat it.
pub struct Idempotency {
    /// The hash of the site and its `Idempotency-Key`.
    pub key: Digest,
    /// Keyed hashes of the body, one for each key of the ring; the first is stored.
    pub bodies: Vec<Digest>,
    /// The sealed answer.
    pub answer: Vec<u8>,
}

/// The result of a creation.
#[derive(Debug, PartialEq, Eq)]
pub enum Created {
    /// The sign-up is stored.
    New,
    /// The same request came before: its sealed answer.
    Repeated(Vec<u8>),
    /// The key came before with another body.
    /// With the sealed answer to it.
    KeyReused(Vec<u8>),
}

/// Which sign-ups to list.
#[derive(Default)]
pub struct Filter {
    /// The key of their site.
    pub site: Option<String>,
    /// Keyed hashes of their reference, one for each key of the ring.
    pub references: Option<Vec<Digest>>,
    /// Their status.
    pub status: Option<SignUpStatus>,
    /// Only those created before this id.
    pub before: Option<String>,
    /// At most this many, newest first.
    pub limit: i64,
}

/// The fence around a token call: the code's hash, unique among all sign-ups.
#[derive(Clone, Debug)]
pub struct Fence {
    /// The sign-up.
    pub id: String,
    /// Random: distinguishes this fence from an earlier one of the same sign-up and code.
    pub nonce: Digest,
    /// The hash of the code.
    pub code: Digest,
    /// When the fence was raised.
    pub now: i64,
    /// So many seconds after it was raised, by the store's clock, something else than the exchange
    /// itself may end the sign-up.
    pub seconds: i64,
}

/// The result of raising a fence.
#[derive(Debug, PartialEq, Eq)]
pub enum Fenced {
    /// The token call may be sent, once.
    Raised,
    /// The sign-up is not `started`: another flow was faster, or it has ended.
    NotStarted,
    /// Another sign-up has sent this code.
    CodeUsed,
}

/// A token to fetch the details with.
pub struct Exchanged {
    /// The sign-up.
    pub id: String,
    /// [`Fence::nonce`]
    pub fence: Digest,
    /// The sealed access token.
    pub token: Vec<u8>,
    /// When a worker may fetch the details.
    pub due_at: i64,
    /// When the exchange was sent.
    pub exchanged_at: i64,
    /// With `on-return`: the hash of the code for the site, and until when it is good.
    pub return_code: Option<(Digest, i64)>,
}

/// A token whose details are still to be fetched.
#[derive(Clone, Debug)]
pub struct Job {
    /// The sign-up.
    pub sign_up: SignUp,
    /// The sealed access token.
    pub token: Vec<u8>,
    /// When the exchange was sent.
    pub exchanged_at: i64,
    /// How often the details were asked for before.
    pub tries: i64,
}

/// A terminal state to be written.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The sign-up.
    pub id: String,
    /// The states from which it may end so.
    pub from: &'static [SignUpStatus],
    /// Only behind this fence: [`Fence::nonce`]
    pub fence: Option<Digest>,
    /// The terminal state.
    pub status: SignUpStatus,
    /// The reason for a failure.
    pub reason: Option<&'static str>,
    /// When.
    pub now: i64,
}

/// An event of the feed, with the facts of its sign-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the feed.
    pub position: i64,
    /// `evt_` and 32 hexadecimal digits.
    pub id: String,
    /// `sign_up.verified`, `.failed`, `.expired`, `.canceled` or `.redacted`.
    pub kind: String,
    /// When it happened.
    pub created_at: i64,
    /// The sign-up, without its result.
    pub sign_up: SignUp,
}

/// An event to be sent to its site.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The event.
    pub event: Event,
    /// How often it was sent before.
    pub tries: i64,
}

/// An event that its site has not taken.
#[derive(Clone, Copy, Debug)]
pub struct NotDelivered<'a> {
    /// [`Event::id`]
    pub event: &'a str,
    /// When it is sent again, or never.
    pub due_at: Option<i64>,
    /// Whether the endpoint takes none at the moment; else everything that waits for it is due.
    pub is_failing: bool,
    /// When.
    pub now: i64,
}

/// A part of the feed.
#[derive(Debug, PartialEq, Eq)]
pub enum Feed {
    /// Events after the cursor, and the position up to which nothing is missing.
    Events(Vec<Event>, i64),
    /// Events after this cursor are no longer kept.
    Expired,
}

/// How long things are kept, as times before which they go.
pub struct Retention {
    /// Claims of sign-ups that ended before.
    pub claims_before: i64,
    /// Sign-ups that ended before.
    pub sign_ups_before: i64,
    /// Events from before.
    pub events_before: i64,
    /// Answers to idempotency keys from before.
    pub answers_before: i64,
}

impl Location {
    /// Opens the database, makes its tables if there are none, and brings them up to date. Waits up to
    /// a minute for a file that another process holds, or for a server that does not answer.
    ///
    /// # Errors
    /// When it cannot be used, a newer release has changed it, or this program was built without the
    /// feature `store`.
    #[cfg(feature = "store")]
    pub async fn open(&self) -> Result<Arc<dyn Store>> {
        Ok(match self {
            Self::Sqlite(path) => {
                filesystem::check(path)?;
                Arc::new(sqlite::Sqlite::open(path).await?)
            }
            Self::Postgres(url) => Arc::new(postgres::Postgres::open(url).await?),
        })
    }

    #[cfg(not(feature = "store"))]
    #[expect(missing_docs, clippy::unused_async, reason = "see above")]
    pub async fn open(&self) -> Result<Arc<dyn Store>> {
        Err(Error("this program was built without a store".to_owned()))
    }

    /// Checks, without writing, that this program can use the database. Gives the fingerprints of the
    /// keys that what is stored needs, or `None` if nothing is there yet and the start can make it.
    ///
    /// # Errors
    /// When it cannot be used.
    #[cfg(feature = "store")]
    pub async fn check(&self) -> Result<Option<Vec<[u8; 4]>>> {
        match self {
            Self::Sqlite(path) => {
                filesystem::check(path)?;
                if !path.exists() {
                    return Ok(None);
                }
                sqlite::Sqlite::check(path).await
            }
            Self::Postgres(url) => postgres::Postgres::check(url).await,
        }
    }

    #[cfg(not(feature = "store"))]
    #[expect(missing_docs, clippy::unused_async, reason = "see above")]
    pub async fn check(&self) -> Result<Option<Vec<[u8; 4]>>> {
        Err(Error("this program was built without a store".to_owned()))
    }
}

/// A database of sign-ups.
#[async_trait]
pub trait Store: Send + Sync {
    /// Stores a sign-up, unless the same request did before.
    async fn create(&self, new: &NewSignUp, once: Option<&Idempotency>) -> Result<Created>;
    /// The sign-up with this id.
    async fn find(&self, id: &str) -> Result<Option<SignUp>>;
    /// The sign-up with this handle.
    async fn find_by_handle(&self, handle: &Digest) -> Result<Option<SignUp>>;
    /// A page of sign-ups, newest first.
    async fn list(&self, filter: &Filter) -> Result<Vec<SignUp>>;
    /// `created` or `started` → `started`, for this owner alone, until `expires_at`.
    async fn begin(
        &self,
        handle: &Digest,
        owner: &Digest,
        now: i64,
        expires_at: i64,
    ) -> Result<Option<SignUp>>;
    /// Notes what went wrong in a flow of a `started` sign-up.
    async fn report(&self, id: &str, reason: &str) -> Result<()>;
    /// `started` → `returned`, with the code's hash.
    async fn raise_fence(&self, fence: &Fence) -> Result<Fenced>;
    /// `returned` → `started`: the token call was certainly not sent.
    async fn lower_fence(&self, fence: &Fence, reason: &str) -> Result<()>;
    /// Stores the token of a `returned` sign-up behind the same fence; `false` if there is none.
    async fn exchanged(&self, exchanged: &Exchanged) -> Result<bool>;
    /// A due token that no other worker has leased, leased for `seconds` by the store's clock.
    async fn lease_job(&self, now: i64, seconds: i64) -> Result<Option<Job>>;
    /// Ends a lease; the next try is due at `due_at`.
    async fn postpone_job(&self, id: &str, due_at: i64, reason: &str) -> Result<()>;
    /// Stores the sealed result of a `returned` sign-up, and ends it unless it waits for its site.
    async fn verified(&self, id: &str, result: &[u8], now: i64) -> Result<bool>;
    /// Takes the code that came with the visitor, once; `false` if it is not the right one.
    async fn claim(&self, id: &str, code: &Digest, now: i64) -> Result<bool>;
    /// Writes a terminal state and its event; `false` if the sign-up is in none of the states.
    async fn end(&self, ending: &Ending) -> Result<bool>;
    /// Ends up to `limit` sign-ups whose time is over, except those named. Returns how many ended.
    async fn end_overdue(&self, now: i64, except: &[String], limit: i64) -> Result<usize>;
    /// Deletes all that is personal of a sign-up that has ended, from the files too.
    async fn redact(&self, id: &str, now: i64) -> Result<()>;
    /// Deletes a part of what is older than it is kept, unless another process does at this moment.
    /// `true` if there may be more.
    async fn purge(&self, retention: &Retention) -> Result<bool>;
    /// Up to `limit` events of a site, or of all, after a position or from the oldest kept.
    async fn events(&self, site: Option<&str>, after: Option<i64>, limit: i64) -> Result<Feed>;
    /// A due delivery to one of these sites that no other worker has leased. While an endpoint
    /// fails, only its oldest delivery is sent; the events of one sign-up are sent in order. Leased
    /// for `seconds` by the store's clock.
    async fn lease_delivery(
        &self,
        sites: &[String],
        now: i64,
        seconds: i64,
    ) -> Result<Option<Delivery>>;
    /// The site has taken the event: everything that waits for its endpoint is due.
    async fn delivered(&self, event: &str, now: i64) -> Result<()>;
    /// The site has not taken the event.
    async fn not_delivered(&self, not_delivered: NotDelivered<'_>) -> Result<()>;
    /// The key of the site that an event belongs to.
    async fn site_of_event(&self, event: &str) -> Result<Option<String>>;
    /// Sends an event of a site, or of any, once more from the beginning; `false` if there is no
    /// such event.
    async fn resend(&self, site: Option<&str>, event: &str, now: i64) -> Result<bool>;
    /// The first bytes of every sealed field: the fingerprints of the keys they need.
    async fn key_fingerprints(&self) -> Result<Vec<[u8; 4]>>;
}
