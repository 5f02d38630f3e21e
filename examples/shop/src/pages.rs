//! The shop's pages.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::{
    orders::{Order, OrderState},
    webkyc::SignUp,
};

/// No script, and nothing from elsewhere. Without a referrer, no other site learns a sign-up's id.
const HEADERS: [(header::HeaderName, &str); 3] = [
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
];

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    heading: &'static str,
    text: &'static str,
    /// After how many seconds the page asks again by itself.
    refresh: Option<u8>,
    /// The way on with a sign-up that is not finished.
    go_on: Option<String>,
    shows_bottle: bool,
    /// The answer of `webkyc`, for the developer who tries the shop: JSON.
    received: Option<String>,
    orders: Vec<Order>,
}

impl Page {
    fn new(heading: &'static str, text: &'static str) -> Self {
        Self {
            heading,
            text,
            refresh: None,
            go_on: None,
            shows_bottle: false,
            received: None,
            orders: Vec::new(),
        }
    }

    fn answer(&self, status: StatusCode) -> Response {
        match self.render() {
            Ok(html) => (status, HEADERS, Html(html)).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

pub(crate) fn front(orders: Vec<Order>) -> Response {
    let text = "Sold to adults. We ask Authenteq whether you are over 18, and learn nothing else about you.";
    let mut page = Page::new("A bottle of Château Exemple", text);
    page.shows_bottle = true;
    page.orders = orders;
    page.answer(StatusCode::OK)
}

pub(crate) fn order(order: Order, answer: Option<&SignUp>) -> Response {
    let (heading, text) = described(order.state);
    let mut page = Page::new(heading, text);
    let is_final = matches!(order.state, OrderState::Released | OrderState::TooYoung);
    page.shows_bottle = !order.is_open() && !is_final;
    page.refresh = (order.state == OrderState::Checking).then_some(1);
    let may_go_on = matches!(order.state, OrderState::Open | OrderState::Retry);
    page.go_on = may_go_on.then_some(order.url);
    page.received = answer.and_then(|answer| serde_json::to_string_pretty(answer).ok());
    page.answer(StatusCode::OK)
}

impl Order {
    fn title(&self) -> &'static str {
        described(self.state).0
    }
}

/// The heading and the sentence for the customer.
fn described(state: OrderState) -> (&'static str, &'static str) {
    match state {
        OrderState::Open => (
            "You have not finished yet",
            "Your order waits until you have shown that you are over 18.",
        ),
        OrderState::Retry => (
            "We do not know your age yet",
            "The last try was cancelled or did not succeed. Your order waits: you can try again.",
        ),
        OrderState::Checking => (
            "One moment",
            "We are waiting for the answer, which takes seconds, or up to a quarter of an hour if something went wrong. This page goes on by itself.",
        ),
        OrderState::Released => (
            "Thank you: you are over 18",
            "Your bottle is on its way. This is all that we learned about you.",
        ),
        OrderState::TooYoung => (
            "We cannot sell you this bottle",
            "It is for people over 18.",
        ),
        OrderState::Unclear => (
            "We could not tell your age",
            "Your document does not say it clearly. Please try again with another one.",
        ),
        OrderState::Failed => (
            "It did not work out",
            "Nothing was ordered. You are welcome to try again.",
        ),
        OrderState::Expired => (
            "Your order has expired",
            "It was not finished in time. You are welcome to try again.",
        ),
    }
}

pub(crate) fn not_yours() -> Response {
    let text = "Please open the shop in the browser in which you ordered, at the same address.";
    Page::new("We do not know this order", text).answer(StatusCode::NOT_FOUND)
}

/// A visitor was sent here by a link that belongs to no order.
pub(crate) fn without_order() -> Response {
    let text = "You signed up without an order, so the shop learned nothing. Order first, and it asks whether you are over 18.";
    Page::new("You have no order here", text).answer(StatusCode::NOT_FOUND)
}

pub(crate) async fn not_found() -> Response {
    let text = "Perhaps the address has a typing error.";
    Page::new("There is no page here", text).answer(StatusCode::NOT_FOUND)
}

/// The log says why, the customer does not read it.
pub(crate) fn unavailable(error: &reqwest::Error) -> Response {
    let status = error.status().map(|status| status.as_u16());
    let _ = std::io::Write::write_fmt(
        &mut std::io::stderr(),
        format_args!("webkyc did not answer as expected: status {status:?}\n"),
    );
    let text = "The check of ages is not available. Please try again in a minute.";
    Page::new("Not right now", text).answer(StatusCode::SERVICE_UNAVAILABLE)
}

pub(crate) async fn style() -> Response {
    let css = include_str!("../templates/shop.css");
    ([(header::CONTENT_TYPE, "text/css")], css).into_response()
}
