//! Why a client cannot be used. Never says a secret.

/// Why a client is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A `--client` that is not `ID,SECRET,REDIRECT_URI`.
    #[error("a client is written ID,SECRET,REDIRECT_URI")]
    Format,
    /// Something about it is wrong.
    #[error("client `{id}`: {}", sentence(flaws))]
    Flawed {
        /// Which.
        id: String,
        /// How; one at least.
        flaws: Vec<ClientFlaw>,
    },
    /// There is one of this id.
    #[error("there is a client with the id `{0}`")]
    Taken(String),
}

impl ClientError {
    pub(crate) fn flawed(id: &str, flaw: ClientFlaw) -> Self {
        Self::Flawed {
            id: id.to_owned(),
            flaws: vec![flaw],
        }
    }
}

/// All of them, one after the other.
pub(crate) fn sentence(flaws: &[ClientFlaw]) -> String {
    let flaws: Vec<String> = flaws.iter().map(ToString::to_string).collect();
    flaws.join("; ")
}

/// Why one client cannot be used. Completes the sentence "client X: …".
#[derive(Debug, thiserror::Error)]
pub enum ClientFlaw {
    /// Why the id cannot be one.
    #[error("its id {0}")]
    Id(&'static str),
    /// Why the secret cannot be one.
    #[error("its secret {0}")]
    Secret(&'static str),
    /// Why the name cannot be one.
    #[error("its name {0}")]
    Name(&'static str),
    /// There is no address to send visitors back to.
    #[error("it has no redirect URI")]
    NoRedirectUri,
    /// It was to replace the client of this id.
    #[error("it is to replace `{0}`, whose id stays")]
    AnotherId(String),
    /// It was to replace a client that does not exist.
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
