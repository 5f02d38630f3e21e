//! The calls of Web IDV: a code is exchanged for the result, and its id opens the export.
//!
//! Web IDV adds no state to the return, so ours is part of the redirect URL. Authenteq takes a code
//! only with the redirect URL that it was issued for. As this holds a name that the backend gave the
//! flow, a code is of use to the browser of its flow only, as with PKCE (RFC 7636).

use hyper::header::{self, HeaderName};
use serde::Deserialize;
use url::Url;

use super::{Call, Client, Error, FlowMarks, RequestBuilder, VerificationId, rejection};
use crate::{config::WebIdv, json_object::Object};

/// Maximum length of a verification URL, in bytes.
const URL_LIMIT: usize = 4 << 10;

const FLOW_SLUG: HeaderName = HeaderName::from_static("aq-flow-slug");
const MULTI_DOCUMENT: HeaderName = HeaderName::from_static("aq-multi-document-flow");

impl Client {
    /// Asks for the address to send the visitor to. Takes only one at the server for visitors.
    pub(super) async fn verification_url(
        &self,
        web_idv: &WebIdv,
        flow: &FlowMarks<'_>,
    ) -> Result<Url, Error> {
        #[derive(Default, Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        struct UrlAnswer {
            verification_url: Option<String>,
        }
        let unreadable = Error::Unreadable("no verification URL");
        let mut url = self.export_api.url("web-idv/verification-url");
        url.query_pairs_mut()
            .append_pair("redirectUrl", &self.redirect.of_flow(flow.state, flow.name));
        let request = self.with_keys(RequestBuilder::get(&url));
        let mut request = request.header(header::ACCEPT, "application/json");
        if let Some(slug) = &web_idv.flow_slug {
            request = request.header(FLOW_SLUG, slug);
        }
        if web_idv.multi_document {
            request = request.header(MULTI_DOCUMENT, "On");
        }
        let call = Call::VerificationUrl;
        let answer = self.export_api.send(call, request).await?;
        let status = answer.status();
        let body = answer.json(self.limits.token_body).await?;
        let answer = serde_json::from_slice(&body);
        let Object::<UrlAnswer>(answer) = answer.map_err(|_| unreadable.clone())?;
        let Some(given) = answer.verification_url else {
            let refused = rejection::in_success(call, status, &body);
            return Err(refused.unwrap_or(unreadable));
        };
        self.for_visitors(&given).ok_or(Error::Unreadable(
            "a verification URL that is not WEBKYC_IDENTITY_URL/verify, or is too long",
        ))
    }

    /// The address, if it is at the server for visitors.
    fn for_visitors(&self, given: &str) -> Option<Url> {
        let expected = self.at_identity("verify");
        let url = Url::parse(given).ok()?;
        let is_plain = url.username().is_empty() && url.password().is_none();
        let fits = is_plain
            && url.as_str().len() <= URL_LIMIT
            && url.origin() == expected.origin()
            && url.path() == expected.path();
        fits.then_some(url)
    }

    /// Spends the code. Reads the result, which is megabytes, up to its id and no further.
    pub(super) async fn result(
        &self,
        code: &str,
        flow: &FlowMarks<'_>,
    ) -> Result<VerificationId, Error> {
        let call = Call::Result;
        let mut url = self.exchange_api.url("web-idv/verification-result");
        url.query_pairs_mut()
            .append_pair("redirectUrl", &self.redirect.of_flow(flow.state, flow.name))
            .append_pair("code", code);
        let request = self.with_keys(RequestBuilder::get(&url));
        let request = request.header(header::ACCEPT, "application/json");
        let mut answer = self.exchange_api.send(call, request).await?;
        answer.expect_json()?;
        let status = answer.status();
        let id = answer.find_text(self.limits.export_body, |member| {
            match member.name.as_str() {
                "id" => Some(VerificationId::parse(&member.text).ok_or(NO_ID)),
                "errorCode" if !member.text.is_empty() => {
                    let body = serde_json::json!({ "errorCode": member.text }).to_string();
                    Some(Err(rejection::read(call, status, body.as_bytes())))
                }
                _ => None,
            }
        });
        id.await?.ok_or(NO_ID)?
    }
}

const NO_ID: Error = Error::Unreadable("a result without a usable id");
