//! The program of `/` and `/start`.

use leptos::prelude::*;
use webkyc_frontend::{
    app,
    pages::{home::Home, start::Start},
};

fn main() {
    app::mount(|| match app::page_name().as_str() {
        "start" => view! { <Start /> }.into_any(),
        _ => view! { <Home /> }.into_any(),
    });
}
