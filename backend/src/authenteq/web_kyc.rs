//! The calls of Web KYC: a code is exchanged for a token, and the token opens the details.

use hyper::header;
use secrecy::ExposeSecret;
use serde::Deserialize;
use url::Url;

use super::{AccessToken, Call, Client, Error, RequestBuilder};
use crate::json_object::Object;

impl Client {
    /// The Web KYC guide's link, with `back_url` as its parameter table spells it.
    pub(super) fn authorize_url(&self, state: &str, back_url: Option<&str>) -> Url {
        let mut url = self.at_identity("authorize");
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.redirect.uri)
            .append_pair("scope", "kyc")
            .append_pair("state", state)
            .extend_pairs(back_url.map(|url| ("back_url", url)));
        url
    }

    /// Multipart form fields, as in the Web KYC guide's `curl -F`.
    pub(super) async fn token(&self, code: &str) -> Result<AccessToken, Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct TokenAnswer {
            token: Option<String>,
        }
        let secret = self.client_secret.get();
        let url = self.exchange_api.url("v2/web-kyc/token");
        let request = RequestBuilder::post(&url).form(&[
            ("grantType", &self.grant_type),
            ("code", code),
            ("redirectUri", &self.redirect.uri),
            ("clientId", &self.client_id),
            ("clientSecret", secret.expose_secret()),
        ]);
        let request = request.header(header::ACCEPT, "application/json");
        let answer = self.exchange_api.send(Call::Token, request).await?;
        let body = answer.json(self.limits.token_body).await?;
        let answer = serde_json::from_slice(&body);
        let Object::<TokenAnswer>(answer) = answer.map_err(|_| Error::BadToken)?;
        AccessToken::new(answer.token.ok_or(Error::BadToken)?)
    }

    pub(super) fn details_request(&self, token: &AccessToken) -> RequestBuilder {
        let request = RequestBuilder::get(&self.api.url("v2/web-kyc/details"));
        let request = request.bearer_auth(token.expose());
        request.header(header::ACCEPT, "application/json")
    }
}
