//! A customer of the Example Shop without a browser.

use std::time::{Duration, Instant};

use reqwest::{Client, header};
use serde_json::Value;
use webkyc_test_kit::http;

use super::{CHECKING, ExampleShop, KEY};
use crate::{program_visitor::ProgramVisitor, stack::Stack};

pub(super) struct Customer<'a> {
    shop: &'a ExampleShop,
    stack: &'a Stack,
    http: Client,
    /// Of the shop.
    cookie: Option<String>,
}

impl<'a> Customer<'a> {
    pub(super) fn of(shop: &'a ExampleShop, stack: &'a Stack) -> Self {
        Self {
            shop,
            stack,
            http: http::client(),
            cookie: None,
        }
    }

    /// Orders; gives the handle of the sign-up that the shop sends its customer to.
    pub(super) async fn order(&mut self) -> String {
        let order = self.http.post(format!("{}/order", self.shop.url()));
        let answer = order.send().await.unwrap();
        let header = |name| answer.headers()[name].to_str().unwrap();
        let cookie = header(header::SET_COOKIE).split(';').next();
        self.cookie = cookie.map(str::to_owned);
        let (page, handle) = header(header::LOCATION).split_once("#sign_up=").unwrap();
        assert_eq!(page, self.stack.page("/start"));
        handle.to_owned()
    }

    /// Orders and is verified as `person`; gives the address at which `webkyc` sends the customer back.
    pub(super) async fn order_and_sign_up(&mut self, person: &str) -> String {
        let handle = self.order().await;
        let address = format!("http://{}", self.stack.behind);
        let mut visitor = ProgramVisitor::of(&address, &self.stack.page(""));
        let exchanged = visitor.sign_up(&handle, person).await;
        exchanged["returnUrl"].as_str().unwrap().to_owned()
    }

    /// Orders, and is back at the shop without a result, as after Back: gives the address.
    pub(super) async fn order_and_turn_back(&mut self) -> String {
        self.order().await;
        let newest = format!("http://{}/sign-ups", self.shop.operators);
        let answer = self.http.get(newest).bearer_auth(KEY).send().await.unwrap();
        let listed: Value = answer.json().await.unwrap();
        let id = listed["signUps"][0]["id"].as_str().unwrap();
        format!("{}/welcome?sign_up={id}", self.shop.url())
    }

    /// Opens a page of the shop; gives its heading.
    pub(super) async fn open(&self, url: &str) -> String {
        let page = self.read(url).await;
        let (_, heading) = page.split_once("<h1>").unwrap();
        heading.split_once("</h1>").unwrap().0.to_owned()
    }

    /// Opens a page of the shop; gives all of it.
    pub(super) async fn read(&self, url: &str) -> String {
        let mut request = self.http.get(url);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Opens it until the shop has the answer, as the page does by itself.
    pub(super) async fn open_until_decided(&self, url: &str) -> String {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let heading = self.open(url).await;
            if heading != CHECKING {
                return heading;
            }
            assert!(Instant::now() < deadline, "it is not decided");
        }
    }
}
