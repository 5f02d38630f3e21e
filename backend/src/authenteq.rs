//! Authenteq's API: the token call, the details call, and what each can answer.

mod error;
mod verification;

use std::{sync::Arc, time::Duration};

use reqwest::{Response, StatusCode, Url, header, multipart::Form};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use webkyc_shared::verification::Verification;

pub use error::{Call, Error};

use crate::config::Config;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const TOKEN_TIMEOUT: Duration = Duration::from_secs(15);
const DETAILS_TIMEOUT: Duration = Duration::from_secs(40);
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

const TOKEN_BODY_LIMIT: usize = 16 << 10;
const ERROR_BODY_LIMIT: usize = 64 << 10;
const DETAILS_BODY_LIMIT: usize = 16 << 20;

/// The longest token that fits into the session's two cookies.
const TOKEN_LIMIT: usize = 5120;

/// What lets its bearer read one person's documents for fifteen minutes (RFC 6750). Never shown.
#[derive(Clone, Debug)]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// Takes visible ASCII of at most 5,120 bytes, which is what fits a header and a cookie.
    ///
    /// # Errors
    /// [`Error::BadToken`], [`Error::TokenTooLarge`].
    pub fn new(token: String) -> Result<Self, Error> {
        if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::BadToken);
        }
        if token.len() > TOKEN_LIMIT {
            return Err(Error::TokenTooLarge);
        }
        Ok(Self(token.into()))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Speaks to Authenteq for one client account.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    token_http: reqwest::Client,
    token_url: Url,
    details_url: Url,
    client_id: String,
    client_secret: SecretString,
    grant_type: String,
    redirect_uri: String,
}

impl Client {
    /// # Errors
    /// When the system's certificates cannot be loaded.
    pub fn new(config: &Config) -> Result<Self, reqwest::Error> {
        Ok(Self {
            http: http_client().build()?,
            // No idle connections: one that the other side has just closed would leave it open
            // whether the code was spent.
            token_http: http_client().pool_max_idle_per_host(0).build()?,
            token_url: join(&config.api_url, "v2/web-kyc/token"),
            details_url: join(&config.api_url, "v2/web-kyc/details"),
            client_id: config.client_id.clone(),
            client_secret: config.client_secret.clone(),
            grant_type: config.grant_type.clone(),
            redirect_uri: config.redirect_uri.clone(),
        })
    }

    /// Spends the code. Sent once; whoever calls this twice with one code loses the verification.
    /// Multipart form fields, as in the Web KYC guide's `curl -F`.
    ///
    /// # Errors
    /// [`Error::CodeRejected`] when the code is not taken, else what went wrong on the way.
    pub async fn exchange(&self, code: &str) -> Result<AccessToken, Error> {
        #[derive(Deserialize)]
        struct Answer {
            token: Option<String>,
        }
        let form = Form::new()
            .text("grantType", self.grant_type.clone())
            .text("code", code.to_owned())
            .text("redirectUri", self.redirect_uri.clone())
            .text("clientId", self.client_id.clone())
            .text(
                "clientSecret",
                self.client_secret.expose_secret().to_owned(),
            );
        let request = self.token_http.post(self.token_url.clone()).multipart(form);
        let sent = request.timeout(TOKEN_TIMEOUT).send().await;
        let response = accept(Call::Token, sent).await?;
        let body = json_body(Call::Token, response, TOKEN_BODY_LIMIT).await?;
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| Error::BadToken)?;
        AccessToken::new(answer.token.ok_or(Error::BadToken)?)
    }

    /// Reads the verification, any number of times while the token lives.
    ///
    /// # Errors
    /// [`Error::Expired`] after fifteen minutes, else what went wrong on the way.
    pub async fn details(&self, token: &AccessToken) -> Result<Verification, Error> {
        let request = self.http.get(self.details_url.clone());
        let request = request.bearer_auth(token.expose()).timeout(DETAILS_TIMEOUT);
        let response = accept(Call::Details, request.send().await).await?;
        let body = json_body(Call::Details, response, DETAILS_BODY_LIMIT).await?;
        // Megabytes of base64 are checked: not on a thread that others wait for.
        tokio::task::spawn_blocking(move || verification::read(&body))
            .await
            .unwrap_or(Err(Error::Unreadable("verification")))
    }
}

/// The one place where an HTTP client is made: it follows nothing, trusts no proxy from the
/// environment, repeats nothing and does not wait for ever.
fn http_client() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("webkyc/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .http1_only()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(IDLE_TIMEOUT)
}

fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

/// Keeps a 2xx and turns everything else into the error that it means.
async fn accept(call: Call, sent: Result<Response, reqwest::Error>) -> Result<Response, Error> {
    let response = sent.map_err(|error| broken(call, error))?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    if status.is_redirection() {
        return Err(Error::Redirect { status });
    }
    // A token call that met a 503 may have been carried out all the same.
    let is_unavailable = status == StatusCode::SERVICE_UNAVAILABLE && call == Call::Details;
    if status == StatusCode::TOO_MANY_REQUESTS || is_unavailable {
        let seconds = response.headers().get(header::RETRY_AFTER);
        let seconds = seconds.and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
        return Err(Error::Busy {
            retry_after: seconds.unwrap_or(5).clamp(1, 60),
        });
    }
    if status.is_server_error() {
        return Err(Error::Failed { call, status });
    }
    // The body only says more about a status that is known by now.
    let body = capped_body(call, response, ERROR_BODY_LIMIT).await;
    Err(error::refusal(call, status, &body.unwrap_or_default()))
}

fn broken(call: Call, error: reqwest::Error) -> Error {
    // The URL may carry what must not be logged.
    let error = error.without_url();
    if error.is_connect() {
        Error::Connect(Arc::new(error))
    } else if error.is_timeout() {
        Error::Timeout { call }
    } else {
        Error::Broken {
            call,
            source: Arc::new(error),
        }
    }
}

async fn json_body(call: Call, response: Response, limit: usize) -> Result<Vec<u8>, Error> {
    let header = |name| response.headers().get(name)?.to_str().ok();
    let media_type = header(header::CONTENT_TYPE).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Error::Unreadable("Content-Type is not application/json"));
    }
    if header(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(Error::Unreadable(
            "Content-Encoding, which was not asked for",
        ));
    }
    capped_body(call, response, limit).await
}

async fn capped_body(call: Call, mut response: Response, limit: usize) -> Result<Vec<u8>, Error> {
    let announced = response.content_length().unwrap_or(0);
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(Error::TooLarge);
    }
    let mut body = Vec::with_capacity(announced);
    while let Some(chunk) = response.chunk().await.map_err(|e| broken(call, e))? {
        if body.len() + chunk.len() > limit {
            return Err(Error::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oa_19_a_token_is_visible_ascii_of_a_size_that_fits() {
        for token in ["", "a b", "ü", "a\nb"] {
            let token = AccessToken::new(token.to_owned());
            assert!(matches!(token, Err(Error::BadToken)));
        }
        assert!(AccessToken::new("x".repeat(5120)).is_ok());
        let token = AccessToken::new("x".repeat(5121));
        assert!(matches!(token, Err(Error::TokenTooLarge)));
    }

    #[test]
    fn ops_10_a_token_is_not_printed() {
        let token = AccessToken::new("canary".to_owned()).unwrap();
        assert!(!format!("{token:?}").contains("canary"));
    }
}
