//! The program of `/` and `/start`.

use leptos::prelude::*;
use webkyc_frontend::pages::{frame, home::Home, start::Start};

fn main() {
    frame::mount(|| match frame::page_name().as_str() {
        "start" => view! { <Start /> }.into_any(),
        _ => view! { <Home /> }.into_any(),
    });
}
