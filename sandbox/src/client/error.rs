//! Why a client cannot be used. Never says a secret.

/// Why a client is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A `--client` that is not `ID,SECRET,REDIRECT_URI`.
    #[error("a client is written ID,SECRET,REDIRECT_URI")]
    Format,
    /// Something about it is wrong.
    #[error("client `{id}`: {flaw}")]
    Flawed {
        /// Which.
        id: String,
        /// How.
        flaw: ClientFlaw,
    },
    /// There is one of this id.
    #[error("there is a client with the id `{0}`")]
    Taken(String),
}

/// Why one client cannot be used. Completes the sentence "client X: …".
#[derive(Debug, thiserror::Error)]
pub enum ClientFlaw {
    /// The id is empty.
    #[error("its id is empty")]
    EmptyId,
    /// The secret is empty.
    #[error("its secret is empty")]
    EmptySecret,
    /// There is no address to send visitors back to.
    #[error("it has no redirect URI")]
    NoRedirectUri,
    /// It was to replace the client of this id.
    #[error("it is to replace `{0}`, whose id stays")]
    AnotherId(String),
    /// It was to replace one that is not there.
    #[error("there is no client of this id")]
    Unknown,
    /// An address that cannot be registered, and why.
    #[error("the redirect URI {0}")]
    RedirectUri(String),
    /// A webhook that cannot be called, and why. The URL itself may hold a secret.
    #[error("the webhook URL {0}")]
    WebhookUrl(String),
    /// A logo that cannot be read, and why.
    #[error("the logo {0}")]
    Logo(String),
}
