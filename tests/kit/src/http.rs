//! The HTTP client of tests.

use reqwest::{Client, redirect::Policy};

/// A client that follows no redirect, and no proxy of the environment.
pub fn client() -> Client {
    let client = Client::builder().no_proxy().redirect(Policy::none());
    client.build().unwrap()
}
