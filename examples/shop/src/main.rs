//! Example Shop: sells a bottle to adults, and learns over its own server that a customer is one.
//!
//! 1. The customer orders. The shop's server creates a sign-up that asks one question, `age_over_18`, and
//!    sends the browser to the sign-up's address.
//! 2. The customer is verified there, and comes back to `/welcome?sign_up=su_…`. The shop compares that id
//!    with the one in its own session, and asks `webkyc` for the answer.
//! 3. If the customer never comes back, because the tab was closed, the feed of events brings the answer.

mod orders;
mod pages;
mod webkyc;

use std::{env, fs, io::Write, sync::Arc, time::Duration};

use anyhow::Context;
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use cookie::Cookie;
use serde::Deserialize;
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    orders::{Order, Orders},
    webkyc::{SignUp, Webkyc},
};

/// Names the customer's session. Over https, call it `__Host-shop` and add `Secure`.
const SESSION: &str = "example-shop";

struct Shop {
    webkyc: Webkyc,
    orders: Orders,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let setting = |name| env::var(name).with_context(|| format!("{name} is missing"));
    let key = fs::read_to_string(setting("SHOP_WEBKYC_KEY_FILE")?)?;
    let shop = Arc::new(Shop {
        webkyc: Webkyc::new(&setting("SHOP_WEBKYC_URL")?, key.trim())?,
        orders: Orders::default(),
    });
    tokio::spawn(read_events(shop.clone()));
    let app = Router::new()
        .route("/", get(front_page))
        .route("/order", post(order))
        .route("/welcome", get(welcome))
        .route("/shop.css", get(pages::style))
        .fallback(pages::not_found)
        .with_state(shop);
    let listener = tokio::net::TcpListener::bind(setting("SHOP_LISTEN")?).await?;
    let address = listener.local_addr()?;
    writeln!(
        std::io::stdout(),
        "example-shop listening on http://{address}"
    )?;
    axum::serve(listener, app).await?;
    Ok(())
}

/// The bottle, and what became of this customer's orders.
async fn front_page(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Response {
    let session = session(&headers);
    let orders = session.map(|session| shop.orders.of(&session));
    pages::front(orders.unwrap_or_default())
}

/// Creates order and sign-up, and sends the customer there.
async fn order(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Response {
    let session = session(&headers).unwrap_or_else(|| Uuid::new_v4().to_string());
    let id = Uuid::new_v4().to_string();
    match shop.webkyc.create_sign_up(&id).await {
        Ok(created) => {
            shop.orders
                .add(&session, Order::new(id, created.id, created.url.clone()));
            let cookie = Cookie::build((SESSION, session)).path("/").http_only(true);
            // Lax: the cookie must come along when the customer comes back from another site.
            let cookie = cookie.same_site(cookie::SameSite::Lax).build().to_string();
            ([(header::SET_COOKIE, cookie)], Redirect::to(&created.url)).into_response()
        }
        Err(error) => pages::unavailable(&error),
    }
}

#[derive(Deserialize)]
struct Return {
    sign_up: Option<String>,
    /// With `release = "on-return"`.
    sign_up_code: Option<String>,
}

/// The customer comes back from `webkyc`.
async fn welcome(
    State(shop): State<Arc<Shop>>,
    Query(returned): Query<Return>,
    headers: HeaderMap,
) -> Response {
    let Some(sign_up) = returned.sign_up else {
        return pages::without_order();
    };
    // A stranger can open this address with a customer's id: only an order of this session counts.
    let order = session(&headers).and_then(|session| shop.orders.find(&session, &sign_up));
    let Some(order) = order else {
        return pages::not_yours();
    };
    if let Some(code) = returned.sign_up_code {
        // Refused if the page is loaded again, because a code is good once: then the first time counted.
        let _ = shop.webkyc.claim(&order.sign_up, &code).await;
    }
    match answer(&shop, &order.sign_up).await {
        Ok(answer) => {
            shop.orders.settle(&answer);
            let order = shop.orders.by_sign_up(&order.sign_up).unwrap_or(order);
            pages::order(order, Some(&answer))
        }
        // What was decided stays, although the answers are deleted one day.
        Err(_) if !order.is_open() => pages::order(order, None),
        Err(error) => pages::unavailable(&error),
    }
}

/// The sign-up now. Waits for the result only if the customer has been identified, and not after Cancel.
async fn answer(shop: &Shop, sign_up: &str) -> reqwest::Result<SignUp> {
    let answer = shop.webkyc.sign_up(sign_up, 0).await?;
    if answer.status != "returned" {
        return Ok(answer);
    }
    shop.webkyc.sign_up(sign_up, 5).await
}

/// Settles orders whose customers did not come back. A real shop keeps the cursor in its database, in the
/// transaction that changes its orders: then each event has its effect exactly once.
async fn read_events(shop: Arc<Shop>) {
    let mut cursor = None;
    loop {
        match read_page(&shop, cursor.as_deref()).await {
            Ok(next) => cursor = Some(next),
            // The page was not read to its end, so it is asked for again.
            Err(error) if error.status() == Some(reqwest::StatusCode::GONE) => cursor = None,
            Err(_) => sleep(Duration::from_secs(5)).await,
        }
    }
}

async fn read_page(shop: &Shop, after: Option<&str>) -> reqwest::Result<String> {
    let page = shop.webkyc.events(after).await?;
    for event in page.events {
        // Events are thin, may come twice, and may be of an order from before this program started.
        if shop
            .orders
            .by_sign_up(&event.data.id)
            .is_some_and(|order| order.is_open())
        {
            shop.orders
                .settle(&shop.webkyc.sign_up(&event.data.id, 0).await?);
        }
    }
    Ok(page.cursor)
}

fn session(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut cookies = Cookie::split_parse(cookies).filter_map(Result::ok);
    let session = cookies.find(|cookie| cookie.name() == SESSION)?;
    Some(session.value().to_owned())
}
