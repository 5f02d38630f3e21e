//! One visitor on the pages, as a browser without scripts goes through them.

use std::sync::OnceLock;

use reqwest::{
    Method, RequestBuilder, Response, header,
    multipart::{Form, Part},
};
use url::Url;

use crate::harness::{REDIRECT_URI, Stack, location};

pub(crate) struct SignUp<'a> {
    pub(crate) stack: &'a Stack,
    /// The address of its pages.
    pub(crate) address: String,
    /// The cookie of the browser that it belongs to.
    owner: OnceLock<String>,
}

impl<'a> SignUp<'a> {
    /// Begins a sign-up of Web KYC, with more parameters at its end.
    pub(crate) async fn of_web_kyc(stack: &'a Stack, more: &str) -> Self {
        let first = location(&stack.get(&stack.authorize_path(more)).await);
        let sign_up = first.path().strip_suffix("/introduction").unwrap();
        Self::at_address(stack, sign_up)
    }

    /// Begins one of Web IDV.
    pub(crate) async fn of_web_idv(stack: &'a Stack) -> Self {
        let url = stack.verification_url(REDIRECT_URI).await;
        let sign_up = location(&stack.http.get(url).send().await.unwrap());
        Self::at_address(stack, sign_up.path())
    }

    /// One whose pages have this address, as another browser opens it.
    pub(crate) fn at_address(stack: &'a Stack, address: &str) -> Self {
        Self {
            stack,
            address: address.to_owned(),
            owner: OnceLock::new(),
        }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.address)
    }

    /// A request of the visitor's browser.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.stack.http.request(method, self.stack.at(path));
        match self.owner.get() {
            Some(owner) => request.header(header::COOKIE, owner),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let request = self.request(Method::GET, &self.at(path));
        request.send().await.unwrap()
    }

    /// A page that answers 200.
    pub(crate) async fn page(&self, step: &str) -> String {
        let response = self.get(step).await;
        assert_eq!(response.status().as_u16(), 200, "{step}");
        response.text().await.unwrap()
    }

    /// Sends a form without fields, or with the choice of a person.
    pub(crate) async fn press(&self, path: &str, body: &str) -> Response {
        let request = self.request(Method::POST, &self.at(path));
        let request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.to_owned());
        let response = request.send().await.unwrap();
        if let Some(cookie) = owner_cookie(&response) {
            assert_eq!(*self.owner.get_or_init(|| cookie.clone()), cookie);
        }
        response
    }

    /// Presses "Continue" on these pages and answers where the last one leads to.
    pub(crate) async fn go_through(&self, person: &str, steps: &[&str]) -> Url {
        let mut target = None;
        for step in steps {
            let response = self
                .press(step, &format!("person={person}&consent=given"))
                .await;
            target = Some(location(&response));
        }
        target.unwrap()
    }

    /// Sends a file as the form of a page does.
    pub(crate) async fn upload(&self, path: &str, name: &str, file: Vec<u8>) -> Response {
        let part = Part::bytes(file).file_name(name.to_owned());
        let form = Form::new().part("picture", part.mime_str("image/jpeg").unwrap());
        let request = self.request(Method::POST, &self.at(path));
        request.multipart(form).send().await.unwrap()
    }

    /// Sends a picture as the script of a page does.
    pub(crate) async fn send(&self, path: &str, media_type: &str, picture: Vec<u8>) -> Response {
        let request = self.request(Method::POST, &self.at(path));
        let request = request
            .header(header::CONTENT_TYPE, media_type)
            .body(picture);
        request.send().await.unwrap()
    }

    /// The visitor's picture of one side as the pages show it, if there is one.
    pub(crate) async fn shown(&self, side: &str) -> Option<Vec<u8>> {
        let response = self.get(&format!("picture/{side}")).await;
        match response.status().as_u16() {
            200 => Some(response.bytes().await.unwrap().to_vec()),
            404 => None,
            other => panic!("{other}"),
        }
    }
}

/// The cookie that makes a browser the owner of a sign-up, as it is sent back.
pub(crate) fn owner_cookie(response: &Response) -> Option<String> {
    let cookie = response
        .headers()
        .get(header::SET_COOKIE)?
        .to_str()
        .unwrap();
    let is_owners = cookie.starts_with("sandbox-visitor=");
    is_owners.then(|| cookie.split(';').next().unwrap().to_owned())
}
