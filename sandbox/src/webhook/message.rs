//! One message to a receiver.

use std::time::Duration;

use axum::http::{StatusCode, header::CONTENT_TYPE};
use url::{Position, Url};

use super::{deliveries::DeliveryOutcome, failure};
use crate::{client::Client, multipart::Multipart, verification::Finished};

/// A verification as its client's receiver gets it.
pub(crate) struct Message {
    url: Url,
    client_id: String,
    content_type: String,
    signature: String,
    body: Vec<u8>,
}

impl Message {
    /// `None` for a client without a webhook. Draws the pictures at the first call.
    pub(crate) fn of(verification: &Finished, client: &Client) -> Option<Self> {
        let url = client.webhook_url.clone()?;
        let message = Multipart::of(verification);
        let body = message.body();
        Some(Self {
            url,
            client_id: client.id.clone(),
            content_type: message.form_content_type(),
            signature: client.webhook_signature.of(&body, &client.secret),
            body,
        })
    }

    /// Where it goes, without the query.
    pub(crate) fn address(&self) -> String {
        self.url[..Position::AfterPath].to_owned()
    }

    /// Sends it once. Of the answer only the status is read.
    pub(crate) async fn post(self, http: &reqwest::Client) -> DeliveryOutcome {
        let request = http
            .post(self.url)
            .header("X-CLIENT-ID", self.client_id.as_bytes())
            .header("X-SIGNATURE", self.signature)
            .header(CONTENT_TYPE, self.content_type)
            .body(self.body);
        match request.send().await.map(|answer| answer.status()) {
            Ok(status) if is_elsewhere(status) => failure::redirect(),
            Ok(status) => DeliveryOutcome::Status(status.as_u16()),
            Err(error) => failure::cause(&error),
        }
    }
}

fn is_elsewhere(status: StatusCode) -> bool {
    status.is_redirection() && status != StatusCode::NOT_MODIFIED
}

/// Follows nothing, trusts no proxy from the environment, and gives up after the time. Without
/// certificates on this machine no https receiver is trusted, and http ones are reached all the
/// same.
pub(crate) fn http_client(timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    let builder = || {
        reqwest::Client::builder()
            .user_agent(concat!("webkyc-sandbox/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            // No try shall depend on how the one before it left the connection.
            .pool_max_idle_per_host(0)
            .timeout(timeout)
    };
    builder()
        .build()
        .or_else(|_| builder().tls_certs_only([]).build())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::{pictures::Album, verification::read};

    #[test]
    fn a_message_holds_what_was_read_and_shown() {
        let finished = read::passport(&mut Album::default(), Instant::now());
        let mut client = Client::demo();
        assert!(Message::of(&finished, &client).is_none());
        client.webhook_url = Some("http://localhost:1/hook?secret=s".parse().unwrap());
        let message = Message::of(&finished, &client).unwrap();
        let holds = |content: &[u8]| {
            let mut parts = message.body.windows(content.len());
            parts.any(|part| part == content)
        };
        assert!(holds(b"\"surname\":\"ERIKSSON\""));
        for (name, jpeg) in finished.images() {
            assert!(holds(&jpeg), "{name}");
        }
        assert_eq!(message.address(), "http://localhost:1/hook");
    }
}
