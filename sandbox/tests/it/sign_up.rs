//! One visitor on the pages, as a browser without scripts goes through them.

use reqwest::{
    Response, header,
    multipart::{Form, Part},
};
use url::Url;

use crate::harness::{REDIRECT_URI, Stack, location};

pub(crate) struct SignUp<'a> {
    pub(crate) stack: &'a Stack,
    /// The address of its pages.
    pub(crate) address: String,
}

impl<'a> SignUp<'a> {
    /// Begins a sign-up of Web KYC, with more parameters at its end.
    pub(crate) async fn of_web_kyc(stack: &'a Stack, more: &str) -> Self {
        let first = location(&stack.get(&stack.authorize_path(more)).await);
        let sign_up = first.path().strip_suffix("/introduction").unwrap();
        Self {
            stack,
            address: sign_up.to_owned(),
        }
    }

    /// Begins one of Web IDV.
    pub(crate) async fn of_web_idv(stack: &'a Stack) -> Self {
        let url = stack.verification_url(REDIRECT_URI).await;
        let sign_up = location(&stack.http.get(url).send().await.unwrap());
        Self {
            stack,
            address: sign_up.path().to_owned(),
        }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.address)
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.stack.get(&self.at(path)).await
    }

    /// A page that answers 200.
    pub(crate) async fn page(&self, step: &str) -> String {
        let response = self.get(step).await;
        assert_eq!(response.status().as_u16(), 200, "{step}");
        response.text().await.unwrap()
    }

    /// Sends a form without fields, or with the choice of a person.
    pub(crate) async fn press(&self, path: &str, body: &str) -> Response {
        let request = self.stack.http.post(self.stack.at(&self.at(path)));
        let request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.to_owned());
        request.send().await.unwrap()
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
        let request = self.stack.http.post(self.stack.at(&self.at(path)));
        request.multipart(form).send().await.unwrap()
    }

    /// Sends a picture as the script of a page does.
    pub(crate) async fn send(&self, path: &str, media_type: &str, picture: Vec<u8>) -> Response {
        let request = self.stack.http.post(self.stack.at(&self.at(path)));
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
