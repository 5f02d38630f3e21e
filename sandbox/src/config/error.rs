//! Why a sandbox is not started.

use std::path::PathBuf;

use crate::client::ClientError;

/// Why a configuration cannot be used. Never says a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No account at all.
    #[error("there is no client: name at least one")]
    NoClient,
    /// Two accounts of one id.
    #[error("the client `{0}` is there twice")]
    TwiceTheClient(String),
    /// One account is wrong.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The public URL is more, or less, than an origin.
    #[error(
        "the public URL `{0}` is not an origin: http or https, a host, a port if need be, and no \
         path, such as https://sandbox.example or http://localhost:8090"
    )]
    PublicUrl(String),
    /// Documents of visitors are read on this machine alone.
    #[error(
        "the verifier `{0}` is neither an http origin of this machine, such as http://127.0.0.1:8095, nor the path \
         of a socket, such as unix:/run/webkyc/verifier.sock"
    )]
    Verifier(String),
    /// With a verifier others must not reach the sandbox.
    #[error("with a verifier the sandbox is for this machine alone, not at {0}")]
    VerifierAndNetwork(String),
    /// A seed makes ids guessable, and ids lead to visitors' documents.
    #[error("with a verifier there is no seed: ids, codes and tokens are unpredictable")]
    VerifierAndSeed,
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML, or has a setting that is wrong.
    #[error("{}, line {line}: {reason}", path.display())]
    Toml {
        /// Which.
        path: PathBuf,
        /// The parser's message.
        reason: String,
        /// Where.
        line: usize,
    },
}
