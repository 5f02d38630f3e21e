//! `/_sandbox/`, as a browser without scripts sees it.

mod address;
mod clients;
mod events;
mod hostile;
mod language;
mod script;
mod secrets;
mod sign_ups;
mod verifications;
mod walk;

use std::collections::HashMap;

use reqwest::{Response, multipart::Form};

use crate::harness::Stack;

/// The page of the harness's client.
pub(super) const CLIENT: &str = "/_sandbox/clients/client%21%2BID";

impl Stack {
    pub(super) async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status().as_u16(), 200, "{path}");
        response.text().await.unwrap()
    }

    /// Sends a form of fields.
    pub(super) async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let fields: HashMap<_, _> = fields.iter().copied().collect();
        let request = self.http.post(self.at(path)).form(&fields);
        request.send().await.unwrap()
    }

    /// Sends a form that may have a file in it.
    pub(super) async fn submit_parts(&self, path: &str, form: Form) -> Response {
        let request = self.http.post(self.at(path)).multipart(form);
        request.send().await.unwrap()
    }

    /// The page of the newest sign-up.
    pub(super) async fn newest(&self) -> String {
        let list = self.page("/_sandbox/").await;
        let link = between(&list, "/_sandbox/attempts/", "\"").unwrap();
        format!("/_sandbox/attempts/{link}")
    }
}

/// The text between two others.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

/// Everything that a page leads to or loads.
pub(super) fn addresses(page: &str) -> Vec<String> {
    ["href=\"", "src=\""]
        .into_iter()
        .flat_map(|attribute| page.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .map(|address| address.replace("&#38;", "&"))
        .collect()
}
